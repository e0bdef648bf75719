#include "tests/simulate/world.hpp"
#include "throttle/least_time.hpp"
#include "throttle/replication_lag.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>

// Whole runs against quotas that the client is not told the truth about, and against a lag that it must
// learn.

TEST_SUITE_BEGIN("simulate");

using namespace poolwright;
using namespace poolwright::simulate;
using namespace std::chrono_literals;

namespace {

double seconds(nanoseconds time) {
    return std::chrono::duration<double>(time).count();
}

// The application's quota a tenth as wide as the published one, so that a few hundred apps take as long as a
// real fleet.
throttle::limits narrow() {
    auto what = throttle::published_limits();
    what.application_writes.limit /= 10;
    return what;
}

double least_seconds(world_options const& options) {
    throttle::fleet_load load{.tenants = {}, .writes_per_app = 5, .proofs_per_app = 2, .reads_per_tenant = 2};
    for (auto const apps : options.apps) load.tenants.push_back({.apps = apps});
    throttle::run_conditions const conditions{
        .quotas = options.directory.limits, .concurrency = 1024, .per_tenant = 64};
    return throttle::least_time_for(load, conditions).time.count();
}

std::uint64_t graph_calls(world const& where, bool only_refused) {
    std::uint64_t sum = 0;
    for (auto const& [route, statuses] : where.model().counted().requests) {
        if (route.find("oauth2") != std::string::npos) continue;
        for (auto const& [status, count] : statuses) {
            if (!only_refused || (status >= 400 && status != 429)) sum += count;
        }
    }
    return sum;
}

}  // namespace

TEST_CASE("a limit that is lower than published is found, whatever its shape") {
    for (auto const shape :
         {throttle::quota_shape::bucket, throttle::quota_shape::sliding, throttle::quota_shape::fixed}) {
        CAPTURE(static_cast<int>(shape));
        auto options = world_of(std::vector<std::int64_t>(200, 6));
        options.fleet.limits = narrow();
        options.directory.limits = narrow();
        options.directory.limits.application_writes.limit = 1'050;
        options.directory.limits.application_writes.shape = shape;
        world where(options);
        REQUIRE(where.run() == run_end::finished);
        CHECK(where.result().counts.ready == 1'200);
        CHECK(where.model().counted().early_calls == 0);
        CHECK(seconds(where.time().elapsed()) <= 1.15 * least_seconds(options));
        // So few calls fit into a window that the ones under way at each end of it weigh more than in a
        // fleet.
        CHECK(where.model().counted().throttled * 10 < graph_calls(where, false));
        for (auto const& broken : where.broken_promises()) FAIL_CHECK(broken);
    }
}

TEST_CASE("the published limit is used up, and no call is refused, also after a crash in the middle") {
    auto options = world_of(std::vector<std::int64_t>(200, 6));
    options.fleet.limits = narrow();
    options.directory.limits = narrow();
    for (std::uint64_t const die_at : {0U, 500U, 3'000U, 9'000U}) {
        CAPTURE(die_at);
        world where(options);
        if (die_at > 0) REQUIRE(where.run(die_at) == run_end::died);
        REQUIRE(where.run() == run_end::finished);
        CHECK(where.model().counted().throttled == 0);
        // After a crash some credentials are looked for a minute later, whatever the quotas allow.
        if (die_at == 0) CHECK(seconds(where.time().elapsed()) <= 1.02 * least_seconds(options));
    }
}

TEST_CASE("no call is refused after a crash long after the quota was used up") {
    auto options = world_of(std::vector<std::int64_t>(200, 6));
    options.fleet.limits.application_writes = {.limit = 350, .window = 30s};
    options.directory.limits = options.fleet.limits;
    world where(options);
    // Some eight windows each.
    REQUIRE(where.run(9'000) == run_end::died);
    REQUIRE(where.run(9'000) == run_end::died);
    REQUIRE(where.run() == run_end::finished);
    CHECK(where.result().counts.ready == 1'200);
    CHECK(where.model().counted().throttled == 0);
}

TEST_CASE("a few find out how far the directory lags, and the others are hardly ever refused") {
    world where(world_of(std::vector<std::int64_t>(100, 6), 5s, 1s));
    REQUIRE(where.run() == run_end::finished);
    CHECK(where.result().counts.ready == 600);
    CHECK(graph_calls(where, true) * 25 < graph_calls(where, false));
    for (auto const& broken : where.broken_promises()) FAIL_CHECK(broken);
}

TEST_CASE("a tenant that fails with all that were to find the lag out keeps no other waiting") {
    auto options = world_of({8, 2});
    options.fleet.concurrency = 1;  // tenant by tenant
    world where(options);
    sandbox::tenant_fault revoked(sandbox::tenant_kind::revoked);
    revoked.requests = 2 + 8;  // its permissions and its applications
    where.make_unusual(0, revoked);
    REQUIRE(where.run() == run_end::finished);
    CHECK(where.result().counts.ready == 2);
    CHECK(where.time().elapsed() < throttle::replication_lag::unknown);
    for (auto const& broken : where.broken_promises()) FAIL_CHECK(broken);
}

TEST_CASE("a large tenant starves no small ones, and the run takes no longer for it") {
    std::vector<std::int64_t> apps(501, 1);
    apps.front() = 500;
    auto options = world_of(apps);
    options.fleet.limits = narrow();
    options.directory.limits = narrow();
    // When the last app of each tenant was ready.
    std::map<provisioner::guid, nanoseconds> ended;
    world* running = nullptr;
    options.tell = [&](provisioner::fleet_event const& event) {
        if (event.type == "app_ready") ended[event.directory_id] = running->time().elapsed();
    };
    world where(options);
    running = &where;
    REQUIRE(where.run() == run_end::finished);
    REQUIRE(ended.size() == 501);
    auto const large = ended[where.tenant(0)];
    ended.erase(where.tenant(0));
    auto const last_small =
        std::ranges::max_element(ended, {}, [](auto const& each) { return each.second; })->second;
    CHECK(seconds(where.time().elapsed()) <= 1.02 * least_seconds(options));
    CHECK(last_small < large);
}

TEST_SUITE_END();
