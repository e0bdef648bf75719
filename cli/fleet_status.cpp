#include "cli/fleet_status.hpp"

#include "planner/wording.hpp"

#include <algorithm>
#include <tuple>
#include <unordered_map>
#include <utility>

namespace poolwright::cli {

namespace {

using provisioner::slot_state;

// What the slots of a pool say, before the tenant itself is heard.
struct slot_tally {
    tenant_status* tenant = nullptr;
    std::string failed_why;
    std::string pending_why;

    void add(provisioner::slot_row&& slot) {
        auto& counts = tenant->counts;
        if (slot.ordinal > counts.planned) return;
        auto& why = slot.record.reason;
        if (slot.record.state == slot_state::ready) {
            ++counts.ready;
        } else if (slot.record.state == slot_state::pending) {
            if (counts.pending++ == 0) pending_why = std::move(why);
        } else if (slot.record.state == slot_state::failed) {
            if (counts.failed++ == 0) failed_why = std::move(why);
        }
    }

    void conclude() {
        auto& counts = tenant->counts;
        auto const& whole = tenant->pool.last_error;
        if (!whole.empty()) counts.failed = counts.planned - counts.ready - counts.pending;
        tenant->last_error = !whole.empty() ? whole : !failed_why.empty() ? failed_why : pending_why;
    }
};

// Without regard to case, and the same every time.
auto place_of(tenant_status const& tenant) {
    return std::tuple(planner::in_lower_case(known_as(tenant.pool)), tenant.pool.directory_id,
                      tenant.pool.pool);
}

}  // namespace

std::string known_as(provisioner::pool_row const& pool) {
    if (!pool.tenant_name.empty()) return pool.tenant_name;
    return pool.named_as.empty() ? to_string(pool.directory_id) : pool.named_as;
}

void status_counts::add(status_counts const& other) {
    planned += other.planned;
    ready += other.ready;
    pending += other.pending;
    failed += other.failed;
}

fleet_status read_status(provisioner::ledger_reader const& ledger) {
    fleet_status status;
    for (auto& pool : ledger.pools()) {
        status_counts const none{.planned = pool.planned};
        status.tenants.push_back({std::move(pool), none, {}});
    }
    std::ranges::sort(status.tenants, {}, place_of);
    std::unordered_map<provisioner::pool_id, slot_tally> tallies;
    for (auto& tenant : status.tenants) tallies[tenant.pool.id].tenant = &tenant;
    ledger.slots([&](provisioner::slot_row&& slot) {
        if (auto const found = tallies.find(slot.pool); found != tallies.end())
            found->second.add(std::move(slot));
    });
    for (auto& [pool, tally] : tallies) tally.conclude();
    for (auto const& tenant : status.tenants) status.pools[tenant.pool.pool].add(tenant.counts);
    return status;
}

}  // namespace poolwright::cli
