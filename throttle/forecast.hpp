#pragma once

#include "throttle/least_time.hpp"

#include <chrono>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

// How long a real run will take: the same pacer and the same work queue as in a run, over calls that take no
// time to make. Called by the capacity report.

namespace poolwright::throttle {

struct identities_needed {
    std::chrono::seconds within{0};
    std::int64_t identities = 0;
};

// Into how many parts a forecast divides the apps of a run.
inline constexpr std::int64_t parts_of_progress = 100;

struct forecast {
    real_seconds time{0};      // never less than least_time_for gives
    std::string_view binding;  // as in least_time
    real_seconds critical_path{0};
    // When the first hundredth of the apps is proven, the second, and so on; the last is `time`. Empty:
    // nothing is to be done.
    std::vector<real_seconds> progress = {};
};

// Of a run that learns the replication lag, so that hardly a call is refused for it. A fleet of more than
// some ten thousand calls is sampled, every n-th tenant by size, with the application's quotas cut down to
// the sample's part of all writes: then the sample takes as long as the whole. Takes some hundredths of a
// second.
forecast forecast_run(fleet_load const& load, run_conditions const& conditions);

// The fewest identities with which the run takes no longer than each of the times; a time that no number of
// them reaches is left out. `conditions` are those of one identity; K of them have K times its calls in
// flight, but together no more than `most_in_flight`.
std::vector<identities_needed> identities_for(fleet_load const& load, run_conditions const& conditions,
                                              std::int32_t most_in_flight,
                                              std::span<std::chrono::seconds const> times);

}  // namespace poolwright::throttle
