#pragma once

#include "cli/provision_preview.hpp"
#include "throttle/forecast.hpp"
#include "throttle/limits.hpp"

#include <cstddef>

// How long a run is expected to take, before it begins: as `report` says it of the same plan.

namespace poolwright::cli {

// Of what is still to be made, under the latency and replication lag that `report` assumes.
throttle::forecast forecast_for(run_preview const& what, planner::permission_profile const& profile,
                                throttle::limits const& limits, std::size_t identities);

}  // namespace poolwright::cli
