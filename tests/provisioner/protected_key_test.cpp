#include "provisioner/protected_key.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

using namespace poolwright::provisioner;

TEST_SUITE_BEGIN("provisioner");

namespace {

constexpr passphrase_cost quick{.passes = 1, .memory = 8192};

// The text with its first `what` replaced.
std::string with(std::string text, std::string const& what, std::string const& instead) {
    auto const at = text.find(what);
    REQUIRE(at != std::string::npos);
    return text.replace(at, what.size(), instead);
}

}  // namespace

TEST_CASE("Protected key: opened by its passphrase only, also when it was written and read") {
    auto const key = private_key::generate();
    auto const closed = protected_key::close(key, secret("open sesame"), quick);
    auto const again = protected_key::parse(closed.text());
    REQUIRE(again.has_value());
    CHECK(again->public_half() == key.public_half());
    CHECK(again->cost() == quick);
    for (auto const* each : {&closed, &*again}) {
        auto const opened = each->open(secret("open sesame"));
        REQUIRE(opened.has_value());
        CHECK(opened->public_half() == key.public_half());
        CHECK(opened->base64().matches(key.base64()));
        for (char const* wrong : {"", "open sesam", "Open sesame", "open sesame "}) {
            auto const refused = each->open(secret(wrong));
            REQUIRE_FALSE(refused.has_value());
            CHECK(refused.error() == unlock_fault::wrong_passphrase);
        }
    }
    CHECK(closed.text().find(key.base64().reveal()) == std::string::npos);
    CHECK(protected_key::close(key, secret("open sesame"), quick).text() != closed.text());
}

TEST_CASE(
    "Protected key: a text that was changed anywhere does not open, and never asks for more than it may") {
    auto const key = private_key::generate();
    auto const text = protected_key::close(key, secret("word"), quick).text();
    for (std::size_t i = 0; i < text.size(); ++i) {
        CAPTURE(i);
        auto changed = text;
        changed[i] = changed[i] == '1' ? '2' : '1';
        auto const parsed = protected_key::parse(changed);
        if (parsed) CHECK_FALSE(parsed->open(secret("word")).has_value());
    }
    for (std::size_t size = 0; size < text.size() - 1; ++size) {
        CAPTURE(size);
        CHECK_FALSE(protected_key::parse(std::string_view(text).substr(0, size)).has_value());
    }
    std::vector<std::string> const refused = {
        with(text, "argon2id", "argon2i"),
        with(text, " 1 8192 ", " 0 8192 "),
        with(text, " 1 8192 ", " 17 8192 "),
        with(text, " 1 8192 ", " 1 8191 "),
        with(text, " 1 8192 ", " 1 1073741825 "),
        with(text, " 1 8192 ", " 1 99999999999999999999 "),
        with(text, " 1 8192 ", " -1 8192 "),
        text + "more\n",
        text + text,
        "",
    };
    for (auto const& each : refused) {
        CAPTURE(each);
        CHECK_FALSE(protected_key::parse(each).has_value());
    }
}

TEST_CASE("Protected key: a public half that is not the key's does not open") {
    auto const key = private_key::generate();
    auto const text = protected_key::close(key, secret("word"), quick).text();
    auto const swapped =
        with(text, key.public_half().base64(), private_key::generate().public_half().base64());
    CHECK_FALSE(protected_key::parse(swapped)->open(secret("word")).has_value());
}

TEST_SUITE_END();
