#include "throttle/pacer.hpp"

#include <algorithm>
#include <cstddef>

namespace poolwright::throttle {
namespace {

// How much closer together than they were sent two calls may arrive: a second, or for the short windows of a
// test a hundredth of the window.
std::chrono::nanoseconds jitter_of(quota const& what) {
    return std::min<std::chrono::nanoseconds>(std::chrono::seconds(1), what.window / 100);
}

// The service counts what arrives. A window is therefore waited out a jitter longer …
quota on_arrival(quota what) {
    if (what.shape != quota_shape::bucket) what.window += jitter_of(what);
    return what;
}

// … and of a bucket there is always as much left as a jitter refills: 116 of 35,000 calls, which delays a run
// once, by a second.
std::int64_t with_reserve(quota const& what, std::int64_t cost) {
    if (cost <= 0 || what.shape != quota_shape::bucket) return cost;
    return cost + what.limit * jitter_of(what).count() / what.window.count();
}

}  // namespace

void pacer::holds::extend(throttled_calls calls, steady_point until) noexcept {
    if (calls != throttled_calls::writes) reads = std::max(reads, until);
    if (calls != throttled_calls::reads) writes = std::max(writes, until);
}

pacer::pacer(limits const& what)
    : what_(what),
      application_writes_(on_arrival(what.application_writes)),
      application_resource_units_(on_arrival(what.application_resource_units)) {}

void pacer::set_size(tenant_number tenant, tenant_size size) {
    entry(tenant).size = size;
}

steady_point pacer::earliest(tenant_number tenant, cost what, steady_point now) const {
    return std::max(earliest_for_application(what, now), earliest_in_tenant(tenant, what, now));
}

steady_point pacer::earliest_for_application(cost what, steady_point now) const {
    if (what.free()) return now;
    auto const writes = with_reserve(what_.application_writes, what.writes);
    auto const units = with_reserve(what_.application_resource_units, what.resource_units);
    return std::max({now, application_held_.of(what), application_writes_.earliest(writes, now),
                     application_resource_units_.earliest(units, now)});
}

steady_point pacer::earliest_in_tenant(tenant_number tenant, cost what, steady_point now) const {
    if (what.free() || tenant >= tenants_.size() || !tenants_[tenant].budgets) return now;
    auto const& [budgets, size] = tenants_[tenant];
    auto const of_tenant = with_reserve(what_.tenant_writes, what.writes);
    auto const writes = with_reserve(what_.application_tenant_writes, what.writes);
    auto const units = with_reserve(units_of(size), what.resource_units);
    return std::max({now, budgets->held.of(what), budgets->tenant_writes.earliest(of_tenant, now),
                     budgets->writes.earliest(writes, now), budgets->resource_units.earliest(units, now)});
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
        budgets.reset(new tenant_budgets{.tenant_writes = budget(on_arrival(what_.tenant_writes)),
                                         .writes = budget(on_arrival(what_.application_tenant_writes)),
                                         .resource_units = budget(on_arrival(units_of(size))),
                                         .held = {}});
    }
    return *budgets;
}

}  // namespace poolwright::throttle
