#pragma once

#include "planner/permission_profile.hpp"
#include "throttle/lane.hpp"
#include "throttle/least_time.hpp"
#include "throttle/pacer.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

// The steps that a tenant and a slot go through: one request each. What to send, what a reply means and what
// comes next are decided elsewhere; here they only have names and prices.

namespace poolwright::provisioner {

enum class step : std::uint8_t {
    // of a tenant, once for all its slots
    resolve_directory,
    obtain_token,
    resolve_roles,
    // of a slot, in the order of an undisturbed run
    create_application,
    create_principal,
    grant,
    prove,
    finished,
    // of a slot, where something was lost, is there already or is to be verified
    look_up_application,
    search_deleted,
    restore_application,
    look_up_principal,
    add_credential,
    list_credentials,
    remove_credential,
    inspect_application,
    inspect_grants,
    // of a tenant, where it is only looked at
    read_policies,
    measure_directory,
    list_applications,
    // of a tenant whose mailboxes are counted
    find_mailbox_report,
    download_mailbox_report,
    count_licensed_users,
};

// What the step does, for a sentence that begins with "cannot".
std::string_view to_string(step what) noexcept;

// What Graph charges for it (throttling limits, "Identity and access service limits": a write costs one
// resource unit; reads 1 or 2, one less with $select, never below 1). Requests to the authority are free, and
// so are those for usage reports, which are counted apart (14 in ten minutes of an application in a tenant;
// poolwright asks once a run).
throttle::cost cost_of(step what) noexcept;

// How many kinds of replication lag there are, with 0 for none.
inline constexpr std::size_t lag_kinds = 4;

// What a step waits for that builds on a write which was just made: the application must arrive where its
// service principal is made (1), that where permissions are granted (2), and these where tokens are issued
// (3). 0: nothing.
throttle::lag_number lag_between(step done, step next) noexcept;

// What one app costs in an undisturbed run: writes to Graph (the application, its service principal, a grant
// for each permission), and token requests to prove it (one for each API, since a token has one audience).
std::int32_t writes_per_app(planner::permission_profile const& profile) noexcept;
std::int32_t proofs_per_app(planner::permission_profile const& profile) noexcept;

// True for the steps that must not be repeated when it is unknown whether they were acted on.
bool needs_intent(step what) noexcept;

// What an app takes, and a tenant before its first one (the permissions of each API, and what it allows), for
// a forecast; without tenants.
throttle::fleet_load load_of(planner::permission_profile const& profile);

// Whether the step asks what a tenant that was entered allows.
bool is_of_checks(step what) noexcept;

}  // namespace poolwright::provisioner
