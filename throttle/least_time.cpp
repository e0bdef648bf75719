#include "throttle/least_time.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace poolwright::throttle {
namespace {

// How much one tenant, or the fleet, asks of the service.
struct demand {
    std::int64_t writes = 0;
    std::int64_t resource_units = 0;
    std::int64_t calls = 0;
};

demand demand_of(tenant_load const& tenant, fleet_load const& load) {
    if (tenant.apps == 0) return {};
    auto const writes = tenant.apps * load.writes_per_app;
    return {.writes = writes,
            .resource_units = writes + load.reads_per_tenant,
            .calls = tenant.apps * load.calls_per_app() + load.calls_per_tenant()};
}

// What the application of one identity has at least to do.
std::int64_t share_of(std::int64_t total, std::int64_t largest, std::int64_t identities) {
    return std::max(largest, (total + identities - 1) / identities);
}

real_seconds time_under(quota const& what, std::int64_t calls) {
    auto const limit = static_cast<double>(what.limit);
    auto const windows = what.shape == quota_shape::bucket
                             ? static_cast<double>(calls) / limit - 1
                             : std::ceil(static_cast<double>(calls) / limit) - 1;
    return std::max(0.0, windows) * real_seconds(what.window);
}

real_seconds time_in_flight(std::int64_t calls, std::int64_t in_flight, run_conditions const& conditions) {
    return static_cast<double>(calls) / static_cast<double>(in_flight) * real_seconds(conditions.latency);
}

// Keeps the largest; of equal ones the first.
class largest_time {
public:
    void add(real_seconds time, std::string_view name) {
        if (found.binding.empty() || time > found.time) found = {.time = time, .binding = name};
    }
    least_time found;
};

constexpr std::array<std::string_view, 3> unit_names = {"application_tenant.resource_units.S",
                                                        "application_tenant.resource_units.M",
                                                        "application_tenant.resource_units.L"};

}  // namespace

least_time least_time_for(fleet_load const& load, run_conditions const& conditions) {
    demand all;
    demand most;                          // of one tenant
    std::array<std::int64_t, 3> units{};  // the same, by the tenant's size
    for (auto const& tenant : load.tenants) {
        auto const one = demand_of(tenant, load);
        all.writes += one.writes;
        all.resource_units += one.resource_units;
        all.calls += one.calls;
        most.writes = std::max(most.writes, one.writes);
        most.resource_units = std::max(most.resource_units, one.resource_units);
        most.calls = std::max(most.calls, one.calls);
        auto& of_size = units[static_cast<std::size_t>(tenant.size)];
        of_size = std::max(of_size, one.resource_units);
    }
    if (all.calls == 0) return {};
    auto const& quotas = conditions.quotas;
    auto const identities = std::max<std::int64_t>(1, conditions.identities);
    largest_time bound;
    bound.add(time_under(quotas.application_writes, share_of(all.writes, most.writes, identities)),
              "application.writes");
    bound.add(time_under(quotas.application_resource_units,
                         share_of(all.resource_units, most.resource_units, identities)),
              "application.resource_units");
    bound.add(time_under(quotas.tenant_writes, most.writes), "tenant.writes");
    bound.add(time_under(quotas.application_tenant_writes, most.writes), "application_tenant.writes");
    for (std::size_t size = 0; size < units.size(); ++size) {
        bound.add(time_under(quotas.application_tenant_resource_units[size], units[size]), unit_names[size]);
    }
    bound.add(time_in_flight(all.calls, std::max(1, conditions.concurrency), conditions), "latency");
    bound.add(time_in_flight(most.calls, std::max(1, conditions.per_tenant), conditions), "latency");
    bound.add(critical_path(load, conditions), "critical path");
    return bound.found;
}

real_seconds critical_path(fleet_load const& load, run_conditions const& conditions) {
    auto const waits = std::min(load.writes_per_app, 2);
    auto const others = load.calls_per_tenant() + load.calls_per_app() - waits;
    return static_cast<double>(others) * real_seconds(conditions.latency) +
           static_cast<double>(waits) *
               real_seconds(std::max(conditions.latency, conditions.replication_lag));
}

}  // namespace poolwright::throttle
