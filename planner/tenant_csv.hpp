#pragma once

#include "planner/csv_row_reader.hpp"
#include "planner/duplicate_rows.hpp"
#include "planner/problem.hpp"
#include "planner/tenant_columns.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// The tenant CSV, read row by row: a file of a million tenants is never in memory. Read twice: a first time
// to find all problems, and, if there is none, a second time to print. Called by the commands that take a
// TENANTS.csv.

namespace poolwright::planner {

class input_file;

// One row without a fault.
struct tenant_row {
    std::uint64_t line = 0;  // of the file, from 1; 0: no file
    std::string tenant_id;   // directory id or domain name, in lower case
    bool is_guid = false;    // it is a directory id
    std::string name;
    std::string workload = "exchange";
    std::string rule;          // the name of a built-in rule that fits the workload; empty: none is named
    std::string redirect_uri;  // empty: none is given
    std::string cloud;         // empty: none is given
    std::int64_t mailboxes = 0;
    bool mailboxes_given = true;  // false only for whoever counts them: the cell is empty or not there

    bool operator==(tenant_row const&) const = default;
};

// What is wrong with a row beyond its cells; said at the place of the cell of that column.
struct cell_problem {
    tenant_column column;
    std::string message;
};

struct tenant_csv_options {
    std::string file;  // names the text in problems
    std::string
        pool;  // of every row; empty: each row's workload. Rows of the same tenant and pool are duplicates
    bool find_duplicates = true;  // off in a second reading of the same text: it costs 16 bytes a row
    // For whoever counts mailboxes and keeps all columns: those need not be given, these are no news.
    bool for_counting = false;
};

// Told every row without a fault; may find one.
using tenant_visitor = std::function<std::optional<cell_problem>(tenant_row const&)>;

// What came of reading.
struct tenant_csv_findings {
    problem_list problems;
    std::vector<problem> warnings;  // columns that are left out; no rows
};

// Fed with the text in pieces of any size.
class tenant_reader {
public:
    tenant_reader(tenant_csv_options options, tenant_visitor visit, tenant_csv_findings& findings);
    tenant_reader(tenant_reader const&) = delete;
    tenant_reader& operator=(tenant_reader const&) = delete;

    // Takes the next bytes. Returns false once nothing more is wanted.
    bool feed(std::string_view bytes) { return rows_.feed(bytes); }
    // After the last byte.
    void finish();

private:
    bool take_row(csv_row const& row);
    void take_header(csv_row const& row);
    void place_column(csv_row const& row, std::size_t index, std::vector<std::size_t>& unknown);
    void refuse_missing(csv_row const& row, std::vector<std::size_t> const& unknown);
    void refuse_headless(csv_row const& row);
    void warn_of(csv_row const& row, std::vector<std::size_t> const& unknown);
    void read_tenant(csv_row const& row);
    bool has_every_cell(csv_row const& row);
    [[nodiscard]] bool may_be_empty(tenant_column column) const noexcept;
    std::optional<std::string> read_cell(tenant_column column, std::string_view text);
    void check_rule_fits(csv_row const& row);
    void remember(csv_row const& row);
    void report_duplicates();
    void refuse(csv_row const& row, tenant_column column, std::string message);
    void refuse(csv_place where, std::string message);

    tenant_csv_options options_;
    tenant_visitor visit_;
    tenant_csv_findings& findings_;
    csv_row_reader rows_;
    std::vector<std::optional<tenant_column>> columns_;  // by their index in the file
    std::array<std::optional<std::size_t>, tenant_column_count> column_indexes_;  // the other way round
    tenant_row row_;
    std::uint64_t row_count_ = 0;
    std::optional<duplicate_rows> duplicates_;
};

// Reads a whole file from its beginning.
tenant_csv_findings read_tenants(input_file& file, tenant_csv_options options, tenant_visitor visit);

}  // namespace poolwright::planner
