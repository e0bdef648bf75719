#include "provisioner/ledger_plans.hpp"

#include <algorithm>

namespace poolwright::provisioner {

plan_history::plan_history(std::string ledger_id, std::vector<plan_columns> const& plans)
    : ledger_id_(std::move(ledger_id)) {
    for (auto const& plan : plans) {
        plans_.emplace(plan.number, plan.plan_id);
        auto const first = first_accepted_.try_emplace(plan.plan_id, plan.number).first;
        first->second = std::min(first->second, plan.number);
    }
}

bool plan_history::is(std::int64_t number, std::string_view plan_id) const {
    auto const found = plans_.find(number);
    return found != plans_.end() && found->second == plan_id;
}

bool plan_history::is_newer(std::int64_t present, planner::plan const& plan) const {
    if (is(present, plan.plan_id)) return false;
    auto const& basis = plan.header.based_on;
    if (basis && basis->ledger_id == ledger_id_) return present > basis->plan_number;
    auto const accepted = first_accepted_.find(plan.plan_id);
    return accepted != first_accepted_.end() && accepted->second < present;
}

pool_book::pool_book(std::vector<pool_columns> pools) {
    pools_.reserve(pools.size());
    for (auto& row : pools) {
        last_ = std::max(last_, row.pool_id);
        auto key = key_of(row.directory_id, row.pool);
        pools_.emplace(std::move(key), std::move(row));
    }
}

pool_columns const* pool_book::find(resolved_pool const& pool) const {
    auto const found = pools_.find(key_of(to_string(pool.directory_id), pool.planned->pool));
    return found == pools_.end() ? nullptr : &found->second;
}

std::pair<pool_columns const&, bool> pool_book::record(resolved_pool const& pool, bool has_plan,
                                                       std::int64_t number) {
    auto const& planned = *pool.planned;
    auto directory_id = to_string(pool.directory_id);
    auto& row = pools_[key_of(directory_id, planned.pool)];
    auto const before = row;
    if (row.pool_id == 0) row.pool_id = ++last_;
    row.directory_id = std::move(directory_id);
    row.pool = planned.pool;
    row.workload = planned.workload;
    row.tenant_name = planned.name;
    row.named_as = planned.tenant_id;
    row.planned = planned.apps;
    if (!has_plan) row.plan_number = number;
    return {row, row != before};
}

// A directory id has always the same length, so no two pairs give the same key.
std::string pool_book::key_of(std::string_view directory_id, std::string_view pool) {
    return std::string(directory_id) + std::string(pool);
}

}  // namespace poolwright::provisioner
