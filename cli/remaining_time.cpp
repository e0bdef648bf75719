#include "cli/remaining_time.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

namespace poolwright::cli {

using throttle::real_seconds;

namespace {

// Until a run is as old as this part of its forecast, the forecast counts for more than what was seen.
constexpr double trusted_part = 0.1;

}  // namespace

remaining_time::remaining_time(std::vector<real_seconds> progress) : progress_(std::move(progress)) {}

// When that part should be done by the forecast, between its points on a straight line.
real_seconds remaining_time::expected_for(double part_done) const {
    auto const place = std::clamp(part_done, 0.0, 1.0) * static_cast<double>(progress_.size());
    auto const whole = static_cast<std::size_t>(place);
    auto const at = [&](std::size_t points) { return points == 0 ? real_seconds(0) : progress_[points - 1]; };
    if (whole >= progress_.size()) return progress_.back();
    return at(whole) + (at(whole + 1) - at(whole)) * (place - std::floor(place));
}

std::optional<real_seconds> remaining_time::after(real_seconds elapsed, double part_done) const {
    if (progress_.empty()) return std::nullopt;
    auto const total = progress_.back();
    // If nothing is done when the first should be, nobody knows how late it is.
    if (part_done <= 0 && elapsed > progress_.front()) return std::nullopt;
    auto const reached = part_done > 0 ? expected_for(part_done) : elapsed;
    auto const known_before = total * trusted_part;
    auto const slowness = (elapsed + known_before) / (reached + known_before);
    return (total - reached) * slowness;
}

}  // namespace poolwright::cli
