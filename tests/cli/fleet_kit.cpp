#include "tests/cli/fleet_kit.hpp"

#include "tests/provisioner/ledger_kit.hpp"

#include <doctest/doctest.h>

#include <utility>

namespace poolwright::cli {

namespace {

using namespace provisioner;

ledger_location next_in_memory() {
    static int number = 0;
    return in_memory("fleet-kit-" + std::to_string(++number));
}

}  // namespace

made_fleet::made_fleet(std::vector<made_pool> const& pools)
    : book_(make_ledger(next_in_memory(), commits_at_once())) {
    planner::plan plan;
    plan.plan_id = std::string(64, 'a');
    std::vector<resolved_pool> resolved;
    for (auto const& pool : pools) {
        planner::planned_pool planned;
        planned.tenant_id = pool.named_as.empty() ? to_string(guid_for(pool.tenant)) : pool.named_as;
        planned.name = pool.name;
        planned.workload = "exchange";
        planned.pool = pool.pool;
        planned.apps = pool.planned;
        plan.pools.push_back(std::move(planned));
    }
    for (std::size_t i = 0; i < pools.size(); ++i)
        resolved.push_back({guid_for(pools[i].tenant), &plan.pools[i]});
    auto const accepted = book_->accept_plan(plan, resolved, false, second(1'700'000'000));
    REQUIRE(accepted.has_value());
    ids_ = *accepted;
}

slot_row made_fleet::ready_slot(std::size_t pool, std::int32_t ordinal) const {
    auto row = full_slot(ids_.at(pool), ordinal, "");
    row.record.state = slot_state::ready;
    row.record.act = slot_act::none;
    return row;
}

void made_fleet::add(std::size_t pool, std::int32_t ordinal, slot_state state, std::string reason) {
    auto row = ready_slot(pool, ordinal);
    row.record.state = state;
    row.record.reason = std::move(reason);
    add(std::move(row));
}

void made_fleet::add(slot_row row) {
    commit_now(*book_, change_of(std::move(row)));
}

void made_fleet::fail_tenant(std::size_t pool, std::string why) {
    ledger_change change;
    change.pool_errors.emplace_back(ids_.at(pool), std::move(why));
    commit_now(*book_, std::move(change));
}

}  // namespace poolwright::cli
