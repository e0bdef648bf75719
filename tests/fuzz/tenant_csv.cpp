#include "planner/tenant_csv.hpp"

#include "planner/csv_row_reader.hpp"
#include "planner/plan_pool.hpp"
#include "planner/tenant_cells.hpp"
#include "planner/wording.hpp"
#include "planner/workload.hpp"
#include "tests/fuzz/independent_readers.hpp"
#include "tests/fuzz/input.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <sstream>

// The tenant CSV: `w` or `p` (the pool is the row's workload, or given), the size of the pieces it is fed in,
// and the text, in which the byte 0x1e repeats the one before it 40,000 times.

namespace poolwright::fuzz {

namespace {

using namespace planner;

struct reading {
    std::vector<tenant_row> rows;
    tenant_csv_findings findings;
};

void check_size(tenant_row const& row, planned_pool const& pool, plan_options const& options) {
    require(pool.apps >= 0 && pool.apps <= options.max_apps, "no row has more apps than --max-apps");
    require(pool.tenant_id == row.tenant_id && pool.mailboxes == row.mailboxes, "a pool is that of its row");
    require(!pool.next_app_at || *pool.next_app_at > row.mailboxes,
            "the next threshold is above the present");
}

reading read(std::string_view text, std::size_t piece, plan_options const& options) {
    reading out;
    auto const take = [&](tenant_row const& row) -> std::optional<cell_problem> {
        auto const pool = plan_row(row, options);
        if (!pool) return pool.error();
        check_size(row, *pool, options);
        out.rows.push_back(row);
        return std::nullopt;
    };
    tenant_reader reader({"tenants.csv", options.pool, true}, take, out.findings);
    while (!text.empty() && reader.feed(text.substr(0, piece)))
        text.remove_prefix(std::min(piece, text.size()));
    reader.finish();
    return out;
}

bool is_same(reading const& a, reading const& b) {
    auto const texts = [](reading const& of) {
        auto all = of.findings.problems.text();
        for (auto const& warning : of.findings.warnings) all += '\n' + warning.text();
        return all;
    };
    return a.rows == b.rows && texts(a) == texts(b);
}

void check_row(tenant_row const& row) {
    require(!check_tenant_id(row.tenant_id), "an accepted tenant id is one");
    require(std::none_of(row.tenant_id.begin(), row.tenant_id.end(), [](char c) { return c != lower(c); }),
            "a tenant id is in lower case");
    require(row.is_guid == is_guid(row.tenant_id), "a directory id is known as one");
    require(row.mailboxes >= 0 && row.mailboxes <= most_mailboxes, "a number of mailboxes is in its range");
    require(is_workload(row.workload), "a workload is one");
    require(is_utf8(row.name), "a name is UTF-8");
    require(row.rule.empty() || find_rule(row.rule)->fits(row.workload), "a rule fits its row");
}

std::string in_quotes(std::string_view cell) {
    std::string out = "\"";
    for (char const c : cell) out += c == '"' ? std::string("\"\"") : std::string(1, c);
    return out + "\"";
}

// Written as a spreadsheet would write them, they are the same rows again.
void check_round_trip(std::vector<tenant_row> rows, plan_options const& options) {
    std::string text = "tenant_id,mailboxes,name,workload,rule,redirect_uri,cloud\r\n";
    for (auto const& row : rows) {
        text += in_quotes(row.tenant_id) + ',' + std::to_string(row.mailboxes);
        for (auto const* cell : {&row.name, &row.workload, &row.rule, &row.redirect_uri, &row.cloud})
            text += ',' + in_quotes(*cell);
        text += "\r\n";
    }
    auto again = read(text, text.size(), options);
    require(again.findings.problems.empty(), "what was read is accepted when it is written again");
    for (auto* each : {&rows, &again.rows})
        for (auto& row : *each) row.line = 0;
    require(rows == again.rows, "what was read is the same when it is written and read again");
}

// No two rows are of the same tenant and pool.
void check_no_duplicates(std::vector<tenant_row> const& rows, plan_options const& options) {
    std::set<std::pair<std::string, std::string>> seen;
    for (auto const& row : rows) {
        require(seen.emplace(row.tenant_id, options.pool.empty() ? row.workload : options.pool).second,
                "the same tenant and pool twice is a problem");
    }
}

// The text without its byte order mark and `sep=` line.
std::string_view from_header(std::string_view text) {
    if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
    auto first = text.substr(0, text.find('\n'));
    auto const size = std::min(first.size() + 1, text.size());
    while (first.ends_with('\r') || first.ends_with('"')) first.remove_suffix(1);
    while (first.starts_with('"')) first.remove_prefix(1);
    auto const is_sep = [](std::string_view word) { return in_lower_case(word.substr(0, 4)) == "sep="; };
    return is_sep(first) ? text.substr(size) : text;
}

// The cells are those that another reader of RFC 4180 finds.
void check_cells(std::string_view text) {
    problem_list problems;
    csv_table rows;
    char delimiter = ',';
    auto const take = [&](csv_row const& row) {
        rows.emplace_back(row.cells.begin(), row.cells.end());
        delimiter = row.delimiter;
        return true;
    };
    csv_row_reader reader("tenants.csv", take, problems);
    reader.feed(text);
    reader.finish();
    if (!problems.empty()) return;
    auto const other = read_csv(from_header(text), delimiter, true);
    require(other.has_value(), "what is accepted as RFC 4180 is that to another reader");
    require(*other == rows, "another reader finds the same cells");
}

std::string expanded(std::string_view text) {
    constexpr std::size_t times = 40'000;
    constexpr int most = 3;
    std::string out;
    int used = 0;
    for (char const c : text) {
        if (c == '\x1e' && !out.empty() && used++ < most) {
            out.append(times, out.back());
        } else {
            out += c;
        }
    }
    return out;
}

}  // namespace

void fuzz(std::string_view bytes) {
    input in(bytes);
    plan_options options;
    options.rule = built_in_rules().front();
    if (in.byte() == 'p') options.pool = "pool";
    std::size_t const size = in.byte();
    auto const text = expanded(in.rest());
    // A header is looked at anew with each piece, which takes long for a long one in tiny pieces.
    auto const piece = (1 + size) * (1 + text.size() / 1024);

    auto const whole = read(text, text.size() + 1, options);
    for (auto const& one : whole.findings.problems.first()) require_sound(one, text);
    for (auto const& one : whole.findings.warnings) require_sound(one, text);
    for (auto const& row : whole.rows) check_row(row);
    require(is_same(whole, read(text, piece, options)), "in which pieces a text comes changes nothing");
    check_cells(text);
    if (!whole.findings.problems.empty()) return;
    check_no_duplicates(whole.rows, options);
    check_round_trip(whole.rows, options);
}

}  // namespace poolwright::fuzz
