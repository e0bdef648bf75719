#include "cli/delimited.hpp"

#include <doctest/doctest.h>

#include <sstream>
#include <vector>

using namespace poolwright::cli;

TEST_SUITE_BEGIN("cli");

namespace {

using row_writer = void (*)(std::span<std::string const>, std::ostream&);

std::string line_of(row_writer write, std::vector<std::string> const& cells) {
    std::ostringstream out;
    write(cells, out);
    return out.str();
}

}  // namespace

TEST_CASE("a cell that a spreadsheet would take for a formula is made a text") {
    for (std::string const cell : {"=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"})
        CHECK(without_formula(cell) == "'" + cell);
    for (std::string const cell : {"", "a=1", "'=1", " =1", "\n=1"}) CHECK(without_formula(cell) == cell);
}

TEST_CASE("CSV") {
    CHECK(line_of(write_csv, {"a", "", "b c"}) == "a,,b c\n");
    CHECK(line_of(write_csv, {"a,b", "say \"hi\"", "two\nlines", "cr\r"}) ==
          "\"a,b\",\"say \"\"hi\"\"\",\"two\nlines\",\"cr\r\"\n");
    CHECK(line_of(write_csv, {"=cmd|'/c calc'!A0", "a;b"}) == "'=cmd|'/c calc'!A0,\"a;b\"\n");
}

TEST_CASE("TSV has no quotes, so what would break a line is escaped") {
    CHECK(line_of(write_tsv, {"a", "b\tc", "d\ne\r", "f\\g", "-1"}) == "a\tb\\tc\td\\ne\\r\tf\\\\g\t'-1\n");
}

TEST_CASE("Markdown takes nothing of a name for markup") {
    CHECK(line_of(write_markdown, {"a|b", "<img>", "*x*", "\x1b"}) ==
          "| a\\|b | \\<img\\> | \\*x\\* | \\\\x1b |\n");
}

TEST_SUITE_END();
