#pragma once

#include "throttle/budget.hpp"

#include <cstdint>
#include <functional>
#include <vector>

// The parts that the work queue is built from: a lane holds what one tenant has waiting at one cost, and the
// turns of a cost say which lane goes next. Only work_queue.cpp uses them.

namespace poolwright::throttle {

// A lane's index in the queue's pool of lanes.
using lane_number = std::uint32_t;
inline constexpr lane_number no_lane = 0xFFFF'FFFF;

// Where a lane is. Parked: its tenant must not start anything from it, whatever the time is.
enum class lane_place : std::uint8_t { parked, in_turn, timed };

// A kind of replication lag by the number that the caller gave it; 0: none.
using lag_number = std::uint8_t;

// What one tenant has waiting at one cost and for one kind of lag, first ready first, and of the same instant
// first pushed first. The tenant's own step (slot 0) has a lane of its own, because it goes while the tenant
// is closed.
class lane {
public:
    std::uint32_t tenant = 0;
    std::uint32_t cost_class = 0;
    bool own_step = false;
    lag_number lag = 0;
    lane_place place = lane_place::parked;
    lane_number sibling = no_lane;  // the next lane of the tenant, or the next unused lane
    lane_number before = no_lane;   // while in_turn: its neighbours
    lane_number after = no_lane;
    std::uint32_t heap_index = 0;  // while timed
    steady_point due;              // while timed

    [[nodiscard]] bool empty() const noexcept { return entries_.empty(); }
    [[nodiscard]] steady_point first_ready() const noexcept { return entries_.front().ready_at; }
    void push(std::uint32_t slot, steady_point ready_at);
    std::uint32_t pop();
    // The slots for which `goes` holds, in no order; they are gone afterwards.
    std::vector<std::uint32_t> take(std::function<bool(std::uint32_t)> const& goes);

private:
    struct entry {
        steady_point ready_at;
        std::uint32_t slot;
        std::uint32_t sequence;
    };
    static bool later(entry const& a, entry const& b) noexcept;

    std::vector<entry> entries_;  // a heap
    std::uint32_t pushes_ = 0;
};

using lane_pool = std::vector<lane>;

// The lanes of one cost: those that may take their turn now, in a ring, and those that may at a time, in a
// heap. A lane is in at most one of them and says itself where, so that it can be taken out at once.
class lane_turns {
public:
    [[nodiscard]] bool empty() const noexcept { return head_ == no_lane && heap_.empty(); }
    // The lane whose turn it is, or no_lane.
    [[nodiscard]] lane_number head() const noexcept { return head_; }
    // The lane that is due first, or no_lane.
    [[nodiscard]] lane_number first_due() const noexcept { return heap_.empty() ? no_lane : heap_.front(); }

    // For a parked lane: behind all others in the ring, or in the heap until `due`.
    void append(lane_pool& lanes, lane_number which);
    void wait(lane_pool& lanes, lane_number which, steady_point due);
    // Takes a lane out of wherever it is; it is parked then.
    void take_out(lane_pool& lanes, lane_number which);

private:
    void unlink(lane_pool& lanes, lane_number which);
    void put(lane_pool& lanes, std::uint32_t index, lane_number which);
    void sift_up(lane_pool& lanes, std::uint32_t index);
    void sift_down(lane_pool& lanes, std::uint32_t index);

    lane_number head_ = no_lane;
    lane_number tail_ = no_lane;
    std::vector<lane_number> heap_;
};

}  // namespace poolwright::throttle
