#pragma once

#include "cli/report_sections.hpp"

// The part of a report that tells how long it will take. Used by report_sections.cpp and the page.

namespace poolwright::cli {

report_section forecast_section(capacity_report const& report);

// "13 s", "37 min 54 s", "more than a year".
std::string forecast_words(throttle::real_seconds time);

// A time that somebody set: "300 ms", "5 s", "30 min", "1 h".
std::string setting_words(std::chrono::nanoseconds time);

}  // namespace poolwright::cli
