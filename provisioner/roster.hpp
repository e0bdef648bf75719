#pragma once

#include "planner/plan.hpp"
#include "provisioner/fleet.hpp"
#include "provisioner/ledger.hpp"

#include <span>
#include <string>
#include <vector>

// The ledger folded over the plan: which tenants a run enters, with which slots.

namespace poolwright::provisioner {

// What a run takes where a row of the plan says nothing.
struct roster_defaults {
    cloud services;
    std::string redirect_uri;
    bool verify = false;  // ready slots are listed too
};

// `pools` are those of the plan that the run is about, `ids` the ledger's ids for them, in the same order.
// Pools of one directory become one tenant, in the order of their first pool. A slot above the planned number
// is left alone: shrinking a plan deletes nothing. A row's own cloud must be one that find_cloud knows.
std::vector<fleet_tenant> make_roster(std::span<resolved_pool const> pools, std::span<pool_id const> ids,
                                      ledger_reader const& book, roster_defaults const& defaults);

}  // namespace poolwright::provisioner
