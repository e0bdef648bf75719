#pragma once

#include "throttle/limits.hpp"

#include <chrono>
#include <cstdint>
#include <deque>

// One budget: how much of one quota is left, with time as an argument. The pacer holds one for every quota that a call is
// charged to.

namespace poolwright::throttle {

using steady_point = std::chrono::steady_clock::time_point;

// What may be spent under one quota. Time never runs backwards inside it: an argument earlier than one seen before counts as
// that one.
class budget {
public:
    explicit budget(quota what) noexcept;

    // The earliest instant, not before `now`, at which `cost` units may be spent. A cost above the whole limit is treated as the
    // limit, so that an absurd limit delays a call but never forbids it for ever.
    [[nodiscard]] steady_point earliest(std::int64_t cost, steady_point now) const;

    // Spends `cost` units at `at`, whether or not they were available (an earlier run may have overdrawn).
    void charge(std::int64_t cost, steady_point at);

    // Nothing may be spent before `until`: the service answered 429 with a Retry-After.
    void hold_until(steady_point until) noexcept;
};

}  // namespace poolwright::throttle
