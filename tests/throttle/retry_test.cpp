#include "throttle/retry.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <random>
#include <utility>

TEST_SUITE_BEGIN("throttle");

namespace {

using namespace poolwright::throttle;
using namespace std::chrono_literals;
using std::chrono::nanoseconds;

constexpr steady_point t0{std::chrono::hours(1)};
constexpr std::uint64_t least = 0;
constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();

reply_facts reply(reply_kind kind, std::optional<nanoseconds> retry_after = std::nullopt) {
    return {.kind = kind, .retry_after = retry_after};
}

// From t0 to the next try; nothing if there is none.
std::optional<nanoseconds> delay_of(retry_decision decision) {
    if (decision.action != retry_action::again) return std::nullopt;
    return decision.at - t0;
}

}  // namespace

TEST_CASE("the five kinds of reply") {
    struct row {
        reply_kind kind;
        retry_action action;
        int failed_attempts;
    };
    for (auto [kind, action, failed_attempts] :
         {row{reply_kind::done, retry_action::proceed, 0}, row{reply_kind::throttled, retry_action::again, 0},
          row{reply_kind::replicating, retry_action::again, 0},
          row{reply_kind::transient, retry_action::again, 1},
          row{reply_kind::permanent, retry_action::failed, 0}}) {
        CAPTURE(static_cast<int>(kind));
        retry_state state;
        CHECK(decide(reply(kind), state, {}, 0s, t0, 0).action == action);
        CHECK(state.failed_attempts == failed_attempts);
    }
}

TEST_CASE("a Retry-After is honoured to the letter, but must neither spin nor last for ever") {
    struct row {
        nanoseconds retry_after;
        nanoseconds delay;
    };
    for (auto kind : {reply_kind::throttled, reply_kind::replicating, reply_kind::transient}) {
        for (auto [retry_after, delay] :
             {row{120s, 120s}, row{2128ms, 2128ms}, row{1h, 1h}, row{100ms, 100ms}, row{99ms, 100ms},
              row{0s, 100ms}, row{-5s, 100ms}, row{25h, 24h}, row{nanoseconds::max(), 24h}}) {
            CAPTURE(static_cast<int>(kind));
            CAPTURE(retry_after.count());
            for (auto random : {least, most}) {
                retry_state state{.failed_attempts = 3, .last_delay = 7s};
                CHECK(delay_of(decide(reply(kind, retry_after), state, {}, 0s, t0, random)) == delay);
                CHECK(state.last_delay == 7s);
            }
        }
    }
}

TEST_CASE("being throttled is no failed attempt, however often") {
    retry_state state;
    for (int i = 0; i < 1000; ++i) {
        CHECK(decide(reply(reply_kind::throttled), state, {}, 0s, t0, most).action == retry_action::again);
    }
    CHECK(state.failed_attempts == 0);
    CHECK(state.last_delay == 60s);
}

TEST_CASE(
    "without a named time the delay is chosen between the first and three times the last, up to the "
    "longest") {
    struct row {
        nanoseconds last;
        nanoseconds low;
        nanoseconds high;
    };
    for (auto kind : {reply_kind::throttled, reply_kind::transient}) {
        for (auto [last, low, high] : {row{0s, 500ms, 1500ms}, row{500ms, 500ms, 1500ms}, row{1s, 500ms, 3s},
                                       row{10s, 500ms, 30s}, row{60s, 500ms, 60s}, row{1000h, 500ms, 60s}}) {
            CAPTURE(last.count());
            retry_state lowest{.last_delay = last};
            CHECK(delay_of(decide(reply(kind), lowest, {}, 0s, t0, least)) == low);
            retry_state highest{.last_delay = last};
            auto const longest = delay_of(decide(reply(kind), highest, {}, 0s, t0, most));
            REQUIRE(longest);
            CHECK(*longest <= high);
            CHECK(*longest >= high - 10ns);
            CHECK(highest.last_delay == *longest);
        }
    }
}

TEST_CASE("the delays of a crowd that failed together are spread evenly") {
    std::mt19937_64 random(7);
    int below_half = 0;
    for (int i = 0; i < 10'000; ++i) {
        retry_state state;
        auto const delay = delay_of(decide(reply(reply_kind::transient), state, {}, 0s, t0, random()));
        below_half += *delay < 1s ? 1 : 0;
    }
    CHECK(below_half > 4'800);
    CHECK(below_half < 5'200);
}

TEST_CASE("a step fails with its last attempt") {
    struct row {
        int attempts;
        std::uint16_t failed_before;
        retry_action action;
    };
    for (auto [attempts, failed_before, action] :
         {row{8, 0, retry_action::again}, row{8, 6, retry_action::again}, row{8, 7, retry_action::failed},
          row{1, 0, retry_action::failed}, row{0, 0, retry_action::failed},
          row{65'536, 65'535, retry_action::again}}) {
        CAPTURE(attempts);
        CAPTURE(failed_before);
        retry_state state{.failed_attempts = failed_before};
        CHECK(decide(reply(reply_kind::transient, 1s), state, {.attempts = attempts}, 0s, t0, 0).action ==
              action);
    }
}

TEST_CASE("where nobody has answered yet a step is tried three times at most, and all else stays as it is") {
    for (auto const& [attempts, expected] : {std::pair{8, 3}, {3, 3}, {2, 2}, {1, 1}}) {
        patience const known{
            .attempts = attempts, .step_deadline = 7min, .first_delay = 8ms, .longest_delay = 9s};
        auto const fewer = for_unknown_address(known);
        CHECK(fewer.attempts == expected);
        CHECK(fewer.step_deadline == known.step_deadline);
        CHECK(fewer.first_delay == known.first_delay);
        CHECK(fewer.longest_delay == known.longest_delay);
    }
}

TEST_CASE("waiting for replication grows from a second to ten, give or take a fifth") {
    retry_state state;
    nanoseconds base = 1s;
    for (int i = 0; i < 10; ++i) {
        CAPTURE(i);
        auto lowest = state;
        CHECK(delay_of(decide(reply(reply_kind::replicating), lowest, {}, 0s, t0, least)) == base * 4 / 5);
        auto const highest = delay_of(decide(reply(reply_kind::replicating), state, {}, 0s, t0, most));
        REQUIRE(highest);
        CHECK(*highest <= base * 6 / 5);
        CHECK(*highest >= base * 6 / 5 - 10ns);
        base = std::min<nanoseconds>(base * 3 / 2, 10s);
    }
    CHECK(base == 10s);
    CHECK(state.failed_attempts == 0);
}

TEST_CASE("replication that outlives the deadline is left to a later run") {
    struct row {
        nanoseconds waited;
        std::optional<nanoseconds> delay;  // nothing: pending
    };
    // The grown delay would be between 8 and 12 seconds; the last try comes with the deadline, but not within
    // a second.
    for (auto [waited, delay] : {row{0s, 8s}, row{-5s, 8s}, row{592s, 8s}, row{597s, 3s}, row{599s, 1s},
                                 row{600s - 1ns, 1s}, row{600s, std::nullopt}, row{700h, std::nullopt}}) {
        CAPTURE(waited.count());
        retry_state state{.last_delay = 10s};
        auto const decision = decide(reply(reply_kind::replicating), state, {}, waited, t0, least);
        CHECK(delay_of(decision) == delay);
        if (!delay) CHECK(decision.action == retry_action::pending);
    }
    retry_state state;
    CHECK(decide(reply(reply_kind::replicating, 5s), state, {}, 600s, t0, 0).action == retry_action::pending);
}

TEST_SUITE_END();
