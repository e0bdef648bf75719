#include "throttle/retry.hpp"

#include <algorithm>
#include <limits>

namespace poolwright::throttle {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

constexpr nanoseconds shortest_wait = 100ms;
constexpr nanoseconds longest_wait = 24h;
constexpr nanoseconds first_replication_delay = 1s;
constexpr nanoseconds longest_replication_delay = 10s;

// A delay in [low, high), chosen by the random bits.
nanoseconds uniform(nanoseconds low, nanoseconds high, std::uint64_t random) {
    __extension__ typedef unsigned __int128 wide_int;
    auto const span = static_cast<std::uint64_t>(std::max(high - low, 0ns).count());
    return low + nanoseconds(static_cast<std::int64_t>((wide_int(span) * random) >> 64));
}

retry_decision again(steady_point now, nanoseconds delay) {
    return {.action = retry_action::again, .at = now + std::clamp(delay, shortest_wait, longest_wait)};
}

// Decorrelated jitter: min(longest, uniform(first, 3 × the delay before)). Callers that failed together
// spread out, and the delay still grows as long as they fail.
nanoseconds jittered(retry_state& state, patience const& patience, std::uint64_t random) {
    auto const first = std::clamp(patience.first_delay, shortest_wait, longest_wait);
    auto const before = std::clamp(state.last_delay, first, longest_wait);
    state.last_delay = std::min(patience.longest_delay, uniform(first, 3 * before, random));
    return state.last_delay;
}

// The growth is remembered without its jitter, so that an unlucky draw is not multiplied.
nanoseconds replication_delay(retry_state& state, std::uint64_t random) {
    auto const grown = state.last_delay == 0ns ? first_replication_delay : state.last_delay * 3 / 2;
    state.last_delay = std::clamp(grown, first_replication_delay, longest_replication_delay);
    return uniform(state.last_delay * 4 / 5, state.last_delay * 6 / 5, random);
}

retry_decision after_throttling(reply_facts const& facts, retry_state& state, patience const& patience,
                                steady_point now, std::uint64_t random) {
    return again(now, facts.retry_after ? *facts.retry_after : jittered(state, patience, random));
}

retry_decision after_replication(reply_facts const& facts, retry_state& state, patience const& patience,
                                 nanoseconds waited, steady_point now, std::uint64_t random) {
    auto const remaining = patience.step_deadline - std::max(waited, 0ns);
    if (remaining <= 0ns) return {.action = retry_action::pending, .at = {}};
    if (facts.retry_after) return again(now, *facts.retry_after);
    // The last try comes with the deadline, not up to ten seconds later.
    auto const longest = std::max(remaining, first_replication_delay);
    return again(now, std::min(replication_delay(state, random), longest));
}

retry_decision after_failure(reply_facts const& facts, retry_state& state, patience const& patience,
                             steady_point now, std::uint64_t random) {
    if (state.failed_attempts < std::numeric_limits<std::uint16_t>::max()) ++state.failed_attempts;
    if (state.failed_attempts >= patience.attempts) return {.action = retry_action::failed, .at = {}};
    return again(now, facts.retry_after ? *facts.retry_after : jittered(state, patience, random));
}

}  // namespace

patience for_unknown_address(patience known) noexcept {
    known.attempts = std::min(known.attempts, 3);
    return known;
}

retry_decision decide(reply_facts const& facts, retry_state& state, patience const& patience,
                      std::chrono::nanoseconds waited, steady_point now, std::uint64_t random) {
    switch (facts.kind) {
        case reply_kind::throttled:
            return after_throttling(facts, state, patience, now, random);
        case reply_kind::replicating:
            return after_replication(facts, state, patience, waited, now, random);
        case reply_kind::transient:
            return after_failure(facts, state, patience, now, random);
        case reply_kind::permanent:
            return {.action = retry_action::failed, .at = {}};
        case reply_kind::done:
            break;
    }
    return {.action = retry_action::proceed, .at = {}};
}

}  // namespace poolwright::throttle
