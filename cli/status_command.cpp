#include "cli/status_command.hpp"

#include "cli/diagnostics.hpp"
#include "cli/ledger_access.hpp"
#include "cli/table.hpp"
#include "cli/terminal.hpp"
#include "cli/text.hpp"
#include "planner/wording.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace poolwright::cli {

namespace json = boost::json;

namespace {

using planner::grouped;

// A number for every pool and tenant, in the same order everywhere.
void put_counts(json::object& object, status_counts const& counts) {
    object["planned"] = counts.planned;
    object["ready"] = counts.ready;
    object["pending"] = counts.pending;
    object["failed"] = counts.failed;
}

json::object to_json(tenant_status const& tenant) {
    json::object object{{"tenant_id", to_string(tenant.pool.directory_id)},
                        {"name", tenant.pool.tenant_name},
                        {"named_as", tenant.pool.named_as},
                        {"pool", tenant.pool.pool}};
    put_counts(object, tenant.counts);
    object["last_error"] = tenant.last_error.empty() ? json::value(nullptr) : json::value(tenant.last_error);
    return object;
}

std::vector<std::string> cells_of(std::string tenant, std::string id, std::string pool,
                                  status_counts const& counts, std::string why) {
    return {std::move(tenant),       std::move(id),          std::move(pool),
            grouped(counts.planned), grouped(counts.ready),  grouped(counts.open()),
            grouped(counts.pending), grouped(counts.failed), std::move(why)};
}

std::vector<std::vector<std::string>> rows_of(fleet_status const& status) {
    std::vector<std::vector<std::string>> rows;
    rows.reserve(status.tenants.size() + status.pools.size());
    for (auto const& tenant : status.tenants) {
        rows.push_back(cells_of(visible(known_as(tenant.pool)), to_string(tenant.pool.directory_id),
                                tenant.pool.pool, tenant.counts, visible(tenant.last_error)));
    }
    for (auto const& [pool, counts] : status.pools) rows.push_back(cells_of("Total", "", pool, counts, ""));
    return rows;
}

void print_status_table(fleet_status const& status, common_options const& common, std::ostream& out) {
    bool const has_errors = std::any_of(status.tenants.begin(), status.tenants.end(),
                                        [](auto const& tenant) { return !tenant.last_error.empty(); });
    std::vector<table_column> columns{{"TENANT", false, 12},
                                      {"DIRECTORY", false, 0, common.verbose},
                                      {"POOL", false, 8, status.pools.size() > 1},
                                      {"PLANNED", true},
                                      {"READY", true},
                                      {"TO DO", true},
                                      {"PENDING", true},
                                      {"FAILED", true},
                                      {"LAST ERROR", false, 20, has_errors}};
    auto const width = common.verbose ? 0 : output_width();
    print_table(std::move(columns), rows_of(status), {width, common.color}, out);
}

// What to type next.
std::string next_step(fleet_status const& status) {
    status_counts all;
    for (auto const& [pool, counts] : status.pools) all.add(counts);
    auto const missing = all.planned - all.ready;
    if (missing > 0) {
        return fmt::format("{} of {} apps are not ready: run `poolwright provision` with the same plan again",
                           grouped(missing), grouped(all.planned));
    }
    return "all apps are ready; their values: poolwright export --format csv --to FILE";
}

}  // namespace

void print_status_json(fleet_status const& status, std::ostream& out) {
    out << R"({"schema":"poolwright.status/1","pools":[)";
    std::string_view separator = "\n";
    for (auto const& [pool, counts] : status.pools) {
        json::object object{{"pool", pool}};
        put_counts(object, counts);
        out << separator << json::serialize(object);
        separator = ",\n";
    }
    out << "\n],\"tenants\":[";
    separator = "\n";
    for (auto const& tenant : status.tenants) {
        out << separator << json::serialize(to_json(tenant));
        separator = ",\n";
    }
    out << "\n]}\n";
}

exit_code run_status(common_options const& common, std::ostream& out) {
    auto const ledger = open_ledger_if_any(common);
    auto const status = ledger ? read_status(*ledger) : fleet_status{};
    if (common.output == "json") {
        print_status_json(status, out);
    } else if (!status.tenants.empty()) {
        print_status_table(status, common, out);
    }
    out.flush();
    if (!ledger) {
        say_note(words_for_no_ledger(common) + "; next: poolwright plan TENANTS.csv --save plan.json",
                 common);
    } else if (status.tenants.empty()) {
        say_note("the ledger holds no plan yet; next: poolwright provision TENANTS.csv", common);
    } else {
        say_note(next_step(status), common);
    }
    return done;
}

}  // namespace poolwright::cli
