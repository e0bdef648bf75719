#include "cli/table.hpp"

#include "cli/text.hpp"

#include <algorithm>
#include <utility>

namespace poolwright::cli {

namespace {

constexpr std::string_view gap = "  ";

}  // namespace

table::table(std::vector<table_column> columns, table_style style)
    : columns_(std::move(columns)), style_(style) {
    for (auto const& column : columns_) widths_.push_back(display_width(column.title));
}

void table::measure(std::span<std::string const> cells) {
    for (std::size_t i = 0; i < cells.size(); ++i) widths_[i] = std::max(widths_[i], display_width(cells[i]));
}

void table::fit() {
    if (style_.width == 0) return;
    std::size_t total = 0;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        if (columns_[i].is_shown) total += widths_[i] + (total == 0 ? 0 : gap.size());
    }
    for (auto i = columns_.size(); i-- > 0 && total > style_.width;) {
        if (!columns_[i].is_shown || columns_[i].least_width == 0) continue;
        auto const spare = widths_[i] - std::min(widths_[i], columns_[i].least_width);
        auto const cut = std::min(spare, total - style_.width);
        widths_[i] -= cut;
        total -= cut;
    }
}

void table::append(std::string& line, std::string_view cell, std::size_t column) const {
    if (!columns_[column].is_shown) return;
    if (!line.empty()) line += gap;
    auto const text = columns_[column].least_width > 0 ? shortened(cell, widths_[column]) : std::string(cell);
    auto const used = display_width(text);
    std::string const padding(widths_[column] - std::min(widths_[column], used), ' ');
    line += columns_[column].is_number ? padding + text : text + padding;
}

void table::print_titles(std::ostream& out) {
    fit();
    std::vector<std::string> titles;
    titles.reserve(columns_.size());
    for (auto const& column : columns_) titles.emplace_back(column.title);
    out << (style_.color ? "\x1b[1m" : "") << line_of(titles) << (style_.color ? "\x1b[0m\n" : "\n");
}

void table::print(std::span<std::string const> cells, std::ostream& out) const {
    out << line_of(cells) << '\n';
}

std::string table::line_of(std::span<std::string const> cells) const {
    std::string line;
    for (std::size_t i = 0; i < cells.size(); ++i) append(line, cells[i], i);
    line.erase(line.find_last_not_of(' ') + 1);
    return line;
}

void print_table(std::vector<table_column> columns, std::span<std::vector<std::string> const> rows,
                 table_style style, std::ostream& out) {
    table shown(std::move(columns), style);
    for (auto const& row : rows) shown.measure(row);
    shown.print_titles(out);
    for (auto const& row : rows) shown.print(row, out);
}

}  // namespace poolwright::cli
