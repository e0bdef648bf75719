#pragma once

#include "throttle/limits.hpp"

#include <string>

// The option --limits, which `provision` and `report` share.

namespace poolwright::cli {

// The quotas in that file; the published ones if the name is empty. Throws failure(bad_input) with every
// problem.
throttle::limits read_limits(std::string const& path);

}  // namespace poolwright::cli
