#pragma once

#include "cli/common_options.hpp"
#include "provisioner/key_files.hpp"

#include <filesystem>
#include <string>

// The passphrase of a private key: from a file, or typed on a terminal. Never from the command line.

namespace poolwright::cli {

// From the file, if one is named; else asked for, if a person can be; else there is no source. What it gives
// throws failure(bad_input) for a file that is missing, empty, or may be read by others.
provisioner::passphrase_source passphrase_from(std::string const& file, common_options const& common);

// From the file alone, for what gets on without the private key and never asks.
provisioner::passphrase_source passphrase_in(std::string const& file);

// A passphrase for that key, from the file or typed twice. Throws failure: as above, wrong_usage if nobody
// can be asked, incomplete if the person gave none or two.
provisioner::secret new_passphrase(std::string const& file, std::filesystem::path const& key,
                                   common_options const& common);

}  // namespace poolwright::cli
