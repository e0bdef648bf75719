#pragma once

#include "cli/next_steps.hpp"
#include "cli/page_data.hpp"
#include "cli/report.hpp"

#include <ostream>
#include <string>

// `report --html`: the capacity report as one page that needs nothing from anywhere.

namespace poolwright::cli {

// What a page says of itself.
struct page_origin {
    reported_plan plan;
    std::string day;      // "2026-11-26"
    std::string version;  // of the program
};

// The page asks for nothing (its Content-Security-Policy allows the styles and scripts in it by their hashes
// and nothing else), and text from the plan is only ever text.
void write_report_page(capacity_report const& report, page_origin const& origin, page_rows const& rows,
                       std::ostream& out);

}  // namespace poolwright::cli
