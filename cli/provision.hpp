#pragma once

#include "cli/common_options.hpp"
#include "cli/exit_code.hpp"
#include "cli/provision_options.hpp"

// `poolwright provision`: creates what a plan wants and the ledger does not have yet. Called by main().

namespace poolwright::cli {

// The whole command. Throws failure, provisioner::ledger_error, and other exceptions for a broken machine.
exit_code run_provision(provision_options const& options, common_options const& common);

}  // namespace poolwright::cli
