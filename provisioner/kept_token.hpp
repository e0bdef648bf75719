#pragma once

#include "provisioner/key_pair.hpp"
#include "provisioner/secret.hpp"

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>

// The newest refresh token of a person, kept for the next run: a file of its own (0600), sealed as the
// secrets in the ledger are. "poolwright refresh token 1" and the sealed token.

namespace poolwright::provisioner {

// Whole or not there, in the place of an older one. Throws std::system_error naming the file.
void keep_token(secret const& token, public_key const& seal_to, std::filesystem::path const& file);

// Nothing if there is none, or none that the key opens.
std::optional<secret> read_kept_token(std::filesystem::path const& file, private_key const& opener);

}  // namespace poolwright::provisioner
