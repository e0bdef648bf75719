#pragma once

#include "planner/plan.hpp"
#include "planner/tenant_csv.hpp"

#include <boost/system/result.hpp>

#include <cstdint>
#include <optional>
#include <string>

// A row of the tenant CSV becomes a pool of the plan. Called for every row, in both readings, by the commands
// that plan.

namespace poolwright::planner {

// The options of a run that decide sizes.
struct plan_options {
    sizing_rule rule;             // --rule
    int growth_percent = 0;       // --growth, 0 … most_growth_percent
    std::string pool;             // --pool, as check_pool wants it; empty: each row's workload
    std::int64_t max_apps = 200;  // --max-apps, at most planner::most_apps
};

// Sizes a row. The rule is the one that the row names; else `options.rule` if it fits the row's workload;
// else `single-app`, unless the workload is exchange: a rule that was asked for and does not fit is a
// problem. More apps than max_apps are one too.
boost::system::result<planned_pool, cell_problem> plan_row(tenant_row const& row,
                                                           plan_options const& options);

// The same into a pool whose memory is used again, whatever it held: a million rows come one after the other.
// A pool that is refused is not to be used.
std::optional<cell_problem> plan_row(planned_pool& pool, tenant_row const& row, plan_options const& options);

// Sizes a number of mailboxes without a tenant (`plan --mailboxes N`): a pool whose tenant_id is empty, of
// the rule's workload or, if that is any, of exchange.
boost::system::result<planned_pool, cell_problem> plan_total(std::int64_t mailboxes,
                                                             plan_options const& options);

}  // namespace poolwright::planner
