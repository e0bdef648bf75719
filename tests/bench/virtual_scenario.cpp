#include "tests/bench/virtual_scenario.hpp"

#include <array>
#include <chrono>
#include <numeric>
#include <utility>

namespace poolwright::bench {
namespace {

using namespace std::chrono_literals;

simulate::world_options fleet_of(std::vector<std::int64_t> apps) {
    auto options = simulate::world_of(std::move(apps), 5s);
    options.directory.latency = 300ms;
    options.profile = planner::built_in_profiles().front();
    return options;
}

throttle::limits reduced(throttle::limits what, int percent, throttle::quota_shape shape) {
    auto const reduce = [&](throttle::quota& each) {
        each.limit = each.limit * percent / 100;
        each.shape = shape;
    };
    for (auto* const each : {&what.application_writes, &what.application_resource_units, &what.tenant_writes,
                             &what.application_tenant_writes}) {
        reduce(*each);
    }
    for (auto& each : what.application_tenant_resource_units) reduce(each);
    return what;
}

}  // namespace

scenario documented(std::size_t tenants) {
    return {.name = "documented", .world = fleet_of(std::vector<std::int64_t>(tenants, 6))};
}

scenario one_giant() {
    std::vector<std::int64_t> apps(201, 5);
    apps.front() = 2'003;
    auto what = fleet_of(std::move(apps));
    what.directory.replication_lag = 2s;
    return {.name = "giant", .world = std::move(what)};
}

scenario hidden(throttle::quota_shape shape) {
    constexpr int percent = 30;
    constexpr std::array words{"bucket", "sliding", "fixed"};
    scenario what{.name = std::string("hidden-") + words.at(static_cast<std::size_t>(shape)),
                  .world = fleet_of(std::vector<std::int64_t>(3'000, 6))};
    what.world.directory.limits = reduced(throttle::published_limits(), percent, shape);
    return what;
}

scenario noisy() {
    return {.name = "noisy", .world = fleet_of(std::vector<std::int64_t>(10'000, 6)), .taken_elsewhere = 0.7};
}

scenario several_identities(std::size_t identities) {
    scenario what{.name = "identities-" + std::to_string(identities),
                  .world = fleet_of(std::vector<std::int64_t>(4'000, 6))};
    what.world.identities.resize(identities);
    what.world.fleet.limits.application_writes.limit /= 4;
    what.world.directory.limits = what.world.fleet.limits;
    return what;
}

scenario killed(scenario what) {
    // Two points a call and three a commit: some twenty an app.
    constexpr std::int64_t half_of_an_app = 10;
    what.name += "-killed";
    what.dies_at = static_cast<std::uint64_t>(apps_of(what) * half_of_an_app);
    return what;
}

std::int64_t apps_of(scenario const& what) {
    return std::accumulate(what.world.apps.begin(), what.world.apps.end(), std::int64_t{0});
}

throttle::fleet_load load_of(scenario const& what) {
    auto const& profile = what.world.profile;
    throttle::fleet_load load;
    for (auto const apps : what.world.apps) load.tenants.push_back({.apps = apps});
    load.writes_per_app = provisioner::writes_per_app(profile);
    load.proofs_per_app = provisioner::proofs_per_app(profile);
    load.reads_per_tenant = static_cast<std::int32_t>(profile.resources.size());
    return load;
}

throttle::run_conditions conditions_of(scenario const& what) {
    return {.quotas = what.world.directory.limits,
            .latency = what.world.directory.latency,
            .replication_lag = what.world.directory.replication_lag,
            .identities = static_cast<std::int64_t>(what.world.identities.size()),
            .concurrency = throttle::most_in_flight,
            .per_tenant = throttle::most_in_tenant};
}

std::optional<scenario> find_scenario(std::string_view name) {
    for (auto const shape :
         {throttle::quota_shape::fixed, throttle::quota_shape::sliding, throttle::quota_shape::bucket}) {
        if (auto made = hidden(shape); made.name == name) return made;
    }
    for (auto const identities : {1, 2, 4}) {
        auto made = several_identities(static_cast<std::size_t>(identities));
        if (made.name == name) return made;
    }
    if (name == "documented") return documented();
    if (name == "giant") return one_giant();
    if (name == "noisy") return noisy();
    if (name == "documented-killed") return killed(documented());
    if (name == "giant-killed") return killed(one_giant());
    return std::nullopt;
}

}  // namespace poolwright::bench
