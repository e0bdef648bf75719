#pragma once

#include "provisioner/ledger.hpp"
#include "throttle/limits.hpp"

#include <span>
#include <vector>

// What earlier runs sent, made short. A bucket that was kept empty for longer than its window is still empty,
// which the calls of the last window alone do not show.

namespace poolwright::provisioner {

// Rows of the second `at` that stand for what was sent before it: the writes that the quotas of each calling
// application still count then, in each tenant, and what its own quota counts beyond those, under an empty
// directory id. `earlier`: in the order of time. Resource units are not carried: their windows are seconds.
std::vector<spent_row> carried_over(std::span<spent_row const> earlier, throttle::limits const& limits,
                                    wall_seconds at);

}  // namespace poolwright::provisioner
