#include "throttle/in_flight.hpp"

#include <doctest/doctest.h>

TEST_SUITE_BEGIN("throttle");

namespace {

using namespace poolwright::throttle;
using namespace std::chrono_literals;

}  // namespace

TEST_CASE("calls in flight follow quota and latency, within their bounds") {
    struct row {
        std::chrono::nanoseconds latency;
        int callers;
        int fleet;
        int tenant;
    };
    // 116.7 writes a second over all tenants, 20 in one.
    for (auto const& each : {row{0ms, 1, 64, 8}, row{100ms, 1, 64, 8}, row{300ms, 1, 140, 24},
                             row{1s, 1, 466, 64}, row{300ms, 4, 560, 24}, row{10s, 1, 1024, 64}}) {
        CAPTURE(each.latency.count());
        CHECK(fleet_in_flight(published_limits(), each.callers, each.latency) == each.fleet);
        CHECK(tenant_in_flight(published_limits(), each.latency) == each.tenant);
    }
    auto wide = published_limits();
    wide.application_writes = {.limit = 1'000'000'000, .window = 1s};
    CHECK(fleet_in_flight(wide, 1, 1ms) == 64);
    CHECK(fleet_in_flight(wide, 1, 100ms) == 400);
}

TEST_CASE("the shortest round trip counts, not those that had to queue, until it is long ago") {
    round_trip_time seen;
    CHECK(seen.shortest() == 0ms);
    for (auto const each : {300ms, 100ms, 3000ms, 200ms}) seen.took(each);
    CHECK(seen.shortest() >= 100ms);
    CHECK(seen.shortest() < 101ms);
    for (int i = 0; i < 100'000; ++i) seen.took(250ms);
    CHECK(seen.shortest() == 250ms);
}

TEST_SUITE_END();
