#include "planner/plan_pool.hpp"

#include "planner/wording.hpp"
#include "planner/workload.hpp"

#include <fmt/format.h>

#include <utility>

namespace poolwright::planner {

namespace {

// Null if the rule that was asked for does not fit a row of exchange.
sizing_rule const* rule_for(tenant_row const& row, plan_options const& options) {
    if (!row.rule.empty()) return find_rule(row.rule);
    if (options.rule.fits(row.workload)) return &options.rule;
    return row.workload == workloads.front() ? nullptr : find_rule("single-app");
}

void describe(planned_pool& pool, tenant_row const& row, plan_options const& options) {
    pool.tenant_id = row.tenant_id;
    pool.name = row.name;
    pool.workload = row.workload;
    pool.pool = options.pool.empty() ? row.workload : options.pool;
    pool.redirect_uri = row.redirect_uri;
    pool.cloud = row.cloud;
    pool.mailboxes = row.mailboxes;
}

void apply(planned_pool& pool, sizing_rule const& rule, int growth_percent) {
    sizing sized{0, std::move(pool.reason), std::nullopt};
    size(sized, rule, pool.mailboxes, growth_percent);
    pool.rule = rule.name;
    pool.apps = sized.apps;
    pool.existing = 0;
    pool.to_create = sized.apps;
    pool.surplus = 0;
    pool.reason = std::move(sized.reason);
    pool.next_app_at = sized.next_app_at;
}

cell_problem too_many(planned_pool const& pool, std::int64_t max_apps) {
    auto const who = pool.tenant_id.empty() ? "this number" : shown(pool.tenant_id);
    return {tenant_column::mailboxes,
            fmt::format("{} needs {} apps for {} mailboxes, more than --max-apps {}: correct the number or "
                        "raise the limit",
                        who, grouped(pool.apps), grouped(pool.mailboxes), max_apps)};
}

}  // namespace

std::optional<cell_problem> plan_row(planned_pool& pool, tenant_row const& row, plan_options const& options) {
    auto const* rule = rule_for(row, options);
    if (!rule) {
        return cell_problem{tenant_column::workload,
                            fmt::format("the rule `{}` is for the workload `{}`, this row's is `{}`",
                                        options.rule.name, options.rule.workload, row.workload)};
    }
    describe(pool, row, options);
    apply(pool, *rule, options.growth_percent);
    if (pool.apps > options.max_apps) return too_many(pool, options.max_apps);
    return std::nullopt;
}

boost::system::result<planned_pool, cell_problem> plan_row(tenant_row const& row,
                                                           plan_options const& options) {
    planned_pool pool;
    if (auto fault = plan_row(pool, row, options)) return *std::move(fault);
    return pool;
}

boost::system::result<planned_pool, cell_problem> plan_total(std::int64_t mailboxes,
                                                             plan_options const& options) {
    tenant_row row;
    row.mailboxes = mailboxes;
    if (options.rule.workload != any_workload) row.workload = options.rule.workload;
    return plan_row(row, options);
}

}  // namespace poolwright::planner
