#include "planner/wording.hpp"

#include "planner/problem.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>

TEST_SUITE_BEGIN("planner");

using namespace poolwright::planner;

TEST_CASE("numbers in groups of three") {
    CHECK(grouped(0) == "0");
    CHECK(grouped(999) == "999");
    CHECK(grouped(1000) == "1,000");
    CHECK(grouped(123456) == "123,456");
    CHECK(grouped(1'000'000'000) == "1,000,000,000");
    std::string text = "of ";
    append_grouped(text, 12345);
    CHECK(text == "of 12,345");
}

TEST_CASE("lower case is that of ASCII letters, whatever else stands between them") {
    CHECK(in_lower_case("") == "");
    CHECK(in_lower_case("Contoso AG, [@`{") == "contoso ag, [@`{");
    CHECK(in_lower_case("Z\xc3\x9cRICH") == "z\xc3\x9crich");
}

TEST_CASE("a GUID has hexadecimal digits and nothing that stands next to them") {
    std::string const guid = "0189abcd-efAB-4CDE-8F01-0b04089f0b04";
    CHECK(is_guid(guid));
    for (int c = 0; c < 256; ++c) {
        auto text = guid;
        text[9] = static_cast<char>(c);
        CAPTURE(c);
        CHECK(is_guid(text) == (c < 0x80 && is_hex(static_cast<char>(c))));
    }
    CHECK(!is_guid(guid.substr(1)));
    CHECK(!is_guid("0189abcdef-AB-4CDE-8F01-0b04089f0b04"));
}

TEST_CASE("other people's values can be shown on a terminal") {
    CHECK(shown("Contoso é") == "`Contoso é`");
    CHECK(shown("a\x1b[31m\n") == "`a\\x1b[31m\\x0a`");
    CHECK(shown("a\u202eb\u2066c\u200ed\u061ce") ==
          "`a\\xe2\\x80\\xaeb\\xe2\\x81\\xa6c\\xe2\\x80\\x8ed\\xd8\\x9ce`");
    CHECK(shown("a\u2014b") == "`a\u2014b`");
    CHECK(shown(std::string(60, 'x')) == "`" + std::string(60, 'x') + "`");
    CHECK(shown(std::string(61, 'x')) == "`" + std::string(60, 'x') + "…`");
    CHECK(shown(std::string(59, 'x') + "éy") == "`" + std::string(59, 'x') + "…`");
}

TEST_CASE("the nearest name") {
    std::array<std::string_view, 4> const names{"exchange", "onedrive", "sharepoint", "teams"};
    struct row {
        std::string_view typed, meant;
    };
    std::array<row, 9> const table{{{"exhcange", "exchange"},
                                    {"exchnge", "exchange"},
                                    {"exchangee", "exchange"},
                                    {"onedrvie", "onedrive"},
                                    {"share-point", "sharepoint"},
                                    {"team", "teams"},
                                    {"mail", ""},
                                    {"", ""},
                                    {"skype", ""}}};
    for (auto const& [typed, meant] : table) CHECK(nearest(typed, names) == meant);
    CHECK(nearest(std::string(65, 'e'), names).empty());

    // The beginning of a name, unless there are two of them or it says too little.
    std::array<std::string_view, 4> const options{"--concurrency", "--client-id", "--client-secret-file",
                                                  "--ca-file"};
    std::array<row, 7> const typings{{{"--conc", "--concurrency"},
                                      {"--concurency", "--concurrency"},
                                      {"--client", ""},
                                      {"--client-s", "--client-secret-file"},
                                      {"--co", ""},
                                      {"--", ""},
                                      {"concurrency", "--concurrency"}}};
    for (auto const& [typed, meant] : typings) CHECK(nearest(typed, options) == meant);
    CHECK(one_of(names) == "`exchange`, `onedrive`, `sharepoint` or `teams`");
}

TEST_CASE("dates of the calendar") {
    for (auto const* good : {"2026-01-31", "2024-02-29", "1999-12-01"}) CHECK(is_date(good));
    for (auto const* bad : {"", "2026-1-31", "2026-02-29", "2026-13-01", "2026-00-10", "2026/01/31",
                            "2026-01-3x", "20260-1-31"}) {
        CHECK_FALSE(is_date(bad));
    }
}

TEST_CASE("a problem names as much of its place as is known") {
    CHECK(problem{"a.csv", 3, 7, "wrong"}.text() == "a.csv:3:7: wrong");
    CHECK(problem{"a.csv", 3, 0, "wrong"}.text() == "a.csv:3: wrong");
    CHECK(problem{"a.csv", 0, 0, "wrong"}.text() == "a.csv: wrong");
    CHECK(problem{"", 0, 0, "wrong"}.text() == "wrong");
}

TEST_CASE("the first 50 problems are kept and the others counted") {
    problem_list list;
    CHECK(list.empty());
    CHECK(list.text().empty());
    for (std::uint64_t line = 1; line <= 50; ++line) list.add({"a", line, 0, "wrong"});
    CHECK(list.text().ends_with("\na:50: wrong"));
    list.add({"a", 51, 0, "wrong"});
    CHECK(list.text().ends_with("\na:50: wrong\nand 1 more problem"));
    list.add({"a", 52, 0, "wrong"});
    CHECK(list.text().ends_with("\na:50: wrong\nand 2 more problems"));
    CHECK(list.total() == 52);
    CHECK(list.first().size() == 50);
}

TEST_SUITE_END();
