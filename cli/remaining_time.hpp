#pragma once

#include "throttle/least_time.hpp"

#include <optional>
#include <vector>

// How long a run still takes: as it was forecast, corrected by how it went so far. Told to whoever watches
// it.

namespace poolwright::cli {

class remaining_time {
public:
    remaining_time() = default;
    // `progress` as in throttle::forecast; without it nothing can be said.
    explicit remaining_time(std::vector<throttle::real_seconds> progress);

    // After so much time, when so much of what was to be done is done, 0 to 1. Nothing: nobody can say.
    [[nodiscard]] std::optional<throttle::real_seconds> after(throttle::real_seconds elapsed,
                                                              double part_done) const;

private:
    [[nodiscard]] throttle::real_seconds expected_for(double part_done) const;

    std::vector<throttle::real_seconds> progress_;
};

}  // namespace poolwright::cli
