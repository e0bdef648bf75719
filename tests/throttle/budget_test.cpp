#include "throttle/budget.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <initializer_list>
#include <limits>

TEST_SUITE_BEGIN("throttle");

namespace {

using namespace poolwright::throttle;
using namespace std::chrono_literals;
using std::chrono::nanoseconds;

constexpr steady_point t0{std::chrono::hours(1)};
constexpr quota_shape shapes[] = {quota_shape::bucket, quota_shape::sliding, quota_shape::fixed};

// One call: when it is asked about, its cost, and when it may go; it is then charged at that time.
struct call {
    nanoseconds asked;
    std::int64_t cost;
    nanoseconds allowed;
};

void run(quota const& what, std::initializer_list<call> calls) {
    budget tested(what);
    for (auto [asked, cost, allowed] : calls) {
        CAPTURE(asked.count());
        CAPTURE(cost);
        auto const earliest = tested.earliest(cost, t0 + asked);
        CHECK((earliest - t0).count() == allowed.count());
        tested.charge(cost, earliest);
    }
}

}  // namespace

TEST_CASE("a bucket allows its whole limit at once, then one unit at a time") {
    run({.limit = 4, .window = 1s}, {{0ms, 1, 0ms},
                                     {0ms, 3, 0ms},
                                     {0ms, 1, 250ms},
                                     {0ms, 2, 750ms},
                                     {2s, 4, 2s},
                                     {2s, 4, 3s},
                                     {3100ms, 1, 3250ms}});
}

