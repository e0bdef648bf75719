#pragma once

#include "provisioner/secret.hpp"

#include <stdexcept>
#include <string>

// A file that holds a client secret and nothing else.

namespace poolwright::cli {

// It is missing, unreadable, empty, or no client secret. what() says why, without the path and without
// anything of its content.
class bad_secret_file : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

// Without the line end. `warning` is set if others than the owner may read the file. Throws bad_secret_file.
provisioner::secret read_secret_file(std::string const& path, std::string& warning);

}  // namespace poolwright::cli
