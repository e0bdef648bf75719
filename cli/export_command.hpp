#pragma once

#include "cli/common_options.hpp"
#include "cli/exit_code.hpp"
#include "cli/export_rows.hpp"

#include <ostream>
#include <string>

// `poolwright export`: the recorded values, for the backup product's guided setup.

namespace CLI {
class App;
}

namespace poolwright::cli {

struct export_options {
    std::string format;  // csv, json, commvault or ews-allow-list
    std::string to;      // a file, or "-"
    export_choice choice;
    bool no_key_values = false;
    std::string certificates;         // a folder; empty: no certificate is written
    std::string pfx_password_file;    // empty: each PFX file gets a password of its own
    bool yes = false;                 // secrets may be shown on a terminal
    std::string key_file;             // empty: fleet.key in the configuration folder
    std::string key_passphrase_file;  // empty: the passphrase is asked for, if there is one
};

void add_export_options(CLI::App& command, export_options& options);

// Throws failure, and provisioner::ledger_error.
exit_code run_export(export_options const& options, common_options const& common, std::ostream& out);

}  // namespace poolwright::cli
