#pragma once

#include "cli/common_options.hpp"
#include "cli/report.hpp"

#include <ostream>
#include <string_view>
#include <vector>

// How `report` shows a report.

namespace poolwright::cli {

// The values of --output, the default first.
std::vector<std::string_view> report_formats();

void print_report(capacity_report const& report, common_options const& common, std::ostream& out);

// The document of schema poolwright.report/1.
void print_report_json(capacity_report const& report, std::ostream& out);

}  // namespace poolwright::cli
