#pragma once

#include "examples/sandbox/service.hpp"

#include <string_view>
#include <vector>

// Who lives in a tenant: how many mailboxes of which kind, and which service plans their users have. A pure
// function of the tenant's id, unless the faults file says a number.

namespace poolwright::sandbox {

struct mailbox_numbers {
    std::int64_t user = 0;    // of persons: what the usage report totals
    std::int64_t shared = 0;  // have no licence of their own
};

mailbox_numbers mailboxes_of(service const& all, guid const& tenant) noexcept;

// A plan as it stands on a user.
struct assigned_plan {
    guid service_plan;
    std::string_view service;  // "exchange"
    std::string_view
        status;  // "Enabled"; "Suspended": the licence was taken away, the mailbox is still there
};

// So many users that are alike.
struct user_group {
    std::int64_t users = 0;
    std::vector<assigned_plan> plans;
};

// All users of the tenant. A few mailboxes of persons have lost their plan, shared ones never had one:
// whoever counts plans finds fewer mailboxes than there are.
std::vector<user_group> population_of(service const& all, guid const& tenant);

// True if its reports show letters and digits in place of names.
bool conceals_names(service const& all, guid const& tenant) noexcept;

}  // namespace poolwright::sandbox
