#include "throttle/forecast.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <string>

TEST_SUITE_BEGIN("throttle");

namespace {

using namespace poolwright::throttle;
using namespace std::chrono_literals;

fleet_load fleet_of(std::vector<tenant_load> tenants) {
    return {.tenants = std::move(tenants), .writes_per_app = 5, .proofs_per_app = 2, .reads_per_tenant = 2};
}

std::vector<tenant_load> tenants_of(std::size_t count, std::int64_t apps) {
    return {count, {.apps = apps, .size = tenant_size::M}};
}

run_conditions published() {
    return {.quotas = published_limits(),
            .latency = 300ms,
            .replication_lag = 5s,
            .identities = 1,
            .concurrency = 116,
            .per_tenant = 64};
}

// The published quotas a hundred times as quick.
run_conditions scaled() {
    auto conditions = published();
    conditions.quotas.application_writes = {.limit = 3'500, .window = 3s};
    conditions.quotas.tenant_writes = {.limit = 1'800, .window = 3s};
    conditions.quotas.application_tenant_writes = {.limit = 300, .window = 1500ms};
    conditions.latency = 5ms;
    conditions.replication_lag = 0ms;
    conditions.concurrency = 1'024;
    return conditions;
}

struct row {
    std::string name;
    std::vector<tenant_load> tenants;
    run_conditions conditions;
    double least;
    double at_most;
    char const* binding;
};

}  // namespace

TEST_CASE("a run takes little longer than the least time") {
    auto large = tenants_of(200, 5);
    large.push_back({.apps = 2'003, .size = tenant_size::L});
    auto few_in_flight = published();
    few_in_flight.concurrency = 10;
    row const rows[] = {
        {"nothing", tenants_of(9, 0), published(), 0, 0, ""},
        {"one app", tenants_of(1, 1), published(), 12.4, 12.4, "critical path"},
        {"fleet", tenants_of(10'000, 6), published(), 2271.4, 2295, "application.writes"},
        {"a large tenant", large, published(), 350.75, 365, "application_tenant.writes"},
        {"scaled", tenants_of(1'000, 6), scaled(), 22.71, 23.2, "application.writes"},
        {"few in flight", tenants_of(10'000, 6), few_in_flight, 13'500, 13'560, "latency"},
        {"a million tenants", tenants_of(1'000'000, 6), published(), 256'842, 257'000, "application.writes"},
    };
    for (auto const& each : rows) {
        INFO(each.name);
        auto const found = forecast_run(fleet_of(each.tenants), each.conditions);
        CHECK(found.time.count() >= doctest::Approx(each.least).epsilon(1e-4));
        CHECK(found.time.count() <= doctest::Approx(each.at_most).epsilon(1e-4));
        CHECK(found.binding == each.binding);
    }
}

// The same fleet in whole (fewer than 50,000 calls) and in a part of it.
TEST_CASE("a sample takes as long as the whole") {
    for (auto const shape : {quota_shape::bucket, quota_shape::sliding, quota_shape::fixed}) {
        CAPTURE(static_cast<int>(shape));
        auto conditions = published();
        conditions.quotas.application_writes = {.limit = 700, .window = 60s, .shape = shape};
        auto const whole = forecast_run(fleet_of(tenants_of(1'000, 6)), conditions).time;
        conditions.quotas.application_writes.limit *= 7;
        conditions.concurrency *= 7;
        auto const sampled = forecast_run(fleet_of(tenants_of(7'000, 6)), conditions).time;
        CHECK(sampled.count() == doctest::Approx(whole.count()).epsilon(0.01));
    }
}

TEST_CASE("when which part of the apps is proven") {
    for (std::size_t const tenants : {std::size_t{1}, std::size_t{40}, std::size_t{10'000}}) {
        CAPTURE(tenants);
        auto const found = forecast_run(fleet_of(tenants_of(tenants, 6)), published());
        REQUIRE(found.progress.size() == parts_of_progress);
        CHECK(std::ranges::is_sorted(found.progress));
        CHECK(found.progress.front() >= found.critical_path);
        CHECK(found.progress.back().count() == doctest::Approx(found.time.count()));
    }
    // Half of 300,000 writes: (150,000 − 35,000)·300/35,000 seconds, and those that are under way.
    auto const half = forecast_run(fleet_of(tenants_of(10'000, 6)), published()).progress[49];
    CHECK(half.count() > 985);
    CHECK(half.count() < 985 * 1.05);
    CHECK(forecast_run(fleet_of(tenants_of(9, 0)), published()).progress.empty());
}

TEST_CASE("one enormous tenant") {
    auto const found = forecast_run(fleet_of({{.apps = 10'000'000, .size = tenant_size::L}}), published());
    CHECK(found.binding == "application_tenant.writes");
    CHECK(found.time.count() == doctest::Approx(2'499'850).epsilon(0.01));
}

TEST_CASE("how many identities a time needs") {
    constexpr std::array<std::chrono::seconds, 4> times = {1h, 30min, 10min, 5min};
    auto const found = identities_for(fleet_of(tenants_of(10'000, 6)), published(), 1'024, times);
    REQUIRE(found.size() == 4);
    // 300,000 writes: the bound is (N/K − 35,000)·300/35,000 seconds.
    std::array<std::int64_t, 4> const fewest = {1, 2, 3, 5};
    for (std::size_t i = 0; i < times.size(); ++i) {
        CAPTURE(i);
        CHECK(found[i].within == times[i]);
        CHECK(found[i].identities == fewest[i]);
    }
}

TEST_CASE("what no number of identities reaches is left out") {
    constexpr std::array<std::chrono::seconds, 3> times = {1h, 300s, 1s};
    // One tenant's quota decides: 350 s with any number of them.
    auto const found = identities_for(fleet_of(tenants_of(3, 2'003)), published(), 1'024, times);
    REQUIRE(found.size() == 1);
    CHECK(found[0].identities == 1);
    CHECK(identities_for(fleet_of(tenants_of(3, 0)), published(), 1'024, times).empty());
}

TEST_SUITE_END();
