#pragma once

#include "cli/common_options.hpp"
#include "cli/plan_source.hpp"

#include <memory>
#include <ostream>
#include <string_view>
#include <vector>

// How `plan` shows a plan, a row at a time.

namespace poolwright::cli {

class plan_view {
public:
    virtual ~plan_view() = default;

    // Told of every row once before begin().
    virtual void measure(planner::planned_pool const&) {}

    virtual void begin(plan_source const& plan) = 0;
    virtual void add(planner::planned_pool const& row) = 0;
    virtual void end(planner::plan_totals const& totals) = 0;
};

// The values of --output that plan_view_for knows, the default first.
std::vector<std::string_view> plan_formats();

std::unique_ptr<plan_view> plan_view_for(common_options const& common, std::ostream& out);

}  // namespace poolwright::cli
