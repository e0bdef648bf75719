#pragma once

#include "cli/common_options.hpp"
#include "planner/plan.hpp"

#include <cstdint>
#include <string>

// TENANTS.csv or PLAN.json, the input that plan, report and provision share. A file is a plan if its first
// non-blank byte is `{`.

namespace poolwright::cli {

// The options that decide how a CSV becomes a plan. Those that were given are refused together with a saved
// plan, which is complete in itself.
struct sizing_options {
    std::string rule;  // a built-in name or a file; empty: the default
    int growth_percent = 0;
    std::string pool;     // empty: each row's workload
    std::string profile;  // a built-in name or a file; empty: the default
    std::int64_t max_apps = 200;
    bool any_given = false;  // one of rule, growth, pool or profile stood on the command line
};

struct plan_input {
    planner::plan plan;
    bool from_file = false;  // a saved plan
};

// The whole plan in memory, for whoever provisions it. `file` may be `-`. Prints the warnings of the CSV on
// standard error; throws failure(bad_input) with every problem of the input.
plan_input read_plan_input(std::string const& file, sizing_options const& options,
                           common_options const& common);

}  // namespace poolwright::cli
