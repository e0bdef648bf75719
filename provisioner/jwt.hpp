#pragma once

#include "provisioner/json_body.hpp"

#include <chrono>
#include <optional>
#include <string_view>

// What a JSON Web Token says of itself. No signature is checked: a token is read by who was given it over a
// channel that is trusted, or by who only hands it on.

namespace poolwright::provisioner {

// Its claims; nothing if it is no token that can be read.
std::optional<json_body> claims_of(std::string_view token);

// When it ends (`exp`); nothing if it does not say so.
std::optional<std::chrono::sys_seconds> expiry_in(boost::json::object const& claims);

}  // namespace poolwright::provisioner
