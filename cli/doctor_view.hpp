#pragma once

#include "cli/common_options.hpp"
#include "cli/doctor_report.hpp"

#include <ostream>

// The report of `doctor` for people: a matrix of tenants and checks, then every finding with what mends it.

namespace poolwright::cli {

// Tenants without findings and warnings have no line of their own unless --verbose.
void print_doctor(doctor_report const& report, common_options const& common, std::ostream& out);

}  // namespace poolwright::cli
