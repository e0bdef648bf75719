#pragma once

#include "cli/credential_files.hpp"
#include "cli/identity_choice.hpp"
#include "cli/identity_environment.hpp"
#include "provisioner/token.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

// The application that provisions, by the conventions of the Azure SDKs: who it is and by what it is known,
// from options and environment. A secret never stands on the command line.

namespace poolwright::cli {

// As typed; empty: not given.
struct identity_sources {
    std::string kind = {};  // --identity
    std::string client_id = {};
    std::string secret_file = {};
    std::string certificate = {};
    std::string certificate_password_file = {};
    std::string federated_token = {};
    std::string managed_id = {};  // --managed-identity-id
    std::string refresh_token_file = {};
};

struct identity_found {
    provisioner::client_identity identity;
    warning_list warnings;
    // Directory ids and domains, in lower case, of the only tenants that it is for; none: it is for all.
    std::optional<std::vector<std::string>> tenants;
    std::string explanation = {};  // which means were chosen, and why
    // What must be asked for before the run, where the machine or a person gives it (identity_start.hpp).
    std::shared_ptr<provisioner::managed_identity const> managed = {};
    bool signs_in = false;                // by a device code
    std::string refresh_token_file = {};  // where the person's token came from; empty: from nowhere yet
};

// Takes the secrets of the environment out of it. Nothing if no identity is given at all. Throws
// failure(wrong_usage) for a half of one and for an id that is none, and failure(bad_input) for a file that
// is missing, empty, unreadable or a certificate that has expired; no message ever holds a secret.
std::optional<identity_found> find_identity(
    identity_sources const& sources,
    std::chrono::system_clock::time_point now = std::chrono::system_clock::now());

// Throws the failure(wrong_usage) of a run without any identity.
[[noreturn]] void refuse_no_identity();

}  // namespace poolwright::cli
