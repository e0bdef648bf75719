#pragma once

#include "throttle/limits.hpp"

#include <chrono>
#include <cstdint>
#include <string_view>
#include <vector>

// The least time in which a fleet can be provisioned, whatever the program does: the yardstick of every run.
// Called by the forecast, the capacity report and the measurements.

namespace poolwright::throttle {

// What one tenant needs.
struct tenant_load {
    std::int64_t apps = 0;
    tenant_size size = tenant_size::M;
};

// What a run has to do. An app is a chain: its writes one after the other, then its proofs.
struct fleet_load {
    std::vector<tenant_load> tenants;
    std::int32_t writes_per_app = 0;    // one resource unit each
    std::int32_t proofs_per_app = 0;    // calls to the token endpoint, which no quota counts
    std::int32_t reads_per_tenant = 0;  // one resource unit each, once per tenant, after its token

    // Calls of one app, and of one tenant's own steps.
    [[nodiscard]] std::int64_t calls_per_app() const noexcept { return writes_per_app + proofs_per_app; }
    [[nodiscard]] std::int64_t calls_per_tenant() const noexcept { return 1 + reads_per_tenant; }
};

// Under which conditions.
struct run_conditions {
    limits quotas = published_limits();
    std::chrono::nanoseconds latency{0};          // of every call
    std::chrono::nanoseconds replication_lag{0};  // until an object that was made can be referred to
    std::int64_t identities = 1;   // each is an application of its own; a tenant is entered by one of them
    std::int32_t concurrency = 1;  // calls in flight in all
    std::int32_t per_tenant = 1;   // calls in flight in one tenant
};

using real_seconds = std::chrono::duration<double>;

struct least_time {
    real_seconds time{0};
    // What decides: a quota by its place in a limits document (`application.writes`,
    // `application_tenant.resource_units.L`, …), `latency` or `critical path`; empty: nothing is to be done.
    std::string_view binding;
};

// The largest of these, N being the calls that a quota of L in a window W counts:
//
// - bucket, (N − L)·W/L if positive: at rest it holds L, in a time t it gains t·L/W, and N ≤ L + t·L/W.
// - fixed or sliding window, (⌈N/L⌉ − 1)·W: of any L + 1 calls in a row the first and the last are at least W
//   apart, hence also call 1 and call 1 + L·k at least k·W.
// - calls × latency / calls in flight, for the fleet and for each tenant.
// - the chain of one app, see critical_path.
//
// N is the whole fleet's for the application's quotas, and each tenant's for the others. With K identities an
// application has at least ⌈N/K⌉ calls, and at least those of the largest tenant, since no tenant is divided.
// The first two are when the last call can leave; its own latency comes on top.
least_time least_time_for(fleet_load const& load, run_conditions const& conditions);

// The chain of one app, from its tenant's token to its last proof. What the first two writes make (the
// application, its service principal) can be referred to by the next only when it is replicated.
real_seconds critical_path(fleet_load const& load, run_conditions const& conditions);

}  // namespace poolwright::throttle
