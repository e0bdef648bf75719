#pragma once

#include "cli/access_settings.hpp"
#include "cli/provision_options.hpp"
#include "provisioner/fleet.hpp"

#include <string_view>

// The options of `provision` as a run needs them: numbers, addresses, quotas and policies. Everything that
// can be wrong with them is said before anything is asked, made or sent.

namespace poolwright::cli {

struct provision_settings {
    access_settings access;
    provisioner::fleet_settings fleet;  // without profile and identities
};

// `authority_host` is AZURE_AUTHORITY_HOST, empty if it is not set. Throws failure(wrong_usage), and
// failure(bad_input) for the limits file.
provision_settings read_settings(provision_options const& options, std::string_view authority_host);

}  // namespace poolwright::cli
