#include "throttle/forecast.hpp"

#include "tests/simulate/world.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>

TEST_SUITE_BEGIN("simulate");

namespace {

using namespace poolwright;
using namespace std::chrono_literals;

struct row {
    std::string name;
    std::vector<std::int64_t> apps;
    throttle::quota application_writes;
    throttle::quota application_tenant_writes;
    int concurrency;
    char const* binding;
};

std::vector<std::int64_t> apps_of(std::size_t tenants, std::int64_t apps, std::int64_t of_the_first) {
    std::vector<std::int64_t> all(tenants, apps);
    all.front() = of_the_first;
    return all;
}

// The built-in profile: three permissions of two resources.
throttle::forecast forecast_of(simulate::world_options const& options) {
    throttle::fleet_load load{.tenants = {}, .writes_per_app = 5, .proofs_per_app = 2, .reads_per_tenant = 2};
    for (auto const apps : options.apps)
        load.tenants.push_back({.apps = apps, .size = throttle::tenant_size::M});
    return throttle::forecast_run(load, {.quotas = options.fleet.limits,
                                         .latency = options.directory.latency,
                                         .replication_lag = options.directory.replication_lag,
                                         .identities = 1,
                                         .concurrency = *options.fleet.concurrency,
                                         .per_tenant = *options.fleet.per_tenant});
}

}  // namespace

// The forecast leaves out everything but the waiting; the run here is the real one, in virtual time.
TEST_CASE("a run takes as long as was forecast") {
    constexpr throttle::quota wide{.limit = 35'000, .window = 300s};
    constexpr throttle::quota narrow{.limit = 120, .window = 5s};
    constexpr throttle::quota windows{.limit = 120, .window = 5s, .shape = throttle::quota_shape::fixed};
    constexpr throttle::quota in_tenant{.limit = 100, .window = 10s};
    row const rows[] = {
        {"application", apps_of(20, 6, 6), narrow, wide, 64, "application.writes"},
        {"in windows", apps_of(20, 6, 6), windows, wide, 64, "application.writes"},
        {"a large tenant", apps_of(10, 3, 40), wide, in_tenant, 64, "application_tenant.writes"},
        {"few in flight", apps_of(20, 6, 6), wide, wide, 3, "latency"},
    };
    for (auto const& each : rows) {
        INFO(each.name);
        auto options = simulate::world_of(each.apps);
        options.fleet.limits.application_writes = each.application_writes;
        options.fleet.limits.application_tenant_writes = each.application_tenant_writes;
        options.directory.limits = options.fleet.limits;
        options.fleet.concurrency = each.concurrency;
        options.fleet.per_tenant = 64;
        auto const said = forecast_of(options);
        simulate::world where(options);
        REQUIRE(where.run() == simulate::run_end::finished);
        auto const took = std::chrono::duration<double>(where.time().elapsed()).count();
        CHECK(said.binding == each.binding);
        CHECK(took == doctest::Approx(said.time.count()).epsilon(0.05));
    }
}

TEST_SUITE_END();
