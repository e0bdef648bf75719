#include "throttle/learning_budget.hpp"

#include <algorithm>
#include <chrono>

namespace poolwright::throttle {
namespace {

using std::chrono::nanoseconds;

// What a reply reports is rounded to a hundredth.
constexpr double rounding = 0.005;
// What is left free where others spend, too.
constexpr double for_others = 0.05;
// By how much one refusal lowers the limit, at least and at most.
constexpr double smallest_cut = 0.97;
constexpr double deepest_cut = 0.70;
// Below this share of the published quota nothing is lowered, so that a flood of refusals with another cause
// cannot stop a run for good.
constexpr double lowest_share = 0.01;
// So often is the time to wait doubled at most: a second becomes 17 minutes, which is longer than any window.
constexpr int most_in_a_row = 11;

// How much closer together than they were sent two calls may arrive: a second, or for the short windows of a
// test a hundredth of the window.
nanoseconds jitter_of(quota const& what) {
    return std::min<nanoseconds>(std::chrono::seconds(1), what.window / 100);
}

// The service counts what arrives. A window is therefore waited out a jitter longer …
quota on_arrival(quota what) {
    if (what.shape != quota_shape::bucket) what.window += jitter_of(what);
    return what;
}

// … and of a bucket there is always as much left as a jitter refills: 117 of 35,000 calls, which delays a run
// once, by a second. Of a handful of calls none can be spared.
std::int64_t with_reserve(quota const& what, std::int64_t cost) {
    constexpr std::int64_t handful = 10;
    if (cost <= 0 || what.shape != quota_shape::bucket || what.limit < handful) return cost;
    auto const jitter = jitter_of(what).count();
    return cost + (what.limit * jitter + what.window.count() - 1) / what.window.count();
}

double ratio(nanoseconds part, nanoseconds whole) {
    return static_cast<double>(part.count()) / static_cast<double>(whole.count());
}

}  // namespace

learning_budget::learning_budget(quota const& published)
    : spent_(on_arrival(published)), published_(published.limit) {}

steady_point learning_budget::earliest(std::int64_t cost, steady_point now) const {
    return spent_.earliest(with_reserve(spent_.what(), cost), now);
}

void learning_budget::charge(std::int64_t cost, steady_point at) {
    if (cost <= 0) return;
    // The first burst is what a whole window before it has saved up.
    if (since_ == steady_point::max()) since_ = at - spent_.what().window;
    if (limit() < published_) grow(at);
    sent_ += cost;
    spent_.charge(cost, at);
}

void learning_budget::told_used(double share, steady_point sent, steady_point now) {
    auto const surely = share - rounding;
    // What was given back while the reply was under way had not been when the service counted.
    auto const known = spent_.used(now) + ratio(now - sent, spent_.what().window);
    if (surely <= known + rounding) return;
    spent_.raise_to(std::min(1.0, surely + for_others), now);
}

steady_point learning_budget::refused(std::int64_t cost, steady_point sent, steady_point until,
                                      steady_point now) {
    if (sent < since_) return until;
    sent_ -= cost;
    auto const before = static_cast<double>(limit());
    auto const lowered = std::clamp(let_through(until), deepest_cut * before, smallest_cut * before);
    auto const lowest = std::max(1.0, lowest_share * static_cast<double>(published_));
    spent_.limit_to(static_cast<std::int64_t>(std::max(lowered, std::min(lowest, before))), now);
    spent_.raise_to(1, now);
    refused_in_a_row_ = sent_ > 0 ? 1 : std::min(refused_in_a_row_ + 1, most_in_a_row);
    since_ = try_again_at(until, now);
    grown_ = since_;
    sent_ = 0;
    return since_;
}

steady_point learning_budget::try_again_at(steady_point until, steady_point now) const {
    auto const longer = (until - now) * (1 << (refused_in_a_row_ - 1));
    return std::max(until, now + std::min<nanoseconds>(longer, spent_.what().window));
}

// In units per window, from when the quota was last known to be spent until it may be spent again.
double learning_budget::let_through(steady_point until) const {
    auto const windows = ratio(until - since_, spent_.what().window);
    return windows <= 0 ? 0 : static_cast<double>(sent_) / windows;
}

void learning_budget::grow(steady_point now) {
    constexpr double in_a_window = 0.3;  // of the published limit
    auto const grown =
        ratio(now - grown_, spent_.what().window) * in_a_window * static_cast<double>(published_);
    if (grown < 1) return;
    grown_ = now;
    auto const limit_now = std::min(published_, limit() + static_cast<std::int64_t>(grown));
    spent_.limit_to(limit_now, now);
}

}  // namespace poolwright::throttle
