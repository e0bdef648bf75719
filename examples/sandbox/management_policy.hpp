#pragma once

#include "examples/sandbox/replies.hpp"

// App management policies: what a tenant forbids its applications to have as credentials
// (learn.microsoft.com/entra/identity/enterprise-apps/configure-app-management-policies). A tenant of the
// sandbox has at most one restriction, in its default policy or in one that it assigns to every application
// made there.

namespace poolwright::sandbox {

enum class credential_type : std::uint8_t { password, certificate };

// One that somebody wants to add.
struct wanted_credential {
    credential_type type = credential_type::password;
    time_point starts;
    time_point ends;
};

// 400 where the tenant's policy forbids it to an application that was made at `created`.
std::optional<reply> refuse_by_policy(service const& all, call const& about, time_point created,
                                      wanted_credential const& wanted);

// {"passwordCredentials":[…],"keyCredentials":[…]} of the default policy.
boost::json::object default_restrictions(service const& all, guid const& tenant);

// The policies for single applications, as they are listed; most tenants have none.
std::vector<boost::json::object> application_policies(service const& all, guid const& tenant);

}  // namespace poolwright::sandbox
