#include "provisioner/kept_token.hpp"

#include "tests/provisioner/scratch_folder.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

using namespace poolwright::provisioner;

TEST_SUITE_BEGIN("provisioner");

TEST_CASE("the newest refresh token is kept sealed, for its owner only, and opened by the key alone") {
    scratch_folder const folder;
    std::filesystem::path const file = folder / "tokens/app";
    auto const key = private_key::generate();
    CHECK_FALSE(read_kept_token(file, key).has_value());
    keep_token(secret("0.first"), key.public_half(), file);
    keep_token(secret("0.second"), key.public_half(), file);
    auto const kept = read_kept_token(file, key);
    REQUIRE(kept.has_value());
    CHECK(kept->reveal() == "0.second");
    using std::filesystem::perms;
    CHECK(std::filesystem::status(file).permissions() == (perms::owner_read | perms::owner_write));
    CHECK(std::filesystem::status(file.parent_path()).permissions() == perms::owner_all);
    std::ifstream in(file);
    std::string const text{std::istreambuf_iterator<char>(in), {}};
    CHECK(text.find("second") == std::string::npos);
    CHECK_FALSE(read_kept_token(file, private_key::generate()).has_value());
    for (auto const& damaged : {std::string(), text.substr(1), text.substr(0, text.size() - 2)}) {
        std::ofstream(file) << damaged;
        CHECK_FALSE(read_kept_token(file, key).has_value());
    }
}

TEST_SUITE_END();
