#include "throttle/replication_lag.hpp"

#include <doctest/doctest.h>

#include <random>

TEST_SUITE_BEGIN("throttle");

namespace {

using namespace poolwright::throttle;
using namespace std::chrono_literals;
using std::chrono::nanoseconds;

// Objects whose lag is drawn evenly from that interval, one after the other; the share of refused first
// tries.
double refused_share(replication_lag& lag, nanoseconds low, nanoseconds high, int objects) {
    std::mt19937_64 random(7);
    std::uniform_int_distribution<std::int64_t> draw(low.count(), high.count());
    int refused = 0;
    for (int i = 0; i < objects; ++i) {
        auto const age = lag.wait();
        if (nanoseconds(draw(random)) > age) {
            ++refused;
            lag.refused(age);
        } else {
            lag.succeeded(age);
        }
    }
    return static_cast<double>(refused) / objects;
}

replication_lag taught(nanoseconds by) {
    replication_lag lag;
    while (!lag.learned()) lag.succeeded(by);
    return lag;
}

}  // namespace

TEST_CASE("a few find out, and all others wait for them") {
    replication_lag lag;
    CHECK(lag.wait() == replication_lag::unknown);
    int pilots = 0;
    while (lag.send_pilot()) ++pilots;
    CHECK(pilots == 8);
    lag.refused(1s);
    for (auto const age : {2s, 5s, 3s, 2s, 1s}) lag.succeeded(age);
    CHECK(!lag.learned());
    CHECK(lag.wait() == replication_lag::unknown);
    lag.succeeded(1s);
    CHECK(lag.wait() == 5s);
    CHECK(!lag.send_pilot());
}

TEST_CASE("where there is no lag nobody waits") {
    CHECK(taught(0s).wait() == 0s);
}

TEST_CASE("under one call in a hundred is refused once it is learned, and the wait stays near the lag") {
    auto lag = taught(4s);
    refused_share(lag, 2500ms, 7500ms, 100);
    CHECK(refused_share(lag, 2500ms, 7500ms, 20'000) < 0.01);
    CHECK(lag.wait() < 8500ms);
    CHECK(lag.wait() > 7s);
}

TEST_CASE("a lag that becomes shorter or longer is followed") {
    auto lag = taught(8s);
    refused_share(lag, 500ms, 1s, 20'000);
    CHECK(lag.wait() < 1200ms);
    refused_share(lag, 5s, 6s, 1'000);
    CHECK(lag.wait() > 5500ms);
}

TEST_CASE("many that were refused together lengthen the wait once, and never beyond two minutes") {
    auto lag = taught(2s);
    for (int i = 0; i < 100; ++i) lag.refused(2s);
    CHECK(lag.wait() < 2500ms);
    for (int i = 0; i < 100; ++i) lag.refused(lag.wait());
    CHECK(lag.wait() == 2min);
}

TEST_SUITE_END();
