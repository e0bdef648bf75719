#pragma once

#include "throttle/limits.hpp"

#include <chrono>

// How many round trips are worth having in flight: quota × latency. More would only wait for their turn at
// the service, fewer would leave quota unused.

namespace poolwright::throttle {

// What a round trip takes where nothing holds it up: the shortest of those seen lately. A mean would grow
// with the queue that too many in flight make, and so ask for more of them.
class round_trip_time {
public:
    void took(std::chrono::nanoseconds time) noexcept;

    // 0 before the first.
    [[nodiscard]] std::chrono::nanoseconds shortest() const noexcept { return shortest_; }

private:
    std::chrono::nanoseconds shortest_{0};
};

inline constexpr int most_in_flight = 1'024;
inline constexpr int most_in_tenant = 64;

// For a whole run with so many calling applications: 64 to most_in_flight.
int fleet_in_flight(limits const& what, int callers, std::chrono::nanoseconds latency) noexcept;

// For one tenant: 8 to most_in_tenant.
int tenant_in_flight(limits const& what, std::chrono::nanoseconds latency) noexcept;

}  // namespace poolwright::throttle
