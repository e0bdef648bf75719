#include "throttle/budget.hpp"

#include <algorithm>
#include <iterator>
#include <limits>
#include <type_traits>
#include <utility>

namespace poolwright::throttle {
namespace {

using std::chrono::nanoseconds;

std::int64_t ticks(steady_point at) noexcept {
    return nanoseconds(at.time_since_epoch()).count();
}

// The same call on whichever shape the state has.
template <class State, class Call>
decltype(auto) on_shape(State& state, Call call) {
    return std::visit(
        [&](auto& shape) -> decltype(auto) {
            if constexpr (requires { *shape; }) {
                return call(*shape);
            } else {
                return call(shape);
            }
        },
        state);
}

}  // namespace

steady_point budget::bucket::earliest(quota const& what, std::int64_t cost) const {
    auto const burst = wide_int(what.window.count()) * (what.limit - cost);
    auto const from = full_again - burst;
    auto const rounded_up = from > 0 ? (from + what.limit - 1) / what.limit : from / what.limit;
    auto const lowest = wide_int(std::numeric_limits<std::int64_t>::min());
    return steady_point(nanoseconds(static_cast<std::int64_t>(std::max(rounded_up, lowest))));
}

void budget::bucket::charge(quota const& what, std::int64_t cost, steady_point at) {
    auto const from = std::max(full_again, wide_int(ticks(at)) * what.limit);
    auto const end_of_time = wide_int(std::numeric_limits<std::int64_t>::max()) * what.limit;
    full_again = std::min(from + wide_int(cost) * what.window.count(), end_of_time);
}

double budget::bucket::used(quota const& what, steady_point now) const {
    auto const missing = full_again - wide_int(ticks(now)) * what.limit;
    if (missing <= 0) return 0;
    return static_cast<double>(missing) / static_cast<double>(what.limit) /
           static_cast<double>(what.window.count());
}

steady_point budget::fixed_window::earliest(quota const& what, std::int64_t cost) const {
    return used_units + cost <= what.limit ? steady_point::min() : opened + what.window;
}

void budget::fixed_window::charge(quota const& what, std::int64_t cost, steady_point at) {
    if (at >= opened + what.window) {
        opened = at;
        used_units = 0;
    }
    used_units += cost;
}

double budget::fixed_window::used(quota const& what, steady_point now) const {
    return now >= opened + what.window ? 0
                                       : static_cast<double>(used_units) / static_cast<double>(what.limit);
}

steady_point budget::sliding_window::earliest(quota const& what, std::int64_t cost) const {
    auto const total = spent.empty() ? forgotten : spent.back().total;
    auto const to_forget = total + cost - what.limit;
    if (to_forget <= forgotten) return steady_point::min();
    return std::ranges::lower_bound(spent, to_forget, {}, &spending::total)->at + what.window;
}

void budget::sliding_window::charge(quota const& what, std::int64_t cost, steady_point at) {
    while (!spent.empty() && at - spent.front().at >= what.window) {
        forgotten = spent.front().total;
        spent.pop_front();
    }
    auto const total = (spent.empty() ? forgotten : spent.back().total) + cost;
    if (joins_last(what, at)) {
        spent.back() = {at, total};
    } else {
        spent.push_back({at, total});
    }
}

double budget::sliding_window::used(quota const& what, steady_point now) const {
    if (spent.empty()) return 0;
    auto const left = std::ranges::upper_bound(spent, now - what.window, {}, &spending::at);
    auto const before = left == spent.begin() ? forgotten : std::prev(left)->total;
    return static_cast<double>(spent.back().total - before) / static_cast<double>(what.limit);
}

bool budget::sliding_window::joins_last(quota const& what, steady_point at) const {
    if (spent.empty()) return false;
    if (spent.size() < exact_instants) return spent.back().at == at;
    auto const granule = std::max<std::int64_t>(1, what.window.count() / std::int64_t{exact_instants});
    return ticks(spent.back().at) / granule == ticks(at) / granule;
}

budget::state budget::at_rest(quota const& what) {
    switch (what.shape) {
        case quota_shape::sliding:
            return std::make_unique<sliding_window>();
        case quota_shape::fixed:
            return fixed_window{steady_point::min(), 0};
        case quota_shape::bucket:
            break;
    }
    return bucket{wide_int(std::numeric_limits<std::int64_t>::min()) * what.limit};
}

budget::budget(quota const& what) : what_(what), state_(at_rest(what)) {}

steady_point budget::earliest(std::int64_t cost, steady_point now) const {
    auto const from = std::max(now, last_);
    if (cost <= 0) return from;
    auto const units = std::min(cost, what_.limit);
    return std::max(from, on_shape(state_, [&](auto const& shape) { return shape.earliest(what_, units); }));
}

void budget::charge(std::int64_t cost, steady_point at) {
    if (cost <= 0) return;
    last_ = std::max(at, last_);
    auto const units = std::min(cost, what_.limit);
    on_shape(state_, [&](auto& shape) { shape.charge(what_, units, last_); });
}

double budget::used(steady_point now) const {
    auto const at = std::max(now, last_);
    return on_shape(state_, [&](auto const& shape) { return shape.used(what_, at); });
}

void budget::raise_to(double share, steady_point now) {
    auto const missing = (share - used(now)) * static_cast<double>(what_.limit);
    if (missing >= 1) charge(static_cast<std::int64_t>(missing), now);
}

void budget::limit_to(std::int64_t limit, steady_point now) {
    auto const before = std::exchange(what_.limit, std::max<std::int64_t>(1, limit));
    // Only a bucket is kept in units of its limit; a window goes on with what was really spent.
    if (auto* const kept = std::get_if<bucket>(&state_)) {
        auto const from = wide_int(ticks(std::max(now, last_)));
        auto const missing = std::max(wide_int(0), kept->full_again - from * before);
        kept->full_again = from * what_.limit + (missing * what_.limit + before - 1) / before;
    }
}

}  // namespace poolwright::throttle
