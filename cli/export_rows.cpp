#include "cli/export_rows.hpp"

#include "cli/failure.hpp"
#include "planner/wording.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace poolwright::cli {

namespace {

using provisioner::guid;
using provisioner::pool_row;

[[noreturn]] void refuse_unknown(std::string_view option, std::string_view typed,
                                 std::vector<std::string> const& known) {
    std::vector<std::string_view> const names(known.begin(), known.end());
    auto const near = planner::nearest(typed, names);
    throw failure(bad_input,
                  fmt::format("{}: the ledger knows none called {}", option, planner::shown(typed)),
                  near.empty() ? "`poolwright status` lists those that it knows"
                               : fmt::format("did you mean {}?", planner::shown(near)));
}

std::vector<std::string> names_of_tenants(std::vector<pool_row> const& pools) {
    std::vector<std::string> names;
    for (auto const& pool : pools) {
        for (auto const& name : {to_string(pool.directory_id), pool.named_as, pool.tenant_name}) {
            if (!name.empty()) names.push_back(name);
        }
    }
    return names;
}

// The tenant of that directory id or domain, else the one of that name.
guid find_tenant(std::string const& typed, std::vector<pool_row> const& pools) {
    auto const wanted = planner::in_lower_case(typed);
    std::set<guid> named;
    for (auto const& pool : pools) {
        if (to_string(pool.directory_id) == wanted || pool.named_as == wanted) return pool.directory_id;
        if (planner::in_lower_case(pool.tenant_name) == wanted) named.insert(pool.directory_id);
    }
    if (named.empty()) refuse_unknown("--tenant", typed, names_of_tenants(pools));
    if (named.size() > 1) {
        throw failure(bad_input,
                      fmt::format("--tenant: {} tenants are called {}", named.size(), planner::shown(typed)),
                      "name the one that you mean by its directory id");
    }
    return *named.begin();
}

void check_pools(std::vector<std::string> const& wanted, std::vector<pool_row> const& pools) {
    std::vector<std::string> known;
    known.reserve(pools.size());
    for (auto const& pool : pools) known.push_back(pool.pool);
    for (auto const& typed : wanted) {
        if (std::find(known.begin(), known.end(), typed) == known.end())
            refuse_unknown("--pool", typed, known);
    }
}

// The pools of the ledger that the choice leaves.
std::vector<pool_row> chosen_pools(std::vector<pool_row> pools, export_choice const& choice) {
    check_pools(choice.pools, pools);
    std::set<guid> tenants;
    for (auto const& typed : choice.tenants) tenants.insert(find_tenant(typed, pools));
    std::erase_if(pools, [&](pool_row const& pool) {
        bool const other_tenant = !tenants.empty() && !tenants.contains(pool.directory_id);
        bool const other_pool = !choice.pools.empty() && std::find(choice.pools.begin(), choice.pools.end(),
                                                                   pool.pool) == choice.pools.end();
        return other_tenant || other_pool;
    });
    return pools;
}

export_app app_of(provisioner::slot_row&& slot) {
    auto& record = slot.record;
    return {record.application_id,
            record.key_id,
            record.expires_at,
            slot.ordinal,
            std::move(record.display_name),
            std::move(record.sealed),
            std::move(record.certificate)};
}

}  // namespace

export_rows read_export(provisioner::ledger_reader const& ledger, export_choice const& choice) {
    export_rows rows;
    auto& chosen = rows.pools;
    for (auto& pool : chosen_pools(ledger.pools(), choice)) {
        rows.planned += pool.planned;
        chosen.push_back({std::move(pool), {}});
    }
    rows.not_ready = rows.planned;
    std::unordered_map<provisioner::pool_id, export_pool*> by_id;
    for (auto& one : chosen) by_id[one.pool.id] = &one;
    ledger.slots([&](provisioner::slot_row&& slot) {
        if (slot.record.state != provisioner::slot_state::ready) return;
        auto const found = by_id.find(slot.pool);
        if (found == by_id.end()) return;
        auto& [pool, apps] = *found->second;
        if (slot.ordinal <= pool.planned) --rows.not_ready;
        apps.push_back(app_of(std::move(slot)));
    });
    std::erase_if(chosen, [](export_pool const& one) { return one.apps.empty(); });
    return rows;
}

}  // namespace poolwright::cli
