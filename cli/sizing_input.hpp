#pragma once

#include "cli/plan_input.hpp"
#include "planner/plan_pool.hpp"

#include <string>

// The options that size a plan, with the rule and the profile that they name. Read once by whoever plans.

namespace poolwright::cli {

struct sizing_input {
    planner::plan_options options;
    planner::permission_profile profile;
};

// Throws failure(bad_input) for a rule or profile that is neither built in nor a file that can be read.
sizing_input read_sizing(sizing_options const& options);

}  // namespace poolwright::cli
