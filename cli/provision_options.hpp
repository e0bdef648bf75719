#pragma once

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

    std::string authority_url;  // both URLs or neither
    std::string graph_url;
    std::string cloud;    // empty: the default
    std::string ca_file;  // empty: the system's trusted certificates
    std::string limits_file;
    std::string concurrency = "auto";
    std::string per_tenant = "auto";
    std::string priority = "normal";
    int request_timeout = 30;  // seconds
    int step_deadline = 600;   // seconds

    std::string redirect_uri;
    std::string display_name;  // empty: the standard pattern
    int lifetime = 730;        // days
    std::string credential = "secret";
    std::string certificate = "per-tenant";

    std::string identities;  // a file; empty: one identity, by the options below
    std::string identity;    // which of the means below; empty: the one that is given
    std::string client_id;
    std::string client_secret_file;
    std::string client_certificate;
    std::string client_certificate_password_file;
    std::string federated_token_file;
    std::string managed_identity_id;
    std::string refresh_token_file;
    std::string public_key;  // empty: fleet.pub in the configuration directory
    std::string key_file;
    std::string key_passphrase_file;  // empty: fleet.key there

    std::string events;             // a file, "-" or empty
    std::vector<std::string> only;  // directory ids, domains or names
    bool verify = false;
    bool adopt = false;
    bool restore_deleted = false;
    bool recreate = false;
    bool yes = false;
    bool dry_run = false;

    // All words of the command line, the program's name included: what resumes an interrupted run.
    std::vector<std::string> command_line;
};

// Offers FILE and every option of `provision` but those that size a plan, which `plan` shares.
void add_provision_options(CLI::App& command, provision_options& options);

}  // namespace poolwright::cli
