#pragma once

#include "cli/export_format.hpp"
#include "provisioner/certificate.hpp"
#include "provisioner/key_pair.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string>

// The certificates of apps as files that backup products take: PEM, and PFX for Windows.

namespace poolwright::cli {

// How many of the apps have a certificate for a credential.
std::size_t count_certified(std::span<export_pool const> pools);

// Reads from the ledger what the apps' certificates are: their thumbprints and what is sealed. Throws failure
// where it lacks one.
void add_certificates(std::span<export_pool> pools, provisioner::ledger_reader const& ledger);

// Writes DIRECTORY-ID_THUMBPRINT.pem, and .pfx with a password, into the folder (0700), each file 0600 and
// whole or not there; and names the PEM file in each app. `password` locks every PFX; without one each gets
// its own, which stands in .pfx-password beside it. Gives how many certificates there were. Throws failure.
std::size_t write_certificates(std::span<export_pool> pools, provisioner::private_key const& key,
                               std::string const& folder, std::optional<provisioner::secret> const& password);

}  // namespace poolwright::cli
