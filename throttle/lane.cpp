#include "throttle/lane.hpp"

#include <algorithm>
#include <utility>

namespace poolwright::throttle {
namespace {

// Of two lanes that are due together the older one goes first, so that the order does not depend on the heap.
bool sooner(lane_pool const& lanes, lane_number a, lane_number b) {
    return std::pair(lanes[a].due, a) < std::pair(lanes[b].due, b);
}

}  // namespace

bool lane::later(entry const& a, entry const& b) noexcept {
    if (a.ready_at != b.ready_at) return a.ready_at > b.ready_at;
    // The counter may wrap around: what counts is which is ahead of the other.
    return static_cast<std::int32_t>(a.sequence - b.sequence) > 0;
}

void lane::push(std::uint32_t slot, steady_point ready_at) {
    entries_.push_back({ready_at, slot, pushes_++});
    std::ranges::push_heap(entries_, later);
}

std::uint32_t lane::pop() {
    std::ranges::pop_heap(entries_, later);
    auto const slot = entries_.back().slot;
    entries_.pop_back();
    return slot;
}

std::vector<std::uint32_t> lane::take(std::function<bool(std::uint32_t)> const& goes) {
    std::vector<std::uint32_t> slots;
    std::erase_if(entries_, [&](entry const& each) {
        bool const taken = goes(each.slot);
        if (taken) slots.push_back(each.slot);
        return taken;
    });
    std::ranges::make_heap(entries_, later);
    return slots;
}

void lane_turns::append(lane_pool& lanes, lane_number which) {
    auto& added = lanes[which];
    added.place = lane_place::in_turn;
    added.before = tail_;
    added.after = no_lane;
    (tail_ == no_lane ? head_ : lanes[tail_].after) = which;
    tail_ = which;
}

void lane_turns::wait(lane_pool& lanes, lane_number which, steady_point due) {
    lanes[which].place = lane_place::timed;
    lanes[which].due = due;
    heap_.push_back(which);
    sift_up(lanes, static_cast<std::uint32_t>(heap_.size() - 1));
}

void lane_turns::take_out(lane_pool& lanes, lane_number which) {
    auto const place = std::exchange(lanes[which].place, lane_place::parked);
    if (place == lane_place::in_turn) return unlink(lanes, which);
    if (place == lane_place::parked) return;
    auto const hole = lanes[which].heap_index;
    auto const last = heap_.back();
    heap_.pop_back();
    if (last == which) return;
    put(lanes, hole, last);
    sift_up(lanes, hole);
    sift_down(lanes, lanes[last].heap_index);
}

void lane_turns::unlink(lane_pool& lanes, lane_number which) {
    auto const [before, after] = std::pair(lanes[which].before, lanes[which].after);
    (before == no_lane ? head_ : lanes[before].after) = after;
    (after == no_lane ? tail_ : lanes[after].before) = before;
}

void lane_turns::put(lane_pool& lanes, std::uint32_t index, lane_number which) {
    heap_[index] = which;
    lanes[which].heap_index = index;
}

void lane_turns::sift_up(lane_pool& lanes, std::uint32_t index) {
    auto const which = heap_[index];
    while (index > 0 && sooner(lanes, which, heap_[(index - 1) / 2])) {
        put(lanes, index, heap_[(index - 1) / 2]);
        index = (index - 1) / 2;
    }
    put(lanes, index, which);
}

void lane_turns::sift_down(lane_pool& lanes, std::uint32_t index) {
    auto const which = heap_[index];
    for (auto child = 2 * index + 1; child < heap_.size(); child = 2 * index + 1) {
        if (child + 1 < heap_.size() && sooner(lanes, heap_[child + 1], heap_[child])) ++child;
        if (!sooner(lanes, heap_[child], which)) break;
        put(lanes, index, heap_[child]);
        index = child;
    }
    put(lanes, index, which);
}

}  // namespace poolwright::throttle
