#include "provisioner/guid.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace poolwright::provisioner;

TEST_SUITE_BEGIN("provisioner");

TEST_CASE("a guid is read in either case and written in lower case") {
    auto const id = parse_guid("01234567-89AB-cdef-0123-456789abcdEF");
    REQUIRE(id);
    CHECK(id->bytes.front() == 0x01);
    CHECK(id->bytes.back() == 0xef);
    CHECK(to_string(*id) == "01234567-89ab-cdef-0123-456789abcdef");
    CHECK(to_hex(*id) == "0123456789abcdef0123456789abcdef");
    CHECK(parse_hex(to_hex(*id)) == id);
    CHECK_FALSE(id->empty());
    CHECK(guid{}.empty());
    CHECK(parse_guid("00000000-0000-0000-0000-000000000000")->empty());
}

TEST_CASE("every byte keeps its place") {
    guid id;
    for (std::size_t i = 0; i < id.bytes.size(); ++i) id.bytes[i] = static_cast<std::uint8_t>(17 * i);
    CHECK(to_string(id) == "00112233-4455-6677-8899-aabbccddeeff");
    CHECK(parse_guid(to_string(id)) == id);
    CHECK(guid{} < id);
}

TEST_CASE("what is not a guid is refused") {
    for (std::string const text : {
             "",
             "01234567-89ab-cdef-0123-456789abcde",
             "01234567-89ab-cdef-0123-456789abcdef0",
             " 1234567-89ab-cdef-0123-456789abcdef",
             "{01234567-89ab-cdef-0123-456789abcdef}",
             "0123456789abcdef0123456789abcdef",
             "01234567-89ab-cdef-01234-56789abcdef",
             "01234567089ab-cdef-0123-456789abcdef",
             "0123456g-89ab-cdef-0123-456789abcdef",
             "01234567-89ab-cdef-0123-456789abcde/",
             "01234567-89ab-cdef-0123-456789abcde:",
             "01234567-89ab-cdef-0123-456789abcde@",
             "01234567-89ab-cdef-0123-456789abcde`",
         }) {
        CAPTURE(text);
        CHECK_FALSE(parse_guid(text));
    }
}

TEST_CASE("an intent is 32 hex digits and nothing else") {
    for (std::string const text :
         {"", "0123456789abcdef0123456789abcde", "0123456789abcdef0123456789abcdef0",
          "01234567-89ab-cdef-0123-456789abcdef", "0123456789abcdef0123456789abcdeg"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_hex(text));
    }
    CHECK(parse_hex("0123456789ABCDEF0123456789ABCDEF"));
}

TEST_SUITE_END();