TEST_CASE("a bucket whose unit is no whole number of nanoseconds does not drift") {
    // 300 s / 35,000 = 8,571,428.571428… ns.
    quota const what{.limit = 35'000, .window = 300s};
    budget tested(what);
    tested.charge(what.limit, t0);
    for (std::int64_t i = 1; i <= 2 * what.limit; ++i) {
        auto const earliest = tested.earliest(1, t0);
        // The smallest whole number of nanoseconds that is not before i × window / limit.
        auto const exact = (i * what.window.count() + what.limit - 1) / what.limit;
        REQUIRE((earliest - t0).count() == exact);
        tested.charge(1, earliest - 1ns);
    }
    CHECK(tested.earliest(1, t0) == t0 + 600s + nanoseconds(8'571'429));
}

TEST_CASE("a sliding window forgets each unit a window after it was spent") {
    run({.limit = 3, .window = 1s, .shape = quota_shape::sliding}, {{0ms, 1, 0ms},
                                                                    {100ms, 1, 100ms},
                                                                    {200ms, 1, 200ms},
                                                                    {300ms, 1, 1000ms},
                                                                    {300ms, 2, 1200ms},
                                                                    {300ms, 3, 2200ms},
                                                                    {9s, 3, 9s}});
}

TEST_CASE("a fixed window opens with its first charge and forgets everything when it ends") {
    run({.limit = 3, .window = 1s, .shape = quota_shape::fixed}, {{0ms, 1, 0ms},
                                                                  {900ms, 2, 900ms},
                                                                  {950ms, 1, 1000ms},
                                                                  {950ms, 2, 1000ms},
                                                                  {1500ms, 1, 2000ms},
                                                                  {5500ms, 3, 5500ms},
                                                                  {6400ms, 1, 6500ms}});
}

TEST_CASE("a cost above the limit is treated as the limit") {
    for (auto shape : shapes) {
        CAPTURE(static_cast<int>(shape));
        run({.limit = 10, .window = 1s, .shape = shape}, {{0ms, 1'000'000, 0ms}, {0ms, 1'000'000, 1s}});
    }
}

TEST_CASE("a cost of nothing goes at once and spends nothing") {
    for (auto shape : shapes) {
        CAPTURE(static_cast<int>(shape));
        budget tested({.limit = 10, .window = 1s, .shape = shape});
        tested.charge(10, t0);
        tested.charge(0, t0 + 5s);
        tested.charge(-3, t0 + 5s);
        CHECK(tested.earliest(0, t0) == t0);
        CHECK(tested.earliest(-3, t0) == t0);
        CHECK(tested.earliest(10, t0) == t0 + 1s);
    }
}

TEST_CASE("time does not run backwards") {
    for (auto shape : shapes) {
        CAPTURE(static_cast<int>(shape));
        budget tested({.limit = 10, .window = 1s, .shape = shape});
        tested.charge(1, t0 + 2s);
        CHECK(tested.earliest(1, t0) == t0 + 2s);
        tested.charge(9, t0);
        CHECK(tested.earliest(10, t0) == t0 + 3s);
    }
}

TEST_CASE("asking changes nothing") {
    for (auto shape : shapes) {
        CAPTURE(static_cast<int>(shape));
        budget const tested({.limit = 10, .window = 1s, .shape = shape});
        CHECK(tested.earliest(10, t0 + 1h) == t0 + 1h);
        CHECK(tested.earliest(10, t0) == t0);
    }
}

TEST_CASE("what was overdrawn is waited for") {
    for (auto shape : shapes) {
        CAPTURE(static_cast<int>(shape));
        budget tested({.limit = 10, .window = 1s, .shape = shape});
        for (int i = 0; i < 3; ++i) tested.charge(10, t0);
        CHECK(tested.earliest(10, t0) == (shape == quota_shape::bucket ? t0 + 3s : t0 + 1s));
    }
}

TEST_CASE("the smallest and the largest quotas") {
    struct row {
        std::int64_t limit;
        nanoseconds window;
        nanoseconds unit;  // after the whole limit was spent
    };
    for (auto [limit, window, unit] : {row{1, 1ms, 1ms}, row{1, 24h, 24h}, row{1'000'000'000, 1ms, 1ns},
                                       row{1'000'000'000, 24h, 86'400ns}}) {
        CAPTURE(limit);
        CAPTURE(window.count());
        run({.limit = limit, .window = window},
            {{0ns, limit, 0ns}, {0ns, 1, unit}, {window, limit, window + unit}});
        run({.limit = limit, .window = window, .shape = quota_shape::sliding},
            {{0ns, limit, 0ns}, {0ns, 1, window}, {window, limit, 2 * window}});
        run({.limit = limit, .window = window, .shape = quota_shape::fixed},
            {{0ns, limit, 0ns}, {0ns, 1, window}, {window, limit, 2 * window}});
    }
}

TEST_CASE("a bucket overdrawn beyond the end of time stays there") {
    budget tested({.limit = 1, .window = 24h});
    for (int i = 0; i < 110'000; ++i) tested.charge(1, t0);
    CHECK(tested.earliest(1, t0).time_since_epoch() == nanoseconds(std::numeric_limits<std::int64_t>::max()));
}

TEST_CASE("a sliding window with too many instants is cautious by at most a 65,536th") {
    quota const what{.limit = 1'000'000, .window = 65'536us, .shape = quota_shape::sliding};
    budget tested(what);
    // Two charges per microsecond, for two windows: twice as many instants as are kept exactly.
    for (int i = 0; i < 4 * 65'536; ++i) tested.charge(1, t0 + i * 500ns);
    auto const last = t0 + (4 * 65'536 - 1) * 500ns;
    auto const spent_in_window = 2 * 65'536;
    auto latest = 0ns;
    for (std::int64_t to_forget = 1; to_forget <= spent_in_window; ++to_forget) {
        auto const exact = last - (spent_in_window - to_forget) * 500ns + what.window;
        auto const late = tested.earliest(what.limit - spent_in_window + to_forget, last) - exact;
        REQUIRE(late >= 0ns);
        latest = std::max<nanoseconds>(latest, late);
    }
    CHECK(latest < 1us);
    // Were it exact, it would have kept every instant.
    CHECK(latest > 0ns);
}

TEST_SUITE_END();
