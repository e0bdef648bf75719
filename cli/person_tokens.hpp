#pragma once

#include "cli/identity_options.hpp"
#include "cli/provision_keys.hpp"
#include "cli/provision_session.hpp"
#include "provisioner/key_pair.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

// The refresh tokens of people, from one run to the next: each reply may bring a newer one, and the newest is
// kept in the state folder, sealed to the ledger's key. The file that an operator gave is never written.

namespace poolwright::cli {

// Takes what an earlier run kept for the identity, if it is newer than what the operator gave and the private
// key is here.
void take_kept_token(identity_found& identity, key_paths const& keys);

// Keeps those that are new, if there is a key to seal them to. A file that cannot be written is warned of:
// what was provisioned stands.
void keep_person_tokens(std::vector<identity_found> const& identities,
                        std::optional<provisioner::public_key> const& seal_to, provision_session& session);

}  // namespace poolwright::cli
