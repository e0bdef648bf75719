#include "examples/sandbox/quota_counter.hpp"

#include <algorithm>

namespace poolwright::sandbox {
namespace {

using std::chrono::nanoseconds;
using throttle::quota;
using throttle::quota_shape;

// How long a bucket takes to refill by `cost`.
nanoseconds refill_time(quota const& what, std::int64_t cost) {
    auto const units = static_cast<double>(std::min(cost, what.limit));
    return nanoseconds(static_cast<std::int64_t>(units * static_cast<double>(what.window.count()) /
                                                 static_cast<double>(what.limit)));
}

}  // namespace

void quota_counter::forget(quota const& what, time_point now) {
    if (what.shape == quota_shape::fixed && now >= mark_ + what.window) spent_ = 0;
    if (what.shape != quota_shape::sliding) return;
    while (oldest_ < recent_.size() && recent_[oldest_].at + what.window <= now)
        spent_ -= recent_[oldest_++].cost;
    if (oldest_ > recent_.size() / 2) {
        recent_.erase(recent_.begin(), recent_.begin() + static_cast<std::ptrdiff_t>(oldest_));
        oldest_ = 0;
    }
}

nanoseconds quota_counter::wait(quota const& what, std::int64_t cost, time_point now) {
    forget(what, now);
    if (what.shape == quota_shape::bucket) {
        auto const full_at = std::max(mark_, now) + refill_time(what, cost);
        return std::max(nanoseconds(0), full_at - now - what.window);
    }
    auto excess = spent_ + std::min(cost, what.limit) - what.limit;
    if (excess <= 0) return nanoseconds(0);
    if (what.shape == quota_shape::fixed) return mark_ + what.window - now;
    auto leaving = oldest_;
    while ((excess -= recent_[leaving].cost) > 0) ++leaving;
    return recent_[leaving].at + what.window - now;
}

void quota_counter::charge(quota const& what, std::int64_t cost, time_point now) {
    forget(what, now);
    auto const units = std::min(cost, what.limit);
    switch (what.shape) {
        case quota_shape::bucket:
            mark_ = std::max(mark_, now) + refill_time(what, units);
            return;
        case quota_shape::fixed:
            if (spent_ == 0) mark_ = now;
            break;
        case quota_shape::sliding:
            recent_.push_back({now, units});
            break;
    }
    spent_ += units;
}

void quota_counter::charge_refused(quota const& what, std::int64_t cost, time_point now) {
    auto const room = 1.1 - used(what, now);
    auto const units = static_cast<std::int64_t>(room * static_cast<double>(what.limit));
    if (units > 0) charge(what, std::min(cost, units), now);
}

double quota_counter::used(quota const& what, time_point now) {
    forget(what, now);
    if (what.shape != quota_shape::bucket)
        return static_cast<double>(spent_) / static_cast<double>(what.limit);
    auto const missing = std::max(nanoseconds(0), mark_ - now);
    return static_cast<double>(missing.count()) / static_cast<double>(what.window.count());
}

void quota_counter::hold(time_point from, time_point until) noexcept {
    hold_from_ = from;
    hold_until_ = std::max(hold_until_, until);
}

}  // namespace poolwright::sandbox
