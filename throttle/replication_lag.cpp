#include "throttle/replication_lag.hpp"

#include <algorithm>

namespace poolwright::throttle {
namespace {

using std::chrono::nanoseconds;

// A refusal lengthens the wait by a tenth, a success shortens it by a part of that so small that the two
// balance when one call in 250 is refused: a quantile is followed, not a mean.
constexpr double longer = 1.1;
constexpr double shorter = 1 - 0.1 / 250;
constexpr nanoseconds longest = std::chrono::minutes(2);

nanoseconds times(nanoseconds what, double factor) noexcept {
    return nanoseconds(static_cast<std::int64_t>(static_cast<double>(what.count()) * factor));
}

}  // namespace

bool replication_lag::send_pilot() noexcept {
    if (learned() || sent_ >= pilots) return false;
    ++sent_;
    return true;
}

void replication_lag::refused(nanoseconds age) noexcept {
    if (!learned()) return;
    // Those that were under way together teach the same once. A wait of nothing must be able to grow.
    auto const enough_now = times(age, longer) + std::chrono::milliseconds(50);
    wait_ = std::min(longest, std::max(wait_, enough_now));
}

void replication_lag::succeeded(nanoseconds age) noexcept {
    if (learned()) {
        wait_ = times(wait_, shorter);
        return;
    }
    ++answers_;
    wait_ = std::max(wait_, age);
}

}  // namespace poolwright::throttle
