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
      application_writes_(what.application_writes),
      application_resource_units_(what.application_resource_units) {}

void pacer::set_size(tenant_number tenant, tenant_size size) {
    entry(tenant).size = size;
}

steady_point pacer::earliest(tenant_number tenant, cost what, steady_point now) const {
    return std::max(earliest_for_application(what, now), earliest_in_tenant(tenant, what, now));
}

steady_point pacer::earliest_for_application(cost what, steady_point now) const {
    if (what.free()) return now;
    return std::max({now, application_held_.of(what), application_writes_.earliest(what.writes, now),
                     application_resource_units_.earliest(what.resource_units, now)});
}

steady_point pacer::earliest_in_tenant(tenant_number tenant, cost what, steady_point now) const {
    if (what.free() || tenant >= tenants_.size() || !tenants_[tenant].budgets) return now;
    auto const& in_tenant = *tenants_[tenant].budgets;
    return std::max({now, in_tenant.held.of(what), in_tenant.tenant_writes.earliest(what.writes, now),
                     in_tenant.writes.earliest(what.writes, now),
                     in_tenant.resource_units.earliest(what.resource_units, now)});
}

void pacer::charge(tenant_number tenant, cost what, steady_point at) {
    if (what.free()) return;
    application_writes_.charge(what.writes, at);
    application_resource_units_.charge(what.resource_units, at);
    auto& in_tenant = budgets_of(tenant);
    in_tenant.tenant_writes.charge(what.writes, at);
    in_tenant.writes.charge(what.writes, at);
    in_tenant.resource_units.charge(what.resource_units, at);
}

void pacer::hold(throttle_scope scope, throttled_calls calls, tenant_number tenant, steady_point until) {
    auto& held = scope == throttle_scope::application ? application_held_ : budgets_of(tenant).held;
    held.extend(calls, until);
}

pacer::tenant_entry& pacer::entry(tenant_number tenant) {
    if (tenant >= tenants_.size()) tenants_.resize(std::size_t{tenant} + 1);
    return tenants_[tenant];
}

pacer::tenant_budgets& pacer::budgets_of(tenant_number tenant) {
    auto& [budgets, size] = entry(tenant);
    if (!budgets) {
        auto const& units = what_.application_tenant_resource_units[static_cast<std::size_t>(size)];
        budgets.reset(new tenant_budgets{.tenant_writes = budget(what_.tenant_writes),
                                         .writes = budget(what_.application_tenant_writes),
                                         .resource_units = budget(units),
                                         .held = {}});
    }
    return *budgets;
}

}  // namespace poolwright::throttle
