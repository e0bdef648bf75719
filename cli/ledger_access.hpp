#pragma once

#include "cli/common_options.hpp"
#include "provisioner/ledger.hpp"

#include <memory>
#include <string>

// From --state to a ledger, for all commands.

namespace poolwright::cli {

// Throws failure(wrong_usage) if --state names none, or nothing says where the default one is.
provisioner::ledger_location ledger_location_of(common_options const& common);

// For reading; null if there is none yet. Throws provisioner::ledger_error, and as above.
std::unique_ptr<provisioner::ledger_reader> open_ledger(common_options const& common);

// The same for a command that gets on without one: null also where nothing says where it could be.
std::unique_ptr<provisioner::ledger_reader> open_ledger_if_any(common_options const& common);

// That there is none, and where it was looked for: it may be a slip of the pen.
std::string words_for_no_ledger(common_options const& common);

}  // namespace poolwright::cli
