#pragma once

#include "tests/simulate/world.hpp"
#include "throttle/in_flight.hpp"
#include "throttle/least_time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// The fleets of the benchmarks: what each wants of its world, and the least time that it can take.

namespace poolwright::bench {

struct scenario {
    std::string name;
    simulate::world_options world;
    // Another tool takes a random part, from nothing to this share, of the application's quota, drawn anew
    // each minute.
    double taken_elsewhere = 0;
    // The process is ended when so much is done, counted in points at which it can end, and started again; 0:
    // never.
    std::uint64_t dies_at = 0;
};

// 10,000 tenants of 6 apps, the published limits, 300 ms, 5 s of replication lag.
scenario documented(std::size_t tenants = 10'000);

// One tenant of 2,003 apps beside 200 of 5.
scenario one_giant();

// The service lets through 30 % of what it publishes, and counts in windows of that shape.
scenario hidden(throttle::quota_shape shape);

// Another tool calls as the same application.
scenario noisy();

// 4,000 tenants of 6 apps by so many provisioning identities, with a quarter of the published quota of writes
// each, so that it is what binds.
scenario several_identities(std::size_t identities);

// How many apps it is to make.
std::int64_t apps_of(scenario const& what);

// What the run has to do, for the least time and the forecast.
throttle::fleet_load load_of(scenario const& what);

// Under the limits that the service really has.
throttle::run_conditions conditions_of(scenario const& what);

// The same, killed in the middle and started again.
scenario killed(scenario what);

// The scenario of that name (documented, giant, hidden-fixed, hidden-sliding, hidden-bucket, noisy,
// identities-1, identities-2, identities-4, documented-killed, giant-killed); nothing if there is none.
std::optional<scenario> find_scenario(std::string_view name);

}  // namespace poolwright::bench
