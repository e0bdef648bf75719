#include "cli/run_forecast.hpp"

#include "cli/usual_conditions.hpp"
#include "provisioner/step.hpp"
#include "throttle/in_flight.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <string_view>

namespace poolwright::cli {
namespace {

struct tenant_sum {
    std::int64_t apps = 0;
    std::int64_t mailboxes = 0;
};

throttle::fleet_load load_of(run_preview const& what, planner::permission_profile const& profile) {
    std::map<std::string_view, tenant_sum> tenants;
    for (auto const& pool : what.pools) {
        auto& sum = tenants[pool.row->tenant_id];
        sum.apps += pool.row->apps - pool.ready;
        sum.mailboxes = std::max(sum.mailboxes, pool.row->mailboxes);
    }
    auto load = provisioner::load_of(profile);
    for (auto const& [id, sum] : tenants)
        load.tenants.push_back(
            {.apps = std::max<std::int64_t>(sum.apps, 0), .size = throttle::tenant_size_for(sum.mailboxes)});
    return load;
}

}  // namespace

throttle::forecast forecast_for(run_preview const& what, planner::permission_profile const& profile,
                                throttle::limits const& limits, std::size_t identities) {
    throttle::run_conditions conditions;
    conditions.quotas = limits;
    conditions.latency = usual_latency;
    conditions.replication_lag = usual_replication_lag;
    auto const callers = static_cast<int>(std::max<std::size_t>(identities, 1));
    conditions.identities = callers;
    conditions.concurrency = throttle::fleet_in_flight(limits, callers, conditions.latency);
    conditions.per_tenant = throttle::tenant_in_flight(limits, conditions.latency);
    return throttle::forecast_run(load_of(what, profile), conditions);
}

}  // namespace poolwright::cli
