#include "cli/table.hpp"

#include <doctest/doctest.h>

#include <sstream>

using namespace poolwright::cli;

TEST_SUITE_BEGIN("cli");

namespace {

using rows = std::vector<std::vector<std::string>>;

std::string printed(std::vector<table_column> columns, rows const& cells, table_style style) {
    std::ostringstream out;
    print_table(std::move(columns), cells, style, out);
    return out.str();
}

}  // namespace

TEST_CASE("words to the left, numbers to the right, nothing after the last one") {
    CHECK(printed({{"TENANT"}, {"APPS", true}, {"NOTE"}}, {{"Contoso", "5", ""}, {"日本", "1,234", "x"}},
                  {80}) ==
          "TENANT    APPS  NOTE\n"
          "Contoso      5\n"
          "日本     1,234  x\n");
}

TEST_CASE("a table of no rows has its titles") {
    CHECK(printed({{"A"}, {"B", true}}, {}, {80}) == "A  B\n");
}

TEST_CASE("what does not fit shortens names, the last ones first, and never numbers") {
    rows const cells{{"a name of thirty-one characters", "short name", "1,000,000"}};
    std::vector<table_column> const columns{{"NAME", false, 8}, {"OTHER", false, 8}, {"N", true}};
    struct {
        std::size_t width;
        std::string line;
    } const cases[] = {
        {0, "a name of thirty-one characters  short name  1,000,000\n"},
        {54, "a name of thirty-one characters  short name  1,000,000\n"},
        {53, "a name of thirty-one characters  short na…  1,000,000\n"},
        {40, "a name of thirty-o…  short n…  1,000,000\n"},
        {32, "a name of …  short n…  1,000,000\n"},
        {10, "a name …  short n…  1,000,000\n"},  // the least that is readable
    };
    for (auto const& one : cases) {
        CAPTURE(one.width);
        auto const text = printed(columns, cells, {one.width});
        CHECK(text.substr(text.find('\n') + 1) == one.line);
    }
}

TEST_CASE("a hidden column takes no room") {
    std::ostringstream out;
    table shown({{"A"}, {"WIDE"}, {"B"}}, {80, false});
    std::vector<std::string> const row{"1", "something long", "2"};
    shown.measure(row);
    shown.hide(1);
    shown.print_titles(out);
    shown.print(row, out);
    CHECK(out.str() == "A  B\n1  2\n");
}

TEST_CASE("colours only stand around the titles") {
    CHECK(printed({{"A"}}, {{"1"}}, {80, true}) == "\x1b[1mA\x1b[0m\n1\n");
}

TEST_SUITE_END();
