#include "throttle/in_flight.hpp"

#include <algorithm>

namespace poolwright::throttle {
namespace {

// Writes are five of an application's seven calls, a round trip is now and then slow, and the burst that a
// bucket holds must be used up beside what it refills: so four times the quota.
constexpr double room = 4;

// However wide a quota is: what answers within milliseconds is busy with 64, and more would only cost
// connections.
constexpr double most_a_second = 1'000;

double calls_at_once(quota const& writes, std::chrono::nanoseconds latency) noexcept {
    using seconds = std::chrono::duration<double>;
    auto const a_second = static_cast<double>(writes.limit) / seconds(writes.window).count();
    return std::min(a_second, most_a_second) * seconds(latency).count();
}

int between(double least, double wanted, double most) noexcept {
    return static_cast<int>(std::clamp(wanted, least, most));
}

}  // namespace

// It is forgotten by a hundred-thousandth with each call, so that a service which becomes slower is followed.
void round_trip_time::took(std::chrono::nanoseconds time) noexcept {
    constexpr int slowness = 100'000;
    auto const forgotten = shortest_ + shortest_ / slowness;
    shortest_ = shortest_.count() == 0 ? time : std::min(time, forgotten);
}

int fleet_in_flight(limits const& what, int callers, std::chrono::nanoseconds latency) noexcept {
    constexpr double fewest = 64;
    return between(fewest, room * callers * calls_at_once(what.application_writes, latency), most_in_flight);
}

int tenant_in_flight(limits const& what, std::chrono::nanoseconds latency) noexcept {
    constexpr double fewest = 8;
    return between(fewest, room * calls_at_once(what.application_tenant_writes, latency), most_in_tenant);
}

}  // namespace poolwright::throttle
