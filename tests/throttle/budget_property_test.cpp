#include "throttle/budget.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <vector>

// Random charges against the definitions of the three shapes, counted by brute force.

TEST_SUITE_BEGIN("throttle");

namespace {

using namespace poolwright::throttle;
using namespace std::chrono_literals;
using std::chrono::nanoseconds;

struct spending {
    std::int64_t at;
    std::int64_t cost;
};

using history = std::vector<spending>;

// Exact where it matters: 2^63 is not enough for nanoseconds × units.
__extension__ typedef __int128 wide_int;

// In every interval [a, b] that begins and ends with a charge: at most limit + (b − a) × limit / window.
bool bucket_allows(quota const& what, history const& spent) {
    auto const last = spent.back().at;
    wide_int sum = 0;
    for (auto each = spent.rbegin(); each != spent.rend(); ++each) {
        sum += each->cost;
        if ((sum - what.limit) * what.window.count() > wide_int(last - each->at) * what.limit) return false;
    }
    return true;
}

// In the half-open interval of one window that ends with the last charge: at most the limit.
bool sliding_allows(quota const& what, history const& spent) {
    std::int64_t sum = 0;
    for (auto const& each : spent) {
        if (each.at > spent.back().at - what.window.count()) sum += each.cost;
    }
    return sum <= what.limit;
}

// Window after window, each from its first charge on: at most the limit.
bool fixed_allows(quota const& what, history const& spent) {
    auto opened = spent.front().at;
    std::int64_t used = 0;
    for (auto const& each : spent) {
        if (each.at >= opened + what.window.count()) {
            opened = each.at;
            used = 0;
        }
        used += each.cost;
    }
    return used <= what.limit;
}

// Whether a history that kept the quota so far still keeps it with one more charge.
bool allows(quota const& what, history spent, spending next) {
    spent.push_back(next);
    switch (what.shape) {
        case quota_shape::bucket:
            return bucket_allows(what, spent);
        case quota_shape::sliding:
            return sliding_allows(what, spent);
        case quota_shape::fixed:
            return fixed_allows(what, spent);
    }
    return false;
}

std::int64_t pick(std::mt19937_64& random, std::int64_t low, std::int64_t high) {
    return std::uniform_int_distribution<std::int64_t>(low, high)(random);
}

// A few hundred calls at random times, each sent at the first instant that the budget names.
void check_quota(quota const& what, std::mt19937_64& random) {
    budget tested(what);
    history spent;
    std::int64_t now = 0;
    for (int i = 0; i < 300; ++i) {
        now += pick(random, 0, 3) == 0 ? pick(random, 0, 2 * what.window.count()) : pick(random, 0, 3);
        auto const cost = pick(random, 1, std::min<std::int64_t>(what.limit, 1 + pick(random, 0, 20)));
        auto const earliest = tested.earliest(cost, steady_point(nanoseconds(now)));
        auto const at = nanoseconds(earliest.time_since_epoch()).count();
        REQUIRE(at >= now);
        REQUIRE(allows(what, spent, {at, cost}));
        if (at > now) REQUIRE_FALSE(allows(what, spent, {at - 1, cost}));
        // Sometimes the call is not sent after all, and sometimes late.
        if (pick(random, 0, 9) == 0) continue;
        now = at + (pick(random, 0, 4) == 0 ? pick(random, 0, 1000) : 0);
        tested.charge(cost, steady_point(nanoseconds(now)));
        spent.push_back({now, cost});
    }
}

}  // namespace

TEST_CASE("no quota is ever broken, and a nanosecond sooner would have broken it") {
    std::mt19937_64 random(20260123);
    for (auto shape : {quota_shape::bucket, quota_shape::sliding, quota_shape::fixed}) {
        for (int round = 0; round < 60; ++round) {
            quota const what{.limit = pick(random, 1, round % 2 == 0 ? 7 : 1000),
                             .window = nanoseconds(pick(random, 1, round % 3 == 0 ? 50 : 1'000'000)),
                             .shape = shape};
            CAPTURE(static_cast<int>(shape));
            CAPTURE(what.limit);
            CAPTURE(what.window.count());
            check_quota(what, random);
        }
    }
}

TEST_SUITE_END();
