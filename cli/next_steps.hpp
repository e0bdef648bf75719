#pragma once

#include "cli/report.hpp"

#include <string>
#include <vector>

// What a person does after reading a capacity report. Used by its page.

namespace poolwright::cli {

struct next_step {
    std::string words;
    std::string command;  // ready to be pasted into a shell; empty: there is none
};

// Which plan the report is about.
struct reported_plan {
    std::string file;       // as it is named on a command line
    bool is_saved = false;  // a plan, not a CSV
    std::string
        plan_options;  // those that made it of a CSV, quoted for a shell; empty, or with a leading blank
};

std::vector<next_step> next_steps(capacity_report const& report, reported_plan const& plan);

}  // namespace poolwright::cli
