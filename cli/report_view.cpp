#include "cli/report_view.hpp"

#include "cli/delimited.hpp"
#include "cli/report_sections.hpp"
#include "cli/terminal.hpp"
#include "cli/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

namespace poolwright::cli {
namespace {

constexpr std::size_t indent = 2;
constexpr std::size_t widest_text = 100;
constexpr std::size_t most_rows = 20;

// The lines of a table, indented.
std::string indented_table(report_section const& section, std::size_t width, bool color) {
    std::stringstream text;
    print_table(section.columns, section.rows, {width == 0 ? 0 : width - indent, color}, text);
    std::string out;
    for (std::string line; std::getline(text, line);) out += std::string(indent, ' ') + line + '\n';
    return out;
}

class text_writer {
public:
    text_writer(common_options const& common, std::ostream& out)
        : out_(out),
          color_(common.color),
          table_width_(common.verbose ? 0 : output_width()),
          text_width_(std::min(output_width(), widest_text)) {}

    void write(report_section const& section) {
        if (!is_first_) out_ << '\n';
        is_first_ = false;
        out_ << (color_ ? "\x1b[1m" : "") << section.title << (color_ ? "\x1b[0m\n" : "\n");
        for (auto const& each : section.sentences) paragraph("  ", each);
        if (!section.columns.empty()) out_ << '\n' << indented_table(section, table_width_, color_);
        for (auto const& each : section.points) paragraph("  - ", each);
        if (!section.notes.empty()) out_ << '\n';
        for (auto const& each : section.notes) paragraph("  ", each);
    }

private:
    void paragraph(std::string_view before, std::string const& text) {
        out_ << before << wrapped(text, before.size(), text_width_) << '\n';
    }

    std::ostream& out_;
    bool color_;
    std::size_t table_width_;
    std::size_t text_width_;
    bool is_first_ = true;
};

// Markup that comes from others is escaped by the writer of cells; sentences hold names too.
std::string escaped(std::string_view text) {
    std::string out;
    for (char const c : text) {
        if (std::string_view("\\`*_[]<>#|").find(c) != std::string_view::npos) out += '\\';
        out += c;
    }
    return out;
}

void write_markdown_table(report_section const& section, std::ostream& out) {
    std::vector<std::string> titles;
    std::string rule = "|";
    for (auto const& column : section.columns) {
        titles.push_back(title_in_words(column.title));
        rule += column.is_number ? " ---: |" : " --- |";
    }
    write_markdown(titles, out);
    out << rule << '\n';
    for (auto const& row : section.rows) write_markdown(row, out);
    out << '\n';
}

void write_markdown_section(report_section const& section, std::ostream& out) {
    out << "## " << section.title << "\n\n";
    for (auto const& each : section.sentences) out << wrapped(escaped(each), 0, widest_text) << "\n\n";
    if (!section.columns.empty()) write_markdown_table(section, out);
    for (auto const& each : section.points) out << "- " << wrapped(escaped(each), 2, widest_text) << '\n';
    if (!section.points.empty()) out << '\n';
    for (auto const& each : section.notes) out << wrapped(escaped(each), 0, widest_text) << "\n\n";
}

}  // namespace

std::vector<std::string_view> report_formats() {
    return {"table", "json", "markdown"};
}

void print_report(capacity_report const& report, common_options const& common, std::ostream& out) {
    if (common.output == "json") return print_report_json(report, out);
    if (common.output == "markdown") {
        out << "# Capacity report\n\n";
        for (auto const& section : sections_of(report, {.with_ids = true, .most_rows = 0}))
            write_markdown_section(section, out);
        return;
    }
    text_writer writer(common, out);
    section_style const style{.with_ids = common.verbose, .most_rows = common.verbose ? 0 : most_rows};
    for (auto const& section : sections_of(report, style)) writer.write(section);
}

}  // namespace poolwright::cli
