#include "provisioner/key_files.hpp"
#include "tests/provisioner/scratch_folder.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <set>
#include <string>
#include <sys/stat.h>
#include <sys/wait.h>
#include <system_error>
#include <thread>
#include <unistd.h>
#include <vector>

using namespace poolwright::provisioner;
namespace fs = std::filesystem;
using namespace std::string_view_literals;

TEST_SUITE_BEGIN("provisioner");

namespace {

constexpr std::string_view made_up_key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

void write_file(fs::path const& file, std::string_view text, fs::perms mode = fs::perms::owner_read) {
    std::ofstream(file, std::ios::binary) << text;
    fs::permissions(file, mode);
}

}  // namespace

TEST_CASE("what is sealed opens with the private key, and only unchanged") {
    auto const key = private_key::generate();
    secret const text("Xyz8Q~not-a-real-secret"sv);
    auto sealed = key.public_half().seal(text);
    CHECK(sealed.find(text.reveal()) == std::string::npos);
    CHECK(sealed.find('\n') == std::string::npos);
    auto const opened = key.open(sealed);
    REQUIRE(opened.has_value());
    CHECK(opened->reveal() == text.reveal());
    CHECK(key.public_half().seal(text) != sealed);

    SUBCASE("another key does not open it") {
        CHECK_FALSE(private_key::generate().open(sealed).has_value());
    }
    SUBCASE("cut short") {
        CHECK_FALSE(key.open(std::string_view(sealed).substr(0, sealed.size() - 4)).has_value());
    }
    SUBCASE("nothing") {
        CHECK_FALSE(key.open("").has_value());
    }
    SUBCASE("not base64") {
        CHECK_FALSE(key.open("not base64!").has_value());
    }
    SUBCASE("any character changed") {
        for (std::size_t i = 0; i < sealed.size(); ++i) {
            auto const before = sealed[i];
            sealed[i] = before == 'A' ? 'B' : 'A';
            CHECK_FALSE(key.open(sealed).has_value());
            sealed[i] = before;
        }
    }
}

