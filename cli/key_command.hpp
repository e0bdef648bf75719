#pragma once

#include "cli/common_options.hpp"
#include "cli/exit_code.hpp"

#include <ostream>
#include <string>

// `poolwright key`: another key pair for the ledger, and the passphrase of the private key.

namespace CLI {
class App;
}

namespace poolwright::cli {

struct key_options {
    std::string action;               // rotate, protect or unprotect
    std::string key_file;             // empty: fleet.key in the configuration folder
    std::string public_key;           // empty: fleet.pub there
    std::string key_passphrase_file;  // empty: the passphrase is asked for
    std::string new_passphrase_file;  // the same, of the new one
};

void add_key_options(CLI::App& command, key_options& options);

// Throws failure, and provisioner::ledger_error.
exit_code run_key(key_options const& options, common_options const& common, std::ostream& out);

}  // namespace poolwright::cli
