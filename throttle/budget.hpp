#pragma once

#include "throttle/limits.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <variant>

// One budget: how much of one quota is left, with time as an argument. The pacer holds one for every quota
// that a call is charged to.

namespace poolwright::throttle {

using steady_point = std::chrono::steady_clock::time_point;

// What may be spent under one quota. Time never runs backwards inside it: an argument earlier than the last
// charge counts as that one. A bucket is 64 bytes; only a sliding window has memory of its own.
class budget {
public:
    explicit budget(quota const& what);

    // The earliest instant, not before `now`, at which `cost` units may be spent: spending them then breaks
    // no quota, a nanosecond sooner would. A cost above the whole limit is treated as the limit, so that an
    // absurd limit delays a call but never forbids it for ever; a cost of 0 may go at once.
    [[nodiscard]] steady_point earliest(std::int64_t cost, steady_point now) const;

    // Spends `cost` units at `at`, whether or not they were available (an earlier run may have overdrawn).
    void charge(std::int64_t cost, steady_point at);

    // Which share of the limit counts as spent at `now`: 0 nothing, 1 all of it; above 1 it is overdrawn.
    [[nodiscard]] double used(steady_point now) const;

    // Somebody else spent too: at least that share counts as spent at `now`.
    void raise_to(double share, steady_point now);

    // From now on the limit is another one, at least 1; the share that is spent stays.
    void limit_to(std::int64_t limit, steady_point now);

    [[nodiscard]] quota const& what() const noexcept { return what_; }

private:
    __extension__ typedef __int128 wide_int;

    // GCRA: the instant at which the bucket is full again, in units of 1/limit of a nanosecond. One call is
    // then a whole number of them (the window), so nothing is ever rounded.
    struct bucket {
        wide_int full_again;
        [[nodiscard]] steady_point earliest(quota const& what, std::int64_t cost) const;
        void charge(quota const& what, std::int64_t cost, steady_point at);
        [[nodiscard]] double used(quota const& what, steady_point now) const;
    };

    struct fixed_window {
        steady_point opened;
        std::int64_t used_units;
        [[nodiscard]] steady_point earliest(quota const& what, std::int64_t cost) const;
        void charge(quota const& what, std::int64_t cost, steady_point at);
        [[nodiscard]] double used(quota const& what, steady_point now) const;
    };

    // Every instant of the last window at which something was spent. Exact up to `exact_instants`; beyond,
    // what was spent within the same 1/65,536 of a window counts as spent together at the last of its
    // instants, so that the memory is bounded (2 MiB) and an answer is too late by at most that much.
    struct sliding_window {
        static constexpr std::size_t exact_instants = 65'536;
        struct spending {
            steady_point at;
            std::int64_t total;  // of all that was ever spent, this included
        };
        std::deque<spending> spent;
        std::int64_t forgotten = 0;  // the total before the first of them
        [[nodiscard]] steady_point earliest(quota const& what, std::int64_t cost) const;
        void charge(quota const& what, std::int64_t cost, steady_point at);
        [[nodiscard]] double used(quota const& what, steady_point now) const;
        [[nodiscard]] bool joins_last(quota const& what, steady_point at) const;
    };

    using state = std::variant<bucket, fixed_window, std::unique_ptr<sliding_window>>;
    static state at_rest(quota const& what);

    quota what_;
    steady_point last_ = steady_point::min();
    state state_;
};

}  // namespace poolwright::throttle