TEST_CASE("an empty and a long text are sealed too") {
    auto const key = private_key::generate();
    for (std::size_t const size : {0u, 1u, 10'000u}) {
        auto const opened = key.open(key.public_half().seal(secret(std::string(size, 'x'))));
        REQUIRE(opened.has_value());
        CHECK(opened->size() == size);
    }
}

TEST_CASE("a fingerprint names the key") {
    auto const key = private_key::generate();
    auto const name = key.public_half().fingerprint();
    CHECK(name.size() == 32);
    CHECK(name.find_first_not_of("0123456789abcdef") == std::string::npos);
    CHECK(name == public_key::from_base64(key.public_half().base64())->fingerprint());
    CHECK(name != private_key::generate().public_half().fingerprint());
    // Fixed for ever: ledgers hold it.
    CHECK(public_key::from_base64(made_up_key)->fingerprint() == "f39a2cad58411cd49f577e5086b8031f");
}

TEST_CASE("key files are read as they were written") {
    scratch_folder const folder;
    auto const private_file = folder / "config/poolwright/fleet.key";
    auto const public_file = folder / "config/poolwright/fleet.pub";
    auto const key = private_key::generate();
    write_key_files(key, private_file, public_file);

    auto const shared = read_public_key(public_file);
    REQUIRE(shared.has_value());
    CHECK(*shared == key.public_half());
    auto const own = read_private_key(private_file);
    REQUIRE(own.has_value());
    CHECK(own->public_half() == key.public_half());
    CHECK(own->open(shared->seal(secret("text"sv)))->reveal() == "text");

    CHECK(mode_of(private_file) == 0600);
    CHECK(mode_of(public_file) == 0600);
    CHECK(mode_of(folder / "config/poolwright") == 0700);
    CHECK(mode_of(folder / "config") == 0700);
    CHECK(listing(folder / "config/poolwright") == std::set<std::string>{"fleet.key", "fleet.pub"});
    CHECK(content_of(public_file) == "poolwright public key 1\n" + key.public_half().base64() + "\n");
}

TEST_CASE("an existing key file is never replaced") {
    scratch_folder const folder;
    auto const private_file = folder / "fleet.key";
    auto const public_file = folder / "fleet.pub";
    auto const expect_refused = [&](fs::path const& named) {
        try {
            write_key_files(private_key::generate(), private_file, public_file);
            FAIL("written over an existing file");
        } catch (std::system_error const& error) {
            CHECK(error.code() == std::errc::file_exists);
            CHECK(std::string(error.what()).find(named.string()) != std::string::npos);
        }
    };
    SUBCASE("private") {
        write_file(private_file, "mine");
        expect_refused(private_file);
        CHECK(content_of(private_file) == "mine");
        CHECK(listing(folder.path()) == std::set<std::string>{"fleet.key"});
    }
    SUBCASE("public") {
        write_file(public_file, "mine");
        expect_refused(public_file);
        CHECK(content_of(public_file) == "mine");
    }
    SUBCASE("a dangling link") {
        fs::create_symlink("nowhere", private_file);
        expect_refused(private_file);
        CHECK_FALSE(fs::exists(folder / "nowhere"));
    }
}

TEST_CASE("every broken key file gets its sentence") {
    struct row {
        char const* what;
        std::string text;
        fs::perms mode;
        char const* sentence;
    };
    auto const mine = fs::perms::owner_read | fs::perms::owner_write;
    std::string const key(made_up_key);
    std::vector<row> const rows = {
        {"empty", "", mine, "first line is not \"poolwright private key 1\""},
        {"foreign", "-----BEGIN PRIVATE KEY-----\n", mine, "first line is not \"poolwright private key 1\""},
        {"newer", "poolwright private key 3\n" + key + "\n", mine, "first line is not"},
        {"the other half", "poolwright public key 1\n" + key + "\n", mine,
         "is a public key, not a private key"},
        {"no key", "poolwright private key 1\n", mine, "second line is not a key of 32 bytes"},
        {"short", "poolwright private key 1\nAAECAwQ=\n", mine, "second line is not a key of 32 bytes"},
        {"long", "poolwright private key 1\n" + std::string(88, 'A') + "\n", mine, "not a key of 32 bytes"},
        {"not base64", "poolwright private key 1\n" + std::string(43, '*') + "=\n", mine,
         "not a key of 32 bytes"},
        {"beyond ASCII", "poolwright private key 1\n\xAF\x99" + key.substr(2) + "\n", mine,
         "not a key of 32 bytes"},
        {"more lines", "poolwright private key 1\n" + key + "\nmore\n", mine, "not a key of 32 bytes"},
        {"huge", "poolwright private key 1\n" + std::string(100'000, 'A') + "\n", mine,
         "not a key of 32 bytes"},
        {"group", "poolwright private key 1\n" + key + "\n", mine | fs::perms::group_read,
         "may be used by others (mode 0640)"},
        {"others", "poolwright private key 1\n" + key + "\n", mine | fs::perms::others_write,
         "may be used by others (mode 0602)"},
    };
    scratch_folder const folder;
    for (auto const& row : rows) {
        CAPTURE(row.what);
        auto const file = folder / row.what;
        write_file(file, row.text, row.mode);
        auto const key_read = read_private_key(file);
        REQUIRE_FALSE(key_read.has_value());
        CAPTURE(key_read.error());
        CHECK(key_read.error().find(row.sentence) != std::string::npos);
        CHECK(key_read.error().find(file.string()) != std::string::npos);
        CHECK(key_read.error().find(made_up_key) == std::string::npos);
        CHECK(key_read.error().find('\n') == std::string::npos);
    }
}

TEST_CASE("what is not a file at all gets its sentence") {
    scratch_folder const folder;
    auto const missing = read_public_key(folder / "fleet.pub");
    REQUIRE_FALSE(missing.has_value());
    CHECK(missing.error() ==
          "the public key " + (folder / "fleet.pub").string() +
              " does not exist: copy it from the machine that made it, or name the right file "
              "with --public-key");
    auto const directory = read_private_key(folder.path());
    REQUIRE_FALSE(directory.has_value());
    CHECK(directory.error().find("is a folder, not a private key") != std::string::npos);
    REQUIRE(::mkfifo((folder / "pipe").c_str(), 0600) == 0);
    auto const pipe = read_private_key(folder / "pipe");
    REQUIRE_FALSE(pipe.has_value());
    CHECK(pipe.error().find("is a device or pipe") != std::string::npos);
    auto const under_file = read_private_key(folder / "pipe" / "fleet.key");
    REQUIRE_FALSE(under_file.has_value());
    CHECK(under_file.error().find("cannot be read: Not a directory") != std::string::npos);
}

TEST_CASE(
    "a public key to which nothing can be sealed is refused when it is read, not when there is a secret") {
    // Points of low order: 0, 1, and one of order 8.
    constexpr std::string_view none[] = {
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        "4Ot6fDtBuK4WVuP68Z/EatoJjeucMrH9hmIFFl9JuAA=",
    };
    scratch_folder const folder;
    for (auto const text : none) {
        CAPTURE(text);
        CHECK_FALSE(public_key::from_base64(text).has_value());
        auto const file = folder / "fleet.pub";
        write_file(file, "poolwright public key 1\n" + std::string(text) + "\n");
        auto const read = read_public_key(file);
        REQUIRE_FALSE(read.has_value());
        CHECK(read.error().find("fleet.pub is damaged") != std::string::npos);
    }
}

TEST_CASE("a key file may be readable by its owner alone, and may come from another editor") {
    scratch_folder const folder;
    for (std::string const end : {"", "\n", "\r\n"}) {
        auto const file = folder / ("key" + std::to_string(end.size()));
        write_file(file,
                   "poolwright private key 1" + (end.empty() ? "\n" : end) + std::string(made_up_key) + end);
        CHECK(read_private_key(file).has_value());
    }
    write_file(folder / "fleet.pub", "poolwright public key 1\n" + std::string(made_up_key),
               fs::perms::owner_read | fs::perms::others_read);
    CHECK(read_public_key(folder / "fleet.pub").has_value());
}

TEST_CASE("a run finds its key, restores the public half, or makes both") {
    scratch_folder const folder;
    auto const private_file = folder / "fleet.key";
    auto const public_file = folder / "fleet.pub";
    auto const first = read_or_make_keys(private_file, public_file);
    REQUIRE(first.has_value());
    CHECK(first->made);
    CHECK(read_private_key(private_file)->public_half() == first->key);

    auto const again = [&] {
        auto const found = read_or_make_keys(private_file, public_file);
        REQUIRE(found.has_value());
        CHECK_FALSE(found->made);
        CHECK(found->key == first->key);
    };
    SUBCASE("both are there") {
        again();
    }
    SUBCASE("only the public one, as on a machine that only provisions") {
        fs::remove(private_file);
        again();
        CHECK_FALSE(fs::exists(private_file));
    }
    SUBCASE("a crash left only the private one") {
        fs::remove(public_file);
        again();
        CHECK(*read_public_key(public_file) == first->key);
    }
    SUBCASE("a broken public key is not replaced") {
        fs::remove(public_file);
        write_file(public_file, "broken");
        CHECK_FALSE(read_or_make_keys(private_file, public_file).has_value());
        CHECK(content_of(public_file) == "broken");
    }
    SUBCASE("a broken private key is not replaced") {
        fs::remove(public_file);
        fs::remove(private_file);
        write_file(private_file, "broken");
        CHECK_FALSE(read_or_make_keys(private_file, public_file).has_value());
        CHECK_FALSE(fs::exists(public_file));
    }
}

TEST_CASE("of processes that make keys at the same time one wins, and all seal to the winner's") {
    for (int round = 0; round < 10; ++round) {
        scratch_folder const folder;
        std::vector<sealing_key> found(8, {public_key({}), false});
        std::vector<std::thread> runs;
        for (auto& mine : found) {
            runs.emplace_back(
                [&] { mine = *read_or_make_keys(folder / "a/fleet.key", folder / "a/fleet.pub"); });
        }
        for (auto& run : runs) run.join();
        auto const winner = read_private_key(folder / "a/fleet.key");
        REQUIRE(winner.has_value());
        int made = 0;
        for (auto const& mine : found) {
            CHECK(mine.key == winner->public_half());
            made += mine.made;
        }
        CHECK(made == 1);
        CHECK(listing(folder / "a") == std::set<std::string>{"fleet.key", "fleet.pub"});
    }
}

TEST_SUITE_END();
