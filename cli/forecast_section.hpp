#pragma once

#include "cli/report_sections.hpp"

// The part of a report that tells how long it will take. Only report_sections.cpp uses it.

namespace poolwright::cli {

report_section forecast_section(capacity_report const& report);

}  // namespace poolwright::cli
