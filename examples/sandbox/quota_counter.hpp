#pragma once

#include "examples/sandbox/message.hpp"
#include "throttle/limits.hpp"

#include <vector>

// What was spent under one quota, counted as the service does; written independently of the pacing that it
// tests. Used by enforcement.

namespace poolwright::sandbox {

class quota_counter {
public:
    // How long until `cost` units may be spent; 0: now. A cost above the whole limit counts as the limit.
    [[nodiscard]] std::chrono::nanoseconds wait(throttle::quota const& what, std::int64_t cost,
                                                time_point now);

    // The call went through.
    void charge(throttle::quota const& what, std::int64_t cost, time_point now);

    // The call was refused, and still counts ("requests made while throttled still count"): up to a tenth of
    // the limit beyond it, so that whoever hammers waits longer, and yet never longer than a window and a
    // tenth.
    void charge_refused(throttle::quota const& what, std::int64_t cost, time_point now);

    // The used share of the limit; 1: all of it.
    [[nodiscard]] double used(throttle::quota const& what, time_point now);

    // Whoever was refused was told to come back at `until`; a call between the two is early.
    void hold(time_point from, time_point until) noexcept;
    [[nodiscard]] bool is_early(time_point now) const noexcept {
        return hold_from_ < now && now < hold_until_;
    }

private:
    struct entry {
        time_point at;
        std::int64_t cost;
    };

    void forget(throttle::quota const& what, time_point now);

    time_point mark_{};          // bucket: when it is full again; fixed: when the window opened
    std::int64_t spent_ = 0;     // in the present window
    std::vector<entry> recent_;  // sliding only, oldest first
    std::size_t oldest_ = 0;     // indexes recent_
    time_point hold_from_ = never;
    time_point hold_until_{};
};

}  // namespace poolwright::sandbox
