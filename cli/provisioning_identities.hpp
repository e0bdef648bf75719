#pragma once

#include "cli/access_options.hpp"
#include "cli/common_options.hpp"
#include "cli/identity_options.hpp"
#include "provisioner/identity_roster.hpp"
#include "provisioner/ledger.hpp"

#include <string>
#include <vector>

// The applications that a command enters the tenants with.

namespace poolwright::cli {

// As options, environment or the file of --identities give them; none if none is given. Throws what
// find_identity and read_identities throw.
std::vector<identity_found> find_identities(access_options const& options);

// Which of them were chosen and why, in a sentence for people.
std::string explain_identities(std::vector<identity_found> const& found, access_options const& options);

// The warnings about their files, and with --verbose which were chosen and why.
void tell_of_identities(std::vector<identity_found> const& found, common_options const& common);

// The identities as a run knows them, where the tenants of `pools` are named by their directories. A domain
// that none of them has stands for no tenant.
std::vector<provisioner::provisioning_identity> identities_for(
    std::vector<identity_found> const& found, std::vector<provisioner::resolved_pool> const& pools);

}  // namespace poolwright::cli
