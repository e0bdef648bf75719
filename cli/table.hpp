#pragma once

#include <cstddef>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// Aligned columns for people. Every row is measured first and printed afterwards, so that a table of any
// length needs no memory. Used by all commands that print tables.

namespace poolwright::cli {

struct table_column {
    std::string_view title;
    bool is_number = false;  // right-aligned
    // To how many columns of the terminal its cells may be shortened; 0: never.
    std::size_t least_width = 0;
    bool is_shown = true;
};

struct table_style {
    std::size_t width = 80;  // of a line; 0: no limit
    bool color = false;
};

class table {
public:
    table(std::vector<table_column> columns, table_style style);

    // Cells are shown as they are: whoever fills them escapes what comes from others.
    void measure(std::span<std::string const> cells);

    void hide(std::size_t column) { columns_[column].is_shown = false; }

    // Fits the columns into the width and prints the titles. The last columns are shortened first: what a row
    // is about stands at its beginning.
    void print_titles(std::ostream& out);
    void print(std::span<std::string const> cells, std::ostream& out) const;

private:
    void fit();
    [[nodiscard]] std::string line_of(std::span<std::string const> cells) const;
    void append(std::string& line, std::string_view cell, std::size_t column) const;

    std::vector<table_column> columns_;
    std::vector<std::size_t> widths_;
    table_style style_;
};

// A table whose rows are all there.
void print_table(std::vector<table_column> columns, std::span<std::vector<std::string> const> rows,
                 table_style style, std::ostream& out);

}  // namespace poolwright::cli
