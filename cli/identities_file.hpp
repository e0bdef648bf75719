#pragma once

#include "cli/identity_options.hpp"

#include <string>
#include <string_view>
#include <vector>

// The file of --identities, schema poolwright.identities/1: several applications that provision, each with
// the file of what it is known by (a secret, a certificate, a token of the workload's platform) and, if it is
// not for all, the tenants that it is for. The file holds no secret.

namespace poolwright::cli {

// In the order of the file; the same client id twice is a problem. Relative paths count from the file's
// folder. Throws failure(bad_input) with every problem and its place.
std::vector<identity_found> read_identities(
    std::string const& path, std::chrono::system_clock::time_point now = std::chrono::system_clock::now());

}  // namespace poolwright::cli
