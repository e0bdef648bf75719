#pragma once

#include "cli/common_options.hpp"
#include "cli/exit_code.hpp"
#include "cli/fleet_status.hpp"

#include <ostream>

// `poolwright status`: where every pool stands.

namespace poolwright::cli {

// The document of schema poolwright.status/1, a tenant a line.
void print_status_json(fleet_status const& status, std::ostream& out);

// Throws failure, and provisioner::ledger_error.
exit_code run_status(common_options const& common, std::ostream& out);

}  // namespace poolwright::cli
