#pragma once

#include "planner/permission_profile.hpp"
#include "provisioner/graph_request.hpp"
#include "provisioner/judge.hpp"
#include "provisioner/step.hpp"
#include "provisioner/token.hpp"
#include "throttle/retry.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// What all slots of a tenant need and is obtained once: a token of the provisioning identity and the role ids
// of the permissions. Decided here, sent by the fleet loop.

namespace poolwright::provisioner {

// How the provisioning identity gets on in one tenant.
struct tenant_access {
    guid directory_id;
    cloud services;
    std::shared_ptr<secret const> bearer;        // null: to be obtained
    std::shared_ptr<secret const> insufficient;  // a token without all rights: good for looking around
    std::optional<std::vector<std::string>>
        rights;  // what the last token allows, by name; none: no token yet
    std::chrono::steady_clock::time_point renew_at;  // when the bearer is to be replaced
    std::vector<app_role> roles;                     // in the order of the profile, as far as resolved
    std::size_t resources_resolved = 0;
    bool bearer_refused = false;  // the last bearer was refused with 401, and no call has succeeded since
    throttle::retry_state retry;
    std::chrono::system_clock::time_point since;  // when the present step became the next one
};

// obtain_token, resolve_roles, or finished when the slots may go.
step next_step(tenant_access const& access, planner::permission_profile const& profile);

// `number` names the request; it was never used before.
http_request request_for(step next, tenant_access const& access, planner::permission_profile const& profile,
                         client_identity const& identity, guid const& number,
                         std::chrono::system_clock::time_point wall);

// Takes the reply in. A token without the rights that provisioning needs refuses the identity in this tenant,
// with the address where an administrator consents.
judgement absorb(step answered, tenant_access& access, planner::permission_profile const& profile,
                 client_identity const& identity, round_trip_result const& result,
                 std::chrono::steady_clock::time_point now, std::chrono::system_clock::time_point wall);

// The bearer got a 401: obtain another. False if that was done already and no call has succeeded since: then
// the tenant refuses it.
bool refuse_bearer(tenant_access& access, secret const* refused);

}  // namespace poolwright::provisioner
