#include "cli/passphrase.hpp"

#include "cli/failure.hpp"
#include "tests/provisioner/scratch_folder.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <string>

using namespace poolwright;
using namespace poolwright::cli;
namespace fs = std::filesystem;

TEST_SUITE_BEGIN("cli");

namespace {

std::string write(fs::path const& file, std::string const& text, fs::perms mode) {
    std::ofstream(file, std::ios::binary) << text;
    fs::permissions(file, mode);
    return file.string();
}

}  // namespace

TEST_CASE("Passphrase: a file that is none is refused before the key is touched, and not repeated") {
    auto const mine = fs::perms::owner_read;
    struct {
        char const* what;
        std::string text;
        fs::perms mode;
        char const* message;
    } const rows[] = {
        {"empty", "\n", mine, "is empty"},
        {"two lines", "hush-hush\nmore\n", mine, "holds more than one line, so it is not a passphrase"},
        {"long", std::string(5000, 'x'), mine, "too long for a passphrase"},
        {"group", "hush-hush\n", mine | fs::perms::group_read,
         "may be read by others (mode 0440): chmod 600 it"},
        {"others", "hush-hush\n", mine | fs::perms::others_read,
         "may be read by others (mode 0404): chmod 600 it"},
        {"missing", "", mine, "No such file"},
    };
    provisioner::scratch_folder const folder;
    common_options common;
    common.no_input = true;
    for (auto const& row : rows) {
        CAPTURE(row.what);
        auto const file = write(folder / row.what, row.text, row.mode);
        if (row.what == std::string("missing")) fs::remove(file);
        for (bool const fresh : {false, true}) {
            try {
                if (fresh) {
                    new_passphrase(file, "fleet.key", common);
                } else {
                    static_cast<void>(passphrase_in(file)("fleet.key"));
                }
                FAIL("not refused");
            } catch (failure const& why) {
                std::string const text = why.what();
                CAPTURE(text);
                CHECK(why.code() == bad_input);
                CHECK(text.starts_with(fresh ? "--new-passphrase-file" : "--key-passphrase-file"));
                CHECK(text.find(row.message) != std::string::npos);
                CHECK(text.find("hush") == std::string::npos);
            }
        }
    }
}

TEST_CASE("Passphrase: read from its file without the end of the line, each time that it is asked for") {
    provisioner::scratch_folder const folder;
    auto const source = passphrase_in(write(folder / "word", "hush hush \r\n", fs::perms::owner_read));
    for (int i = 0; i < 2; ++i) {
        auto const given = source("fleet.key");
        REQUIRE(given.has_value());
        CHECK(given->reveal() == "hush hush ");
    }
}

TEST_CASE("Passphrase: nobody is asked with --no-input") {
    common_options common;
    common.no_input = true;
    CHECK_FALSE(passphrase_from("", common));
    CHECK_FALSE(passphrase_in(""));
    try {
        new_passphrase("", "fleet.key", common);
        FAIL("not refused");
    } catch (failure const& why) {
        CHECK(why.code() == wrong_usage);
        CHECK(why.hint().find("--new-passphrase-file") != std::string::npos);
    }
}

TEST_SUITE_END();
