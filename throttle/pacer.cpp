#include "throttle/pacer.hpp"

#include <algorithm>
#include <cstddef>

namespace poolwright::throttle {
void pacer::holds::extend(throttled_calls calls, steady_point until) noexcept {
    if (calls != throttled_calls::writes) reads = std::max(reads, until);
    if (calls != throttled_calls::reads) writes = std::max(writes, until);
}

pacer::pacer(limits const& what)
    : what_(what),
      application_{.writes = learning_budget(what.application_writes),
                   .resource_units = learning_budget(what.application_resource_units),
                   .held = {},
                   .suspects = {}} {}

void pacer::set_size(tenant_number tenant, tenant_size size) {
    entry(tenant).size = size;
}

steady_point pacer::earliest(tenant_number tenant, cost what, steady_point now) const {
    return std::max(earliest_for_application(what, now), earliest_in_tenant(tenant, what, now));
}

steady_point pacer::earliest_for_application(cost what, steady_point now) const {
    if (what.free()) return now;
    return std::max({now, application_.held.of(what), application_.writes.earliest(what.writes, now),
                     application_.resource_units.earliest(what.resource_units, now)});
}

steady_point pacer::earliest_in_tenant(tenant_number tenant, cost what, steady_point now) const {
    if (what.free() || tenant >= tenants_.size() || !tenants_[tenant].budgets) return now;
    auto const& budgets = *tenants_[tenant].budgets;
    return std::max({now, budgets.held.of(what), budgets.tenant_writes.earliest(what.writes, now),
                     budgets.writes.earliest(what.writes, now),
                     budgets.resource_units.earliest(what.resource_units, now)});
}

void pacer::charge(tenant_number tenant, cost what, steady_point at) {
    if (what.free()) return;
    application_.writes.charge(what.writes, at);
    application_.resource_units.charge(what.resource_units, at);
    auto& in_tenant = budgets_of(tenant);
    in_tenant.tenant_writes.charge(what.writes, at);
    in_tenant.writes.charge(what.writes, at);
    in_tenant.resource_units.charge(what.resource_units, at);
}

void pacer::hold(throttle_scope scope, throttled_calls calls, tenant_number tenant, steady_point until) {
    auto& held = scope == throttle_scope::application ? application_.held : budgets_of(tenant).held;
    held.extend(calls, until);
}

void pacer::refused(throttled_call const& call, steady_point now) {
    auto const scope = scope_of(call, now);
    hold(scope, call.calls, call.tenant, call.until);
    exhausted(call, scope, now).refused(call.sent, call.until, now);
}

void pacer::told_used(tenant_number tenant, cost what, double share, steady_point sent, steady_point now) {
    if (what.free()) return;
    auto& in_tenant = budgets_of(tenant);
    auto* fullest = &in_tenant.resource_units;
    auto const compare = [&](learning_budget& other) {
        if (other.used(now) > fullest->used(now)) fullest = &other;
    };
    compare(application_.resource_units);
    if (what.writes > 0) {
        compare(in_tenant.writes);
        compare(in_tenant.tenant_writes);
        compare(application_.writes);
    }
    fullest->told_used(share, sent, now);
}

throttle_scope pacer::scope_of(throttled_call const& call, steady_point now) {
    if (call.scope != throttle_scope::unnamed) return call.scope;
    constexpr std::size_t too_many_for_a_tenant = 3;
    auto& suspects = application_.suspects;
    std::erase_if(suspects,
                  [&](auto const& each) { return each.until <= now || each.tenant == call.tenant; });
    if (suspects.size() < too_many_for_a_tenant) suspects.push_back({call.tenant, call.until});
    return suspects.size() < too_many_for_a_tenant ? throttle_scope::application_tenant
                                                   : throttle_scope::application;
}

// The budget that a refusal speaks of. Where the service does not say whether it counted writes or resource
// units, the one that is spent more.
learning_budget& pacer::exhausted(throttled_call const& call, throttle_scope scope, steady_point now) {
    auto& in_tenant = budgets_of(call.tenant);
    if (scope == throttle_scope::tenant) return in_tenant.tenant_writes;
    bool const of_application = scope == throttle_scope::application;
    auto& writes = of_application ? application_.writes : in_tenant.writes;
    auto& units = of_application ? application_.resource_units : in_tenant.resource_units;
    if (call.what.writes == 0 || call.calls == throttled_calls::reads) return units;
    if (call.calls == throttled_calls::writes) return writes;
    return writes.used(now) > units.used(now) ? writes : units;
}

quota const& pacer::units_of(tenant_size size) const {
    return what_.application_tenant_resource_units[static_cast<std::size_t>(size)];
}

pacer::tenant_entry& pacer::entry(tenant_number tenant) {
    if (tenant >= tenants_.size()) tenants_.resize(std::size_t{tenant} + 1);
    return tenants_[tenant];
}

pacer::tenant_budgets& pacer::budgets_of(tenant_number tenant) {
    auto& [budgets, size] = entry(tenant);
    if (!budgets) {
        budgets.reset(new tenant_budgets{.tenant_writes = learning_budget(what_.tenant_writes),
                                         .writes = learning_budget(what_.application_tenant_writes),
                                         .resource_units = learning_budget(units_of(size)),
                                         .held = {}});
    }
    return *budgets;
}

}  // namespace poolwright::throttle
