#include "provisioner/base64.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <string_view>

using namespace poolwright::provisioner;

TEST_SUITE_BEGIN("provisioner");

TEST_CASE("base64: what is written is read again, in either form") {
    struct row {
        std::string_view bytes;
        std::string_view usual;
        std::string_view url;
    };
    constexpr row rows[] = {
        {"", "", ""},
        {"f", "Zg==", "Zg"},
        {"fo", "Zm8=", "Zm8"},
        {"foo", "Zm9v", "Zm9v"},
        {"\xFB\xFF\xFE", "+//+", "-__-"},
    };
    for (auto const& each : rows) {
        CAPTURE(each.usual);
        CHECK(encode_base64(each.bytes) == each.usual);
        CHECK(encode_base64(each.bytes, base64_form::url) == each.url);
        CHECK(decode_base64(each.usual) == std::string(each.bytes));
        CHECK(decode_base64(each.url, base64_form::url) == std::string(each.bytes));
    }
}

TEST_CASE("base64: what is none is not read, nor what is too long") {
    // The last one has a byte beyond ASCII, which libsodium 1.0.18 takes for a digit.
    for (std::string_view const text : {"Z", "Zg", "Zg=", "Zg==\n", " Zg==", "Zg==Zg==", "-__-", "Zm\xE1v"}) {
        CAPTURE(text);
        CHECK_FALSE(decode_base64(text));
    }
    for (std::string_view const text : {"Zg==", "+//+", "Zm\xE1v"}) {
        CAPTURE(text);
        CHECK_FALSE(decode_base64(text, base64_form::url));
    }
    std::array<unsigned char, 2> room{};
    CHECK(decode_base64("Zm8=", room) == 2);
    CHECK_FALSE(decode_base64("Zm9v", room));
}

TEST_SUITE_END();
