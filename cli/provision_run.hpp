#pragma once

#include "cli/common_options.hpp"
#include "cli/exit_code.hpp"
#include "cli/identity_options.hpp"
#include "cli/provision_keys.hpp"
#include "cli/provision_options.hpp"
#include "cli/provision_preview.hpp"
#include "cli/provision_session.hpp"
#include "cli/provision_settings.hpp"

// What `provision` does once everything was read, checked and agreed to: the directories are looked up, the
// ledger is opened, the fleet runs, and its report is printed.

namespace poolwright::cli {

struct prepared_run {
    provision_options const& options;
    common_options const& common;
    provision_settings settings;
    provisioner::ledger_location where;
    plan_input input;
    plan_rows rows;  // of the plan in `input`
    key_paths keys;
    run_preview preview;
    std::vector<identity_found> identities = {};  // who provisions
};

// Throws failure and provisioner::ledger_error.
exit_code carry_out(prepared_run const& what, provision_session& session);

// Prints the report where results go, and gives the exit code that follows from it.
exit_code conclude(prepared_run const& what, run_report const& report);

// The result of the command, as --output wants it: on standard output, or on standard error if events go
// there.
void print_result(prepared_run const& what, std::string const& text, boost::json::object const& document);

}  // namespace poolwright::cli
