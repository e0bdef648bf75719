#pragma once

#include "provisioner/fleet.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

// What the fleet keeps of a tenant from its admission until its last slot is settled. Only for fleet*.cpp.

namespace poolwright::provisioner {

struct fleet::active_slot {
    slot what;
    std::size_t pool = 0;                                       // index into the tenant's pools
    throttle::reply_kind waiting = throttle::reply_kind::done;  // throttled or replicating: why it waits
    throttle::steady_point advanced = {};                       // when the last step was done
    throttle::lag_number lag = 0;                               // what the next step's first try waits for
    bool pilot = false;  // goes at once, to find out how long the others must wait
};

// What a call of a slot was sent with.
struct fleet::sent_call {
    secret const* bearer = nullptr;
    throttle::steady_point at;
};

struct fleet::tenant_state {
    tenant_access access;
    std::unique_ptr<checkup> checks;            // being made; after the entry, before the first slot
    std::unique_ptr<slot_policy const> policy;  // where the tenant allows less than was wished
    std::vector<active_slot> slots;             // slot n of the work queue is slots[n - 1]
    std::size_t unsettled = 0;
    bool checked = false;                          // it was asked what it allows, or need not be
    bool entered = false;                          // the slots are there
    bool step_queued = false;                      // its own step is waiting or in flight
    std::vector<throttle::caller_number> refused;  // identities, in the order in which they were tried
    std::vector<std::string> refusals;             // what each of them was told
    std::string failure;                           // why the tenant as a whole failed; empty: it did not
    std::map<step, std::string> refused_steps;     // what it refuses to everyone, and why
    std::optional<std::size_t> reported;           // its place among the failures of the result
    std::map<std::string, std::shared_ptr<certificate const>> opened;  // by fingerprint
    std::shared_ptr<certificate const> shared;  // for every app that is made from now on
    bool certificate_asked = false;             // a shared one is being made
    bool secrets_forbidden = false;             // a policy of the tenant said so

    [[nodiscard]] bool failed() const noexcept { return !failure.empty(); }
};

}  // namespace poolwright::provisioner
