#include "provisioner/fleet.hpp"
#include "provisioner/fleet_state.hpp"

#include <fmt/format.h>

#include <utility>

// What a tenant refuses, and what of its work ends with that.

namespace poolwright::provisioner {

// Nothing more can be done in the tenant.
void fleet::fail_tenant(throttle::tenant_number number, tenant_end end, std::string why) {
    auto& state = *states_[number];
    state.failure = why;
    if (state.entered) {
        lose_waiting(number, [](active_slot const&) { return true; });
    } else {
        result_.counts.failed += static_cast<std::int64_t>(std::exchange(state.unsettled, 0));
    }
    // Its own step, where that waited: one that is in flight comes back, and must find the tenant here.
    if (!queue_.drop(number, [](std::uint32_t) { return true; }).empty()) state.step_queued = false;
    report_failure(number, end, std::move(why));
    release_if_done(number);
}

// What the tenant refuses to one app it refuses to all that come to it, and whatever that is, no app is begun
// any more that would come to it. The others go on: what is there can still be finished or verified.
void fleet::refuse_step(throttle::tenant_number number, step refused, std::string const& why) {
    auto& state = *states_[number];
    if (!state.refused_steps.try_emplace(refused, why).second) return;
    state.refused_steps.try_emplace(step::create_application, why);
    lose_waiting(number, [&](active_slot const& each) {
        return state.refused_steps.contains(next_step(each.what, settings_.policy));
    });
    report_failure(number, tenant_end::refused, why);
    release_if_done(number);
}

// Those that are neither in flight nor to be recorded: the tenant's failure says what there is to say.
void fleet::lose_waiting(throttle::tenant_number number,
                         std::function<bool(active_slot const&)> const& lost) {
    auto& state = *states_[number];
    auto const is_lost = [&](std::uint32_t slot) { return slot != 0 && lost(state.slots[slot - 1]); };
    auto const dropped = queue_.drop(number, is_lost);
    for (auto const each : dropped) {
        auto& slot = state.slots[each - 1];
        stop_waiting(slot);
        give_up_lag(slot);
    }
    auto const count = dropped.size() + drop_parked(number, lost);
    state.unsettled -= count;
    result_.counts.failed += static_cast<std::int64_t>(count);
}

// A tenant is reported once, with all that was wrong there.
void fleet::report_failure(throttle::tenant_number number, tenant_end end, std::string why) {
    auto& place = states_[number]->reported;
    if (!place) {
        place = result_.tenants.size();
        result_.tenants.push_back({.tenant = number, .end = end, .why = {}});
    }
    auto& reported = result_.tenants[*place];
    if (!reported.why.empty()) why = fmt::format("{}; {}", reported.why, why);
    reported.end = end;
    reported.why = why;
    ledger_change change;
    for (auto const& pool : tenants_[number].pools) change.pool_errors.emplace_back(pool.id, why);
    change.events.push_back(event_of("tenant_failed", {.tenant = number, .slot = 0}, why));
    commit_change(std::move(change), [] {});
    tell("tenant_failed", {.tenant = number, .slot = 0}, {}, why);
}

}  // namespace poolwright::provisioner
