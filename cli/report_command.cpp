#include "cli/report_command.hpp"

#include "cli/advice.hpp"
#include "cli/diagnostics.hpp"
#include "cli/limits_input.hpp"
#include "cli/plan_source.hpp"
#include "cli/report_view.hpp"
#include "throttle/in_flight.hpp"

#include <chrono>

namespace poolwright::cli {
namespace {

report_assumptions assumptions_of(report_options const& options) {
    report_assumptions assumed{
        .conditions = {}, .most_in_flight = throttle::most_in_flight, .limits_file = options.limits_file};
    auto& conditions = assumed.conditions;
    conditions.quotas = read_limits(options.limits_file);
    conditions.latency = std::chrono::milliseconds(options.latency);
    conditions.replication_lag = std::chrono::milliseconds(options.replication_lag);
    conditions.concurrency = throttle::fleet_in_flight(conditions.quotas, 1, conditions.latency);
    conditions.per_tenant = throttle::tenant_in_flight(conditions.quotas, conditions.latency);
    return assumed;
}

}  // namespace

exit_code run_report(report_options const& options, common_options const& common, std::ostream& out) {
    auto assumed = assumptions_of(options);
    pool_advice advice;
    exit_code counted = done;
    auto const plan = open_plan(
        options.file, options.sizing, read_background(common), common,
        [&](planner::planned_pool const& row) { advice.add(row); },
        counting_for(options.live, options.who, common, counted));
    if (auto const warning = profile_advice(plan->header().profile)) say_warning(*warning, common);
    if (auto const warning = advice.warning()) say_warning(*warning, common);
    report_builder report(plan->header(), std::move(assumed));
    plan->visit([&](planner::planned_pool const& row) { report.add(row); });
    print_report(std::move(report).finish(), common, out);
    return counted;
}

}  // namespace poolwright::cli
