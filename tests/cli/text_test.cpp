#include "cli/text.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace poolwright::cli;

TEST_SUITE_BEGIN("cli");

TEST_CASE("what could harm a terminal or mislead a reader is escaped") {
    struct {
        std::string text;
        std::string shown;
    } const cases[] = {
        {"Contoso Ltd", "Contoso Ltd"},
        {"", ""},
        {"Zürich 日本 \xF0\x9F\x8F\xA2", "Zürich 日本 \xF0\x9F\x8F\xA2"},
        {"\x1b[31mred\x1b[0m", "\\x1b[31mred\\x1b[0m"},
        {"a\tb\r\nc", "a\\tb\\r\\nc"},
        {std::string("a\0b", 3), "a\\x00b"},
        {"bell\x07 delete\x7f", "bell\\x07 delete\\x7f"},
        {"C1 \xc2\x9b"
         "31m",
         "C1 \\x9b31m"},
        {"\xe2\x80\xaegnp.exe", "\\u202egnp.exe"},
        {"\xe2\x81\xa6isolate\xe2\x81\xa9", "\\u2066isolate\\u2069"},
        {"mark\xd8\x9c", "mark\\u061c"},
        {"zero\xe2\x80\x8bwidth", "zero\\u200bwidth"},
        {"line\xe2\x80\xa8separator", "line\\u2028separator"},
        {"mark\xef\xbb\xbf", "mark\\ufeff"},
        {"tag\xf3\xa0\x81\x81", "tag\\U000e0041"},
        {"joiners stay: \xe2\x80\x8c\xe2\x80\x8d", "joiners stay: \xe2\x80\x8c\xe2\x80\x8d"},
        {"broken \xff", "broken \\xff"},
        {"cut off \xe2\x80", "cut off \\xe2\\x80"},
        {"overlong \xc0\xaf", "overlong \\xc0\\xaf"},
        {"overlong \xe0\x80\xaf", "overlong \\xe0\\x80\\xaf"},
        {"surrogate \xed\xa0\x80", "surrogate \\xed\\xa0\\x80"},
        {"too large \xf4\x90\x80\x80", "too large \\xf4\\x90\\x80\\x80"},
    };
    for (auto const& one : cases) CHECK(visible(one.text) == one.shown);
}

TEST_CASE("only line ends may stay") {
    CHECK(visible_lines("one\ntwo\r\n\x1b") == "one\ntwo\\r\n\\x1b");
}

TEST_CASE("width counts columns of the terminal") {
    CHECK(display_width("") == 0);
    CHECK(display_width("abc") == 3);
    CHECK(display_width("Zürich") == 6);
    CHECK(display_width("日本") == 4);
    CHECK(display_width("e\xcc\x81") == 1);  // a combining accent
}

TEST_CASE("a text is cut at a character, and says so") {
    struct {
        std::string text;
        std::size_t width;
        std::string shown;
    } const cases[] = {
        {"abc", 3, "abc"},
        {"abcd", 3, "ab…"},
        {"abc", 1, "…"},
        {"", 1, ""},
        {"Zürich", 3, "Zü…"},
        {"日本語", 6, "日本語"},
        {"日本語", 5, "日本…"},
        {"日本語", 4, "日…"},
        {"e\xcc\x81xyz", 3, "e\xcc\x81x…"},
    };
    for (auto const& one : cases) CHECK(shortened(one.text, one.width) == one.shown);
}

TEST_SUITE_END();
