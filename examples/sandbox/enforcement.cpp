#include "examples/sandbox/enforcement.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

namespace poolwright::sandbox {
namespace {

using std::chrono::nanoseconds;

// One limit that a request falls under.
struct claim {
    quota_counter* counter;
    throttle::quota const* what;
    std::int64_t cost;
    std::string_view scope;
    bool writes;
};

std::int64_t whole_seconds(nanoseconds wait) {
    return std::max<std::int64_t>(1, std::chrono::ceil<std::chrono::seconds>(wait).count());
}

// The claim that must wait longest, and for how long after this refusal has been counted.
std::pair<claim const*, nanoseconds> refuse(std::span<claim const> claims, time_point now) {
    std::pair<claim const*, nanoseconds> longest{nullptr, nanoseconds(0)};
    for (auto const& each : claims) {
        if (each.cost == 0 || each.counter->wait(*each.what, each.cost, now) == nanoseconds(0)) continue;
        each.counter->charge_refused(*each.what, each.cost, now);
        auto const wait = each.counter->wait(*each.what, each.cost, now);
        if (wait > longest.second) longest = {&each, wait};
    }
    return longest;
}

}  // namespace

admission enforcement::admit(guid const& application, guid const& tenant, throttle::tenant_size size,
                             request_cost cost, time_point now) {
    auto& both = by_application_and_tenant_[{application, tenant}];
    auto& alone = by_application_[application];
    auto const& units = limits_.application_tenant_resource_units[static_cast<std::size_t>(size)];
    std::array<claim, 5> const claims{{
        {&both.writes, &limits_.application_tenant_writes, cost.writes, "Tenant_Application", true},
        {&both.resource_units, &units, cost.resource_units, "Tenant_Application", false},
        {&writes_by_tenant_[tenant], &limits_.tenant_writes, cost.writes, "Tenant", true},
        {&alone.writes, &limits_.application_writes, cost.writes, "Application", true},
        {&alone.resource_units, &limits_.application_resource_units, cost.resource_units, "Application",
         false},
    }};
    admission result;
    for (auto const& each : claims) result.early |= each.cost > 0 && each.counter->is_early(now);
    auto const [worst, wait] = refuse(claims, now);
    if (worst != nullptr) {
        auto const seconds = whole_seconds(wait);
        worst->counter->hold(now + grace_, now + std::chrono::seconds(seconds));
        result.refused =
            refusal{fmt::format("{}/{}/{}/{}", worst->scope, worst->writes ? "Write" : "ReadWrite",
                                to_string(application), to_string(tenant)),
                    worst->writes ? "WriteLimitExceeded" : "ResourceUnitLimitExceeded", seconds};
        result.used = std::max(1.0, worst->counter->used(*worst->what, now));
        return result;
    }
    for (auto const& each : claims) {
        if (each.cost > 0) each.counter->charge(*each.what, each.cost, now);
        result.used = std::max(result.used, each.counter->used(*each.what, now));
    }
    return result;
}

void enforcement::hold(guid const& application, guid const& tenant, time_point now, time_point until) {
    by_application_and_tenant_[{application, tenant}].resource_units.hold(now + grace_, until);
}

std::int64_t enforcement::write_elsewhere(guid const& application, std::int64_t writes, time_point now) {
    auto& counter = by_application_[application].writes;
    auto const& what = limits_.application_writes;
    auto const left =
        static_cast<std::int64_t>((1 - counter.used(what, now)) * static_cast<double>(what.limit));
    auto const let_through = std::clamp<std::int64_t>(left, 0, writes);
    if (let_through > 0) counter.charge(what, let_through, now);
    return let_through;
}

admission enforcement::admit_token_request(guid const& client, guid const& tenant,
                                           throttle::quota const& what, time_point now) {
    auto& counter = token_requests_[{client, tenant}];
    admission result;
    result.early = counter.is_early(now);
    if (counter.wait(what, 1, now) == nanoseconds(0)) {
        counter.charge(what, 1, now);
        return result;
    }
    // The authority always says a minute, however long it really takes (MSAL's documentation of throttling).
    result.refused = refusal{{}, {}, 60};
    counter.hold(now + grace_, now + std::chrono::minutes(1));
    return result;
}

}  // namespace poolwright::sandbox
