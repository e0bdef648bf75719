#pragma once

#include "cli/common_options.hpp"
#include "cli/doctor_options.hpp"
#include "cli/exit_code.hpp"

#include <ostream>

// `poolwright doctor`: can we get in, are we allowed, is there room. Writes nothing, neither here nor there.

namespace poolwright::cli {

// Throws failure, and provisioner::ledger_error.
exit_code run_doctor(doctor_options const& options, common_options const& common, std::ostream& out);

}  // namespace poolwright::cli
