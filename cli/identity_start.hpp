#pragma once

#include "cli/identity_options.hpp"
#include "cli/provision_keys.hpp"
#include "cli/provision_session.hpp"
#include "provisioner/cloud.hpp"

#include <string>
#include <vector>

// What must be asked for before a run: the first token of a managed identity, and a person who signs in.

namespace poolwright::cli {

// What a run is about, as far as identities need to know.
struct identity_surroundings {
    provisioner::cloud const& services;
    std::vector<std::string> tenants;  // directory ids and domains
    key_paths const& keys;
    bool may_ask = true;  // a person
};

// After it every identity can ask for tokens, unless it was interrupted. Throws failure(refused) or
// failure(unreachable) for a platform that gives no token and a sign-in that fails, failure(wrong_usage) for
// a sign-in with --no-input, and failure(bad_input) for tenants that a managed identity cannot enter by
// itself.
void start_identities(std::vector<identity_found>& identities, identity_surroundings const& around,
                      provision_session& session);

}  // namespace poolwright::cli
