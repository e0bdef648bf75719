#include "throttle/pacer.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace poolwright::throttle {

void pacer::holds::extend(throttled_calls calls, steady_point until) noexcept {
    if (calls != throttled_calls::writes) reads = std::max(reads, until);
    if (calls != throttled_calls::reads) writes = std::max(writes, until);
}

pacer::pacer(limits const& what) : what_(what) {}

void pacer::set_size(tenant_number tenant, tenant_size size) {
    entry(tenant).size = size;
}

void pacer::assign(tenant_number tenant, caller_number caller) {
    auto& known = entry(tenant);
    if (std::exchange(known.caller, caller) == caller || !known.budgets) return;
    known.budgets->writes = learning_budget(what_.application_tenant_writes);
    known.budgets->resource_units = learning_budget(units_of(known.size));
    known.budgets->held = {};
}

caller_number pacer::caller_of(tenant_number tenant) const noexcept {
    return tenant < tenants_.size() ? tenants_[tenant].caller : 0;
}

steady_point pacer::earliest(tenant_number tenant, cost what, steady_point now) const {
    return std::max(earliest_for_application(caller_of(tenant), what, now),
                    earliest_in_tenant(tenant, what, now));
}

steady_point pacer::earliest_for_application(caller_number caller, cost what, steady_point now) const {
    if (what.free() || caller >= callers_.size()) return now;
    auto const& budgets = callers_[caller];
    return std::max({now, budgets.held.of(what), budgets.writes.earliest(what.writes, now),
                     budgets.resource_units.earliest(what.resource_units, now)});
}

steady_point pacer::earliest_in_tenant(tenant_number tenant, cost what, steady_point now) const {
    if (what.free() || tenant >= tenants_.size() || !tenants_[tenant].budgets) return now;
    auto const& budgets = *tenants_[tenant].budgets;
    return std::max({now, budgets.tenant_held.of(what), budgets.held.of(what),
                     budgets.tenant_writes.earliest(what.writes, now),
                     budgets.writes.earliest(what.writes, now),
                     budgets.resource_units.earliest(what.resource_units, now)});
}

void pacer::charge(tenant_number tenant, cost what, steady_point at) {
    if (what.free()) return;
    auto& of_caller = budgets_of_caller(caller_of(tenant));
    of_caller.writes.charge(what.writes, at);
    of_caller.resource_units.charge(what.resource_units, at);
    auto& in_tenant = budgets_of(tenant);
    in_tenant.tenant_writes.charge(what.writes, at);
    in_tenant.writes.charge(what.writes, at);
    in_tenant.resource_units.charge(what.resource_units, at);
}

void pacer::hold(throttle_scope scope, throttled_calls calls, tenant_number tenant, steady_point until) {
    switch (scope) {
        case throttle_scope::application:
            return budgets_of_caller(caller_of(tenant)).held.extend(calls, until);
        case throttle_scope::tenant:
            return budgets_of(tenant).tenant_held.extend(calls, until);
        case throttle_scope::application_tenant:
        case throttle_scope::unnamed:
            return budgets_of(tenant).held.extend(calls, until);
    }
}

steady_point pacer::held_until(tenant_number tenant, cost what) const {
    auto until = steady_point::min();
    if (what.free()) return until;
    if (auto const caller = caller_of(tenant); caller < callers_.size())
        until = callers_[caller].held.of(what);
    if (tenant >= tenants_.size() || !tenants_[tenant].budgets) return until;
    auto const& budgets = *tenants_[tenant].budgets;
    return std::max({until, budgets.tenant_held.of(what), budgets.held.of(what)});
}

throttle_scope pacer::refused(throttled_call const& call, steady_point now) {
    auto const scope = scope_of(call, now);
    auto const [budget, cost] = exhausted(call, scope, now);
    auto const until = budget.refused(cost, call.sent, call.until, now);
    hold(scope, call.calls, call.tenant, until);
    return scope;
}

void pacer::told_used(tenant_number tenant, cost what, double share, steady_point sent, steady_point now) {
    if (what.free()) return;
    auto& in_tenant = budgets_of(tenant);
    auto& of_caller = budgets_of_caller(caller_of(tenant));
    auto* fullest = &in_tenant.resource_units;
    auto const compare = [&](learning_budget& other) {
        if (other.used(now) > fullest->used(now)) fullest = &other;
    };
    compare(of_caller.resource_units);
    if (what.writes > 0) {
        compare(in_tenant.writes);
        compare(in_tenant.tenant_writes);
        compare(of_caller.writes);
    }
    fullest->told_used(share, sent, now);
}

throttle_scope pacer::scope_of(throttled_call const& call, steady_point now) {
    if (call.scope != throttle_scope::unnamed) return call.scope;
    constexpr std::size_t too_many_for_a_tenant = 3;
    auto& suspects = budgets_of_caller(caller_of(call.tenant)).suspects;
    std::erase_if(suspects,
                  [&](auto const& each) { return each.until <= now || each.tenant == call.tenant; });
    if (suspects.size() < too_many_for_a_tenant) suspects.push_back({call.tenant, call.until});
    return suspects.size() < too_many_for_a_tenant ? throttle_scope::application_tenant
                                                   : throttle_scope::application;
}

// The budget that a refusal speaks of, and what the call was charged to it. Where the service does not say
// whether it counted writes or resource units, the one that is spent more.
pacer::charged pacer::exhausted(throttled_call const& call, throttle_scope scope, steady_point now) {
    auto& in_tenant = budgets_of(call.tenant);
    if (scope == throttle_scope::tenant) return {in_tenant.tenant_writes, call.what.writes};
    auto& of_caller = budgets_of_caller(caller_of(call.tenant));
    bool const of_application = scope == throttle_scope::application;
    auto& writes = of_application ? of_caller.writes : in_tenant.writes;
    auto& units = of_application ? of_caller.resource_units : in_tenant.resource_units;
    charged const of_writes{writes, call.what.writes};
    charged const of_units{units, call.what.resource_units};
    if (call.what.writes == 0 || call.calls == throttled_calls::reads) return of_units;
    if (call.calls == throttled_calls::writes) return of_writes;
    return writes.used(now) > units.used(now) ? of_writes : of_units;
}

quota const& pacer::units_of(tenant_size size) const {
    return what_.application_tenant_resource_units[static_cast<std::size_t>(size)];
}

pacer::tenant_entry& pacer::entry(tenant_number tenant) {
    if (tenant >= tenants_.size()) tenants_.resize(std::size_t{tenant} + 1);
    return tenants_[tenant];
}

pacer::caller_budgets& pacer::budgets_of_caller(caller_number caller) {
    while (caller >= callers_.size()) {
        callers_.push_back({.writes = learning_budget(what_.application_writes),
                            .resource_units = learning_budget(what_.application_resource_units),
                            .held = {},
                            .suspects = {}});
    }
    return callers_[caller];
}

pacer::tenant_budgets& pacer::budgets_of(tenant_number tenant) {
    auto& [budgets, size, caller] = entry(tenant);
    if (!budgets) {
        budgets.reset(new tenant_budgets{.tenant_writes = learning_budget(what_.tenant_writes),
                                         .tenant_held = {},
                                         .writes = learning_budget(what_.application_tenant_writes),
                                         .resource_units = learning_budget(units_of(size)),
                                         .held = {}});
    }
    return *budgets;
}

}  // namespace poolwright::throttle
