#pragma once

#include "cli/access_options.hpp"
#include "cli/plan_input.hpp"

#include <string>
#include <vector>

// What a person can say to `provision`, as it was typed. main() offers the options; read_settings() makes of
// them what a run needs.

namespace CLI {
class App;
}

namespace poolwright::cli {

struct provision_options {
    std::string file;  // TENANTS.csv, PLAN.json or "-"
    sizing_options sizing;

    access_options access;

    std::string per_tenant = "auto";
    std::string priority = "normal";
    int step_deadline = 600;  // seconds

    std::string redirect_uri;
    std::string display_name;      // empty: the standard pattern
    std::string lifetime = "730";  // days, or "max"
    std::string credential = "secret";
    std::string certificate = "per-tenant";

    std::string public_key;  // empty: fleet.pub in the configuration directory
    std::string key_file;
    std::string key_passphrase_file;  // empty: fleet.key there

    std::string events;     // a file, "-" or empty
    std::string metrics;    // a file or empty
    std::string dashboard;  // where it listens, see dashboard_address; empty: there is none
    bool verify = false;
    bool adopt = false;
    bool restore_deleted = false;
    bool recreate = false;
    bool skip_checks = false;
    bool yes = false;
    bool dry_run = false;

    // All words of the command line, the program's name included: what resumes an interrupted run.
    std::vector<std::string> command_line;
};

// Offers FILE and every option of `provision` but those that size a plan, which `plan` shares.
void add_provision_options(CLI::App& command, provision_options& options);

}  // namespace poolwright::cli
