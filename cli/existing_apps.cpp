#include "cli/existing_apps.hpp"

#include <algorithm>
#include <string_view>

namespace poolwright::cli {

namespace {

std::string key_of(std::string_view tenant, std::string_view pool) {
    std::string key(tenant);
    key += '\n';
    key += pool;
    return key;
}

}  // namespace

existing_apps::existing_apps(provisioner::ledger_reader const& ledger) {
    std::unordered_map<provisioner::pool_id, range> ranges;
    ledger.slots([&](provisioner::slot_row&& slot) {
        auto const begins = ranges.try_emplace(slot.pool, range{ordinals_.size(), ordinals_.size()});
        if (slot.record.application_id.empty()) return;
        ordinals_.push_back(slot.ordinal);
        begins.first->second.end = ordinals_.size();
    });
    for (auto const& pool : ledger.pools()) {
        auto const found = ranges.find(pool.id);
        if (found == ranges.end()) continue;
        pools_[key_of(to_string(pool.directory_id), pool.pool)] = found->second;
        pools_[key_of(pool.named_as, pool.pool)] = found->second;
    }
}

void existing_apps::count(planner::planned_pool& row) const {
    auto const found = pools_.find(key_of(row.tenant_id, row.pool));
    auto const [begin, end] = found == pools_.end() ? range{} : found->second;
    auto const first = ordinals_.begin() + static_cast<std::ptrdiff_t>(begin);
    auto const last = ordinals_.begin() + static_cast<std::ptrdiff_t>(end);
    auto const first_surplus = std::upper_bound(first, last, row.apps);
    row.existing = last - first;
    row.surplus = last - first_surplus;
    row.to_create = row.apps - (first_surplus - first);
}

}  // namespace poolwright::cli
