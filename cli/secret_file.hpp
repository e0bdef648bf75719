#pragma once

#include "provisioner/secret.hpp"

#include <stdexcept>
#include <string>
#include <string_view>

// A file that holds one secret and nothing else: a client secret, a passphrase, a private key.

namespace poolwright::cli {

// It is missing, unreadable, empty, or no such secret. what() says why, without the path and without
// anything of its content.
class bad_secret_file : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

// Without the line end. `warning` is set if others than the owner may read the file; `words` say in messages
// what it should hold. Throws bad_secret_file.
provisioner::secret read_secret_file(std::string const& path, std::string& warning,
                                     std::string_view words = "client secret");

// The file as it is, of any bytes, 64 KiB at most: a certificate with its private key. Otherwise the same.
provisioner::secret read_secret_bytes(std::string const& path, std::string& warning, std::string_view words);

}  // namespace poolwright::cli
