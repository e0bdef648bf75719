#pragma once

#include "provisioner/token.hpp"

#include <optional>
#include <string>
#include <vector>

// The application that provisions, by the conventions of the Azure SDKs: who it is and its secret, from
// options and environment. A secret never stands on the command line.

namespace poolwright::cli {

struct identity_sources {
    std::string client_id;    // --client-id; empty: AZURE_CLIENT_ID
    std::string secret_file;  // --client-secret-file; empty: AZURE_CLIENT_SECRET
};

struct identity_found {
    provisioner::client_identity identity;
    std::string warning;  // about the secret's file; empty: none
    // Directory ids and domains, in lower case, of the only tenants that it is for; none: it is for all.
    std::optional<std::vector<std::string>> tenants;
};

// Takes AZURE_CLIENT_SECRET out of the environment, overwriting it, whether or not it is used. Nothing if no
// identity is given at all. Throws failure(wrong_usage) for a half of one and for an id that is none, and
// failure(bad_input) for a file that is missing, empty or unreadable; no message ever holds a secret.
std::optional<identity_found> find_identity(identity_sources const& sources);

// Throws the failure(wrong_usage) of a run without any identity.
[[noreturn]] void refuse_no_identity();

// Takes AZURE_CLIENT_SECRET out of the environment, where the identities come from elsewhere.
void forget_secret_variable();

// The variable's value, empty if it is not set.
std::string environment(char const* name);

}  // namespace poolwright::cli
