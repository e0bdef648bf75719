#pragma once

#include <ostream>
#include <span>
#include <string>
#include <string_view>

// Rows for other programs: CSV (RFC 4180, lines ending in LF), tab-separated values and Markdown tables.

namespace poolwright::cli {

// The cell with a leading `'` if a spreadsheet would take it for a formula: it begins with = + - @, tab or
// CR.
std::string without_formula(std::string_view cell);

// In quotes, inner quotes doubled.
void write_quoted(std::string_view cell, std::ostream& out);

// In quotes only where the grammar needs them.
void write_csv_cell(std::string_view cell, std::ostream& out);

// A whole line. Cells of the first two kinds are protected against formulas. Tabs, line ends and backslashes
// in TSV are written \t, \n, \r and \\; what Markdown would take for markup is escaped.
void write_csv(std::span<std::string const> cells, std::ostream& out);
void write_tsv(std::span<std::string const> cells, std::ostream& out);
void write_markdown(std::span<std::string const> cells, std::ostream& out);

}  // namespace poolwright::cli
