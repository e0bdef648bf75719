#pragma once

#include "cli/secret_file.hpp"
#include "provisioner/client_credential.hpp"

#include <chrono>
#include <string>
#include <vector>

// What an application shows the authority, from the files that a person names: on the command line, in the
// environment or in a file of identities. All throw bad_secret_file, whose words hold neither the path nor
// anything of the content, and add a warning for a file that others may read.

namespace poolwright::cli {

using warning_list = std::vector<std::string>;

provisioner::client_credential secret_from(std::string const& file, warning_list& warnings);

std::shared_ptr<provisioner::secret const> refresh_token_from(std::string const& file,
                                                              warning_list& warnings);

struct certificate_files {
    std::string certificate;  // with its private key: PEM or PFX, which is found from the content
    std::string password;     // empty: none, or the one given
    bool send_chain = false;
};

// A certificate that has expired, or is not valid yet, is refused; one that ends within 30 days is warned of.
provisioner::client_credential certificate_from(certificate_files const& files, provisioner::secret password,
                                                std::chrono::system_clock::time_point now,
                                                warning_list& warnings);

// The file is read again whenever its platform renews it.
provisioner::client_credential assertion_from(std::string const& file,
                                              std::chrono::system_clock::time_point now);

}  // namespace poolwright::cli
