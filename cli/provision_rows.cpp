#include "cli/provision_rows.hpp"

#include "cli/failure.hpp"
#include "planner/wording.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

namespace poolwright::cli {
namespace {

using planner::planned_pool;
using planner::shown;

bool same_text(std::string_view a, std::string_view b) noexcept {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](char x, char y) { return planner::lower(x) == planner::lower(y); });
}

bool is_named(planned_pool const& row, std::string_view name) noexcept {
    return same_text(row.tenant_id, name) || (!row.name.empty() && same_text(row.name, name));
}

// The row as a person finds it in the file.
std::string row_words(planned_pool const& row) {
    if (row.name.empty()) return shown(row.tenant_id);
    return fmt::format("{} ({})", shown(row.tenant_id), shown(row.name));
}

[[noreturn]] void refuse_name(planner::plan const& plan, std::string const& name) {
    std::vector<std::string_view> names;
    for (auto const& row : plan.pools) {
        names.push_back(row.tenant_id);
        if (!row.name.empty()) names.push_back(row.name);
    }
    auto const near = planner::nearest(name, names);
    throw failure(bad_input, fmt::format("--only: no tenant of the plan is called {}", shown(name)),
                  near.empty() ? std::string() : fmt::format("did you mean {}?", shown(near)));
}

class row_problems {
public:
    explicit row_problems(std::string_view file) : file_(file) {}
    void add(std::string message) {
        list_.add({.file = file_, .line = 0, .column = 0, .message = std::move(message)});
    }
    void raise(std::string const& hint) const {
        if (!list_.empty()) throw failure(list_, hint);
    }

private:
    std::string file_;
    planner::problem_list list_;
};

void check_tenants(plan_rows const& rows, std::string_view file) {
    row_problems problems(file);
    for (auto const* row : rows) {
        if (row->tenant_id.empty()) problems.add("this plan sizes a number of mailboxes and names no tenant");
    }
    problems.raise("make a plan from a TENANTS.csv");
}

void check_workloads(plan_rows const& rows, planner::permission_profile const& profile,
                     std::string_view file) {
    row_problems problems(file);
    for (auto const* row : rows) {
        if (row->apps == 0 || row->workload == profile.workload) continue;
        problems.add(fmt::format("{}: the pool {} is for {}, but the profile {} is for {}", row_words(*row),
                                 shown(row->pool), row->workload, shown(profile.name), profile.workload));
    }
    problems.raise("name a profile that fits with --profile, or choose other tenants with --only");
}

void check_clouds(plan_rows const& rows, std::string_view file) {
    row_problems problems(file);
    for (auto const* row : rows) {
        if (row->cloud.empty()) continue;
        problems.add(fmt::format("{}: the row leads to the cloud {}, but --graph-url leads elsewhere",
                                 row_words(*row), shown(row->cloud)));
    }
    problems.raise("leave out the column `cloud`, or --authority-url and --graph-url");
}

provisioner::service authority_of(planned_pool const& row, provisioner::cloud const& services) {
    auto const own = provisioner::find_cloud(row.cloud);
    return own ? own->authority : services.authority;
}

}  // namespace

plan_rows chosen_rows(planner::plan const& plan, std::vector<std::string> const& only) {
    for (auto const& name : only) {
        bool const known = std::any_of(plan.pools.begin(), plan.pools.end(),
                                       [&](planned_pool const& row) { return is_named(row, name); });
        if (!known) refuse_name(plan, name);
    }
    plan_rows rows;
    for (auto const& row : plan.pools) {
        bool const chosen = only.empty() || std::any_of(only.begin(), only.end(), [&](auto const& name) {
                                return is_named(row, name);
                            });
        if (chosen) rows.push_back(&row);
    }
    return rows;
}

void check_rows(plan_rows const& rows, planner::permission_profile const& profile, bool named_addresses,
                std::string_view file) {
    check_tenants(rows, file);
    check_workloads(rows, profile, file);
    if (named_addresses) check_clouds(rows, file);
}

std::vector<std::string> tenants_of(plan_rows const& rows) {
    std::vector<std::string> tenants;
    tenants.reserve(rows.size());
    for (auto const* row : rows) tenants.push_back(row->tenant_id);
    return tenants;
}

std::vector<provisioner::domain_name> domains_of(plan_rows const& rows, provisioner::cloud const& services) {
    std::vector<provisioner::domain_name> domains;
    std::set<std::string_view> seen;
    for (auto const* row : rows) {
        if (provisioner::parse_guid(row->tenant_id) || !seen.insert(row->tenant_id).second) continue;
        domains.push_back({.name = row->tenant_id, .authority = authority_of(*row, services)});
    }
    return domains;
}

resolved_rows resolve(plan_rows const& rows, lookup_results const& found) {
    resolved_rows resolved;
    std::map<std::string_view, std::size_t> lost;
    for (auto const* row : rows) {
        auto const id = provisioner::parse_guid(row->tenant_id);
        auto const looked_up = found.find(row->tenant_id);
        if (id || looked_up->second.has_value()) {
            resolved.pools.push_back({.directory_id = id ? *id : *looked_up->second, .planned = row});
            continue;
        }
        auto const [place, is_new] = lost.emplace(row->tenant_id, resolved.lost.size());
        if (is_new) {
            resolved.lost.push_back({.tenant = {.id = row->tenant_id, .name = row->name},
                                     .apps = 0,
                                     .reason = looked_up->second.error()});
        }
        resolved.lost[place->second].apps += row->apps;
    }
    return resolved;
}

void check_resolved(std::vector<provisioner::resolved_pool> const& pools, std::string_view file) {
    row_problems problems(file);
    std::map<std::pair<provisioner::guid, std::string_view>, planned_pool const*> pool_rows;
    std::map<provisioner::guid, planned_pool const*> directories;
    for (auto const& each : pools) {
        auto const& row = *each.planned;
        auto const [first, is_new] =
            pool_rows.emplace(std::pair(each.directory_id, std::string_view(row.pool)), &row);
        auto const& other = *directories.emplace(each.directory_id, &row).first->second;
        if (!is_new) {
            problems.add(fmt::format("{} and {} are the same directory {}, and both rows are of the pool {}",
                                     row_words(*first->second), row_words(row), to_string(each.directory_id),
                                     shown(row.pool)));
        } else if (other.cloud != row.cloud) {
            problems.add(
                fmt::format("{} and {} are the same directory {}, but their rows name different clouds",
                            row_words(other), row_words(row), to_string(each.directory_id)));
        }
    }
    problems.raise("leave one of them out, or make them agree");
}

void check_not_moved(std::vector<provisioner::resolved_pool> const& pools,
                     provisioner::ledger_reader const& book, std::string_view file) {
    std::map<std::string, std::set<provisioner::guid>> before;
    for (auto const& pool : book.pools()) before[pool.named_as].insert(pool.directory_id);
    row_problems problems(file);
    for (auto const& each : pools) {
        auto const known = before.find(each.planned->tenant_id);
        if (known == before.end() || known->second.contains(each.directory_id)) continue;
        problems.add(fmt::format("{} is the directory {} now, but was {} in an earlier run",
                                 row_words(*each.planned), to_string(each.directory_id),
                                 to_string(*known->second.begin())));
    }
    problems.raise("find out whose directory it is, then name the right one by its id");
}

}  // namespace poolwright::cli
