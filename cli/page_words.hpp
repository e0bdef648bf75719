#pragma once

#include "cli/next_steps.hpp"
#include "cli/report.hpp"
#include "cli/report_sections.hpp"

#include <span>
#include <string>

// The words of a report's page as HTML, readable also where scripts do not run. Only report_page.cpp uses it.

namespace poolwright::cli {

// What the page says at a glance: a list of names and values.
std::string html_of_figures(capacity_report const& report);

std::string html_of_steps(std::span<next_step const> steps);

// A section without its title.
std::string html_of_section(report_section const& section);

}  // namespace poolwright::cli
