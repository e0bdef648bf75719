#pragma once

#include "provisioner/secret.hpp"

#include <optional>
#include <string_view>

// What a person types and nobody shall see.

namespace poolwright::cli {

// Writes the question to standard error and reads a line from standard input, which must be a terminal and
// does not show it. Nothing at the end of the input. A signal that ends the program meanwhile leaves the
// terminal as it was.
std::optional<provisioner::secret> ask_hidden(std::string_view question);

}  // namespace poolwright::cli
