#include "cli/delimited.hpp"

#include "cli/text.hpp"

namespace poolwright::cli {

namespace {

std::string_view tsv_escape(char c) noexcept {
    switch (c) {
        case '\t':
            return "\\t";
        case '\n':
            return "\\n";
        case '\r':
            return "\\r";
        case '\\':
            return "\\\\";
        default:
            return {};
    }
}

void write_tsv_cell(std::string_view cell, std::ostream& out) {
    for (char const c : cell) {
        auto const escape = tsv_escape(c);
        if (escape.empty()) {
            out << c;
        } else {
            out << escape;
        }
    }
}

void write_markdown_cell(std::string_view cell, std::ostream& out) {
    constexpr std::string_view markup = "\\`*_{}[]<>&#|~";
    for (char const c : visible(cell)) {
        if (markup.find(c) != std::string_view::npos) out << '\\';
        out << c;
    }
}

}  // namespace

std::string without_formula(std::string_view cell) {
    constexpr std::string_view beginnings = "=+-@\t\r";
    bool const is_formula = !cell.empty() && beginnings.find(cell.front()) != std::string_view::npos;
    return (is_formula ? "'" : "") + std::string(cell);
}

void write_quoted(std::string_view cell, std::ostream& out) {
    out << '"';
    for (char const c : cell) {
        if (c == '"') out << '"';
        out << c;
    }
    out << '"';
}

void write_csv_cell(std::string_view cell, std::ostream& out) {
    if (cell.find_first_of(",\"\r\n;\t") == std::string_view::npos) {
        out << cell;
    } else {
        write_quoted(cell, out);
    }
}

void write_csv(std::span<std::string const> cells, std::ostream& out) {
    for (std::size_t i = 0; i < cells.size(); ++i) {
        if (i > 0) out << ',';
        write_csv_cell(without_formula(cells[i]), out);
    }
    out << '\n';
}

void write_tsv(std::span<std::string const> cells, std::ostream& out) {
    for (std::size_t i = 0; i < cells.size(); ++i) {
        if (i > 0) out << '\t';
        write_tsv_cell(without_formula(cells[i]), out);
    }
    out << '\n';
}

void write_markdown(std::span<std::string const> cells, std::ostream& out) {
    out << '|';
    for (auto const& cell : cells) {
        out << ' ';
        write_markdown_cell(cell, out);
        out << " |";
    }
    out << '\n';
}

}  // namespace poolwright::cli
