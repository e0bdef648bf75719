#pragma once

#include "cli/provision_report.hpp"
#include "planner/plan.hpp"
#include "provisioner/directory_lookup.hpp"
#include "provisioner/ledger.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

// From the rows of a plan to the pools that a run works on: which rows were chosen, whether they can be
// provisioned at all, and which directories they turn out to be. Every fault is failure(bad_input) with all
// the rows that have it.

namespace poolwright::cli {

using plan_rows = std::vector<planner::planned_pool const*>;

// The rows of the tenants named, by directory id, domain or name, in any case of letters; all of them if none
// is named. A name that no row has is refused, with the nearest one that some row has.
plan_rows chosen_rows(planner::plan const& plan, std::vector<std::string> const& only);

// Refuses rows without a tenant, of another workload than the profile's (unless they have no apps), and,
// where the addresses were named, rows that lead elsewhere by naming a cloud. `file` names the plan in
// problems.
void check_rows(plan_rows const& rows, planner::permission_profile const& profile, bool named_addresses,
                std::string_view file);

// The tenant of each row, as the row names it.
std::vector<std::string> tenants_of(plan_rows const& rows);

// Each domain of the rows once, with the authority of its row's cloud.
std::vector<provisioner::domain_name> domains_of(plan_rows const& rows, provisioner::cloud const& services);

// By domain name.
using lookup_results = std::map<std::string, provisioner::lookup_result, std::less<>>;

struct resolved_rows {
    std::vector<provisioner::resolved_pool> pools;
    std::vector<lost_tenant> lost;  // by tenant
};

resolved_rows resolve(plan_rows const& rows, lookup_results const& found);

// Refuses two rows that turned out to be the same pool of the same directory, and two of one directory in
// different clouds.
void check_resolved(std::vector<provisioner::resolved_pool> const& pools, std::string_view file);

// Refuses a domain that was another directory in an earlier run: what a person agreed to was about that one,
// and nothing must be made in somebody else's.
void check_not_moved(std::vector<provisioner::resolved_pool> const& pools,
                     provisioner::ledger_reader const& book, std::string_view file);

}  // namespace poolwright::cli
