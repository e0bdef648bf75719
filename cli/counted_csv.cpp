#include "cli/counted_csv.hpp"

#include "cli/delimited.hpp"
#include "cli/failure.hpp"
#include "planner/csv_row_reader.hpp"
#include "planner/tenant_columns.hpp"
#include "planner/wording.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

namespace poolwright::cli {
namespace {

using planner::tenant_column;

std::string lowered(std::string_view text) {
    auto const begin = text.find_first_not_of(" \t");
    if (begin == std::string_view::npos) return {};
    return planner::in_lower_case(text.substr(begin, text.find_last_not_of(" \t") - begin + 1));
}

class csv_copy {
public:
    csv_copy(number_source const& numbers, std::ostream& out) : numbers_(numbers), out_(out) {}

    void take(planner::csv_row const& row) {
        std::vector<std::string> cells(row.cells.begin(), row.cells.end());
        if (is_header_) {
            take_header(row);
            if (mailboxes_ == cells.size()) cells.emplace_back(to_string(tenant_column::mailboxes));
        } else {
            cells.resize(std::max(cells.size(), mailboxes_ + 1));
            auto const cloud = cloud_ ? lowered(cells[*cloud_]) : std::string();
            if (auto const number = numbers_(lowered(cells[tenant_id_]), cloud))
                cells[mailboxes_] = std::to_string(*number);
        }
        is_header_ = false;
        write(cells);
    }

private:
    void take_header(planner::csv_row const& row) {
        delimiter_ = row.delimiter;
        if (row.text.ends_with("\r\n")) line_end_ = "\r\n";
        // What comes before the header is a `sep=` line.
        if (row.line > 1) out_ << "sep=" << delimiter_ << line_end_;
        mailboxes_ = row.cells.size();
        for (std::size_t i = 0; i < row.cells.size(); ++i) {
            auto const column = planner::column_of(row.cells[i]);
            if (column == tenant_column::tenant_id) tenant_id_ = i;
            if (column == tenant_column::mailboxes) mailboxes_ = i;
            if (column == tenant_column::cloud) cloud_ = i;
        }
    }

    void write(std::vector<std::string> const& cells) {
        for (std::size_t i = 0; i < cells.size(); ++i) {
            if (i > 0) out_ << delimiter_;
            write_cell(without_formula(cells[i]));
        }
        out_ << line_end_;
    }

    // Blanks at the edges are kept only inside quotes.
    void write_cell(std::string const& cell) {
        bool const has_edges = cell.starts_with(' ') || cell.ends_with(' ');
        if (has_edges) {
            write_quoted(cell, out_);
        } else {
            write_csv_cell(cell, out_);
        }
    }

    number_source const& numbers_;
    std::ostream& out_;
    bool is_header_ = true;
    char delimiter_ = ',';
    std::string_view line_end_ = "\n";
    std::size_t tenant_id_ = 0;
    std::size_t mailboxes_ = 0;
    std::optional<std::size_t> cloud_;
};

}  // namespace

void write_counted_csv(planner::input_file& file, number_source const& numbers, std::ostream& out) {
    csv_copy copy(numbers, out);
    planner::problem_list problems;
    auto const take = [&](planner::csv_row const& row) {
        copy.take(row);
        return true;
    };
    planner::csv_row_reader rows(file.name(), take, problems);
    file.rewind();
    while (problems.empty()) {
        auto const piece = file.next();
        if (!piece) problems.add(piece.error());
        if (!piece || piece->empty() || !rows.feed(*piece)) break;
    }
    if (problems.empty()) rows.finish();
    if (!problems.empty()) throw failure(problems);
}

}  // namespace poolwright::cli
