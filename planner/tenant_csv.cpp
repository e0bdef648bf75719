#include "planner/tenant_csv.hpp"

#include "planner/input_file.hpp"
#include "planner/sizing_rule.hpp"
#include "planner/tenant_cells.hpp"
#include "planner/wording.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

namespace poolwright::planner {

namespace {

std::string_view trimmed(std::string_view text) noexcept {
    auto const begin = text.find_first_not_of(" \t");
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

void assign_lower(std::string& to, std::string_view text) {
    to.resize(text.size());
    std::transform(text.begin(), text.end(), to.begin(), lower);
}

void forget(tenant_row& row) {
    for (auto* text : {&row.tenant_id, &row.name, &row.rule, &row.redirect_uri, &row.cloud}) text->clear();
    row.workload = "exchange";
    row.mailboxes = 0;
    row.mailboxes_given = true;
}

// Whether a cell may be empty: the columns that must be in the header must be in every row.
bool is_required(tenant_column column) noexcept {
    return column == tenant_column::tenant_id || column == tenant_column::mailboxes;
}

// Not even mistyped: it is a tenant already, or the file has nothing to do with tenants.
bool names_no_column(csv_row const& row) {
    return std::none_of(row.cells.begin(), row.cells.end(),
                        [](std::string_view cell) { return column_of(cell) || nearest_column(cell); });
}

std::string plural(std::size_t count, std::string_view what) {
    return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

}  // namespace

tenant_reader::tenant_reader(tenant_csv_options options, tenant_visitor visit, tenant_csv_findings& findings)
    : options_(std::move(options)),
      visit_(std::move(visit)),
      findings_(findings),
      rows_(options_.file, [this](csv_row const& row) { return take_row(row); }, findings.problems) {
    if (options_.find_duplicates) duplicates_.emplace();
}

void tenant_reader::finish() {
    rows_.finish();
    if (duplicates_) report_duplicates();
    if (columns_.empty() && findings_.problems.empty()) {
        refuse({0, 0},
               "this file is empty: it needs a header line with at least `tenant_id` and `mailboxes`");
    } else if (row_count_ == 0 && findings_.problems.empty()) {
        findings_.warnings.push_back({options_.file, 0, 0, "there is a header and no tenant"});
    }
}

bool tenant_reader::take_row(csv_row const& row) {
    if (columns_.empty()) {
        take_header(row);
        return findings_.problems.empty();
    }
    if (row.line > std::numeric_limits<std::uint32_t>::max()) {
        refuse({row.line, 0}, "this file has too many lines, split it");
        return false;
    }
    ++row_count_;
    if (has_every_cell(row)) read_tenant(row);
    return true;
}

void tenant_reader::take_header(csv_row const& row) {
    columns_.resize(row.cells.size());
    std::vector<std::size_t> unknown;
    for (std::size_t i = 0; i < row.cells.size(); ++i) place_column(row, i, unknown);
    if (names_no_column(row)) return refuse_headless(row);
    refuse_missing(row, unknown);
    if (!unknown.empty() && !options_.for_counting) warn_of(row, unknown);
}

void tenant_reader::place_column(csv_row const& row, std::size_t index, std::vector<std::size_t>& unknown) {
    columns_[index] = column_of(row.cells[index]);
    if (!columns_[index]) return unknown.push_back(index);
    auto& place = column_indexes_[static_cast<std::size_t>(*columns_[index])];
    if (place) {
        refuse(row.place_of(index),
               fmt::format("{} is the column `{}`, which stands already in column {} ({})",
                           shown(row.cells[index]), to_string(*columns_[index]), *place + 1,
                           shown(row.cells[*place])));
    } else {
        place = index;
    }
}

void tenant_reader::refuse_missing(csv_row const& row, std::vector<std::size_t> const& unknown) {
    for (auto const column : {tenant_column::tenant_id, tenant_column::mailboxes}) {
        if (column_indexes_[static_cast<std::size_t>(column)]) continue;
        auto const meant = std::find_if(unknown.begin(), unknown.end(), [&](std::size_t index) {
            return nearest_column(row.cells[index]) == column;
        });
        if (meant == unknown.end()) {
            if (may_be_empty(column)) continue;
            refuse(row.place_of(0), fmt::format("the column `{}` is missing", to_string(column)));
        } else {
            refuse(row.place_of(*meant),
                   fmt::format("the column `{}` is missing; if column {}, {}, is meant, rename it",
                               to_string(column), *meant + 1, shown(row.cells[*meant])));
        }
    }
}

void tenant_reader::refuse_headless(csv_row const& row) {
    auto const line = trimmed(row.text.substr(0, row.text.find_last_not_of("\r\n") + 1));
    refuse(row.place_of(0), fmt::format("the first line must name the columns, such as `tenant_id` and "
                                        "`mailboxes`; it reads {}",
                                        shown(line)));
}

void tenant_reader::warn_of(csv_row const& row, std::vector<std::size_t> const& unknown) {
    constexpr std::size_t most_named = 20;
    auto const named = std::min(unknown.size(), most_named);
    std::string names;
    for (std::size_t i = 0; i < named; ++i) {
        auto const& name = row.cells[unknown[i]];
        names += fmt::format("{}{}", names.empty() ? "" : ", ", shown(name));
        auto const near = nearest_column(name);
        if (near && !column_indexes_[static_cast<std::size_t>(*near)]) {
            names += fmt::format(" (did you mean `{}`?)", to_string(*near));
        }
    }
    if (named < unknown.size()) names += fmt::format(" and {} more", unknown.size() - named);
    auto const place = row.place_of(unknown.front());
    findings_.warnings.push_back(
        {options_.file, place.line, place.column,
         fmt::format("unknown column{} left out: {}", unknown.size() == 1 ? "" : "s", names)});
}

bool tenant_reader::has_every_cell(csv_row const& row) {
    auto const given = row.cells.size();
    if (given == columns_.size()) return true;
    auto const place = row.place_of(std::min(given, columns_.size()));
    refuse(place, fmt::format("this row has {}, the header has {}", plural(given, "cell"), columns_.size()));
    return false;
}

void tenant_reader::read_tenant(csv_row const& row) {
    auto const before = findings_.problems.total();
    forget(row_);
    row_.mailboxes_given = column_indexes_[static_cast<std::size_t>(tenant_column::mailboxes)].has_value();
    row_.line = row.line;
    bool known = true;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        if (!columns_[i]) continue;
        auto fault = read_cell(*columns_[i], trimmed(row.cells[i]));
        if (!fault) continue;
        if (columns_[i] == tenant_column::tenant_id || columns_[i] == tenant_column::workload) known = false;
        refuse(row.place_of(i), std::move(*fault));
    }
    if (known && duplicates_) remember(row);
    if (findings_.problems.total() != before) return;
    check_rule_fits(row);
    if (findings_.problems.total() != before) return;
    if (auto fault = visit_(row_)) refuse(row, fault->column, std::move(fault->message));
}

bool tenant_reader::may_be_empty(tenant_column column) const noexcept {
    return options_.for_counting && column == tenant_column::mailboxes;
}

std::optional<std::string> tenant_reader::read_cell(tenant_column column, std::string_view text) {
    if (text.empty()) {
        if (column == tenant_column::mailboxes) row_.mailboxes_given = false;
        return is_required(column) && !may_be_empty(column)
                   ? std::optional(fmt::format("{} is empty", to_string(column)))
                   : std::nullopt;
    }
    switch (column) {
        case tenant_column::tenant_id:
            assign_lower(row_.tenant_id, text);
            row_.is_guid = is_guid(text);
            return row_.is_guid ? std::nullopt : check_tenant_id(text);
        case tenant_column::mailboxes: {
            auto const number = read_mailboxes(text);
            if (!number) return number.error();
            row_.mailboxes = *number;
            return std::nullopt;
        }
        case tenant_column::name:
            row_.name = text;
            return check_name(text);
        case tenant_column::workload:
            assign_lower(row_.workload, text);
            return check_workload(row_.workload);
        case tenant_column::rule:
            row_.rule = text;
            return check_rule(text);
        case tenant_column::redirect_uri:
            row_.redirect_uri = text;
            return check_redirect_uri(text);
        case tenant_column::cloud:
            assign_lower(row_.cloud, text);
            return check_cloud(row_.cloud);
    }
    return std::nullopt;
}

void tenant_reader::check_rule_fits(csv_row const& row) {
    if (row_.rule.empty()) return;
    auto const& rule = *find_rule(row_.rule);
    if (rule.fits(row_.workload)) return;
    refuse(row, tenant_column::rule,
           fmt::format("the rule `{}` is for the workload `{}`, this row's is `{}`", rule.name, rule.workload,
                       row_.workload));
}

void tenant_reader::remember(csv_row const& row) {
    auto const place = row.place_of(*column_indexes_[static_cast<std::size_t>(tenant_column::tenant_id)]);
    duplicates_->add(row_.tenant_id, options_.pool.empty() ? row_.workload : options_.pool,
                     static_cast<std::uint32_t>(place.line),
                     static_cast<std::uint16_t>(std::min<std::uint64_t>(place.column, 0xffff)));
}

void tenant_reader::report_duplicates() {
    for (auto const& twice : duplicates_->find()) {
        refuse({twice.line, twice.column},
               fmt::format("the same tenant and pool as in line {}", twice.first_line));
    }
}

void tenant_reader::refuse(csv_row const& row, tenant_column column, std::string message) {
    auto const index = column_indexes_[static_cast<std::size_t>(column)];
    refuse(row.place_of(index.value_or(0)), std::move(message));
}

void tenant_reader::refuse(csv_place where, std::string message) {
    findings_.problems.add({options_.file, where.line, where.column, std::move(message)});
}

tenant_csv_findings read_tenants(input_file& file, tenant_csv_options options, tenant_visitor visit) {
    tenant_csv_findings findings;
    tenant_reader reader(std::move(options), std::move(visit), findings);
    file.rewind();
    while (true) {
        auto const piece = file.next();
        if (!piece) {
            findings.problems.add(piece.error());
            return findings;
        }
        if (piece->empty() || !reader.feed(*piece)) break;
    }
    reader.finish();
    return findings;
}

}  // namespace poolwright::planner
