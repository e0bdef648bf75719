#pragma once

#include "provisioner/secret.hpp"

#include <string>
#include <string_view>

// application/x-www-form-urlencoded, into memory that is wiped. Used by whatever asks for tokens.

namespace poolwright::provisioner {

// Adds `name=value`, percent-encoded, and `&` before it where something stands there already.
void append_field(wiped_string& out, std::string_view name, std::string_view value);

// The text percent-encoded but for letters, digits and `-._~`; for what is no secret.
std::string encoded(std::string_view text);

}  // namespace poolwright::provisioner
