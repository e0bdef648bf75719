#pragma once

#include "throttle/learning_budget.hpp"

#include <cstdint>
#include <memory>
#include <vector>

// All budgets that a call to Graph is charged to, and when it may go: the calling application's, the
// tenant's, and the calling application's in that tenant. There may be several calling applications. The work
// queue asks it; the fleet loop tells it what was sent and what came back.

namespace poolwright::throttle {

// A tenant as a number that the caller chose; small and dense.
using tenant_number = std::uint32_t;

// A calling application as a number that the caller chose; small and dense.
using caller_number = std::uint32_t;

// What a call is charged. A call to the token endpoint costs neither and is not paced by these budgets.
struct cost {
    std::int32_t writes = 0;
    std::int32_t resource_units = 0;

    bool operator==(cost const&) const = default;
    [[nodiscard]] bool free() const noexcept { return writes == 0 && resource_units == 0; }
};

// Whose limit was reached, from `x-ms-throttle-scope` (Tenant_Application, Application, Tenant).
enum class throttle_scope : std::uint8_t { application_tenant, application, tenant, unnamed };

// Which kind of call it holds back, from the second part of `x-ms-throttle-scope` (Read, Write, ReadWrite).
enum class throttled_calls : std::uint8_t { reads, writes, all };

// A call that came back with 429.
struct throttled_call {
    tenant_number tenant = 0;
    cost what;
    throttle_scope scope = throttle_scope::unnamed;
    throttled_calls calls = throttled_calls::all;
    steady_point sent;
    steady_point until;  // when it may go again
};

class pacer {
public:
    explicit pacer(limits const& what);

    // Tells the size class of a tenant before its first call, M if it was never told; later it changes
    // nothing.
    void set_size(tenant_number tenant, tenant_size size);

    // From now on that calling application calls in the tenant; before, it is 0. What another one had left
    // there does not count for it, nor what it had left there itself before; what the tenant has left does.
    void assign(tenant_number tenant, caller_number caller);
    [[nodiscard]] caller_number caller_of(tenant_number tenant) const noexcept;

    // Whether so many writes are more than the published quota of a calling application in one tenant lets
    // through at once.
    [[nodiscard]] bool exceeds_burst(std::int64_t writes) const noexcept {
        return writes > what_.application_tenant_writes.limit;
    }

    // The earliest instant, not before `now`, at which every budget allows the call (the latest of them
    // wins). Keeps a small margin, since calls arrive at the service closer together than they were sent.
    [[nodiscard]] steady_point earliest(tenant_number tenant, cost what, steady_point now) const;

    // The same for the budgets of that calling application alone: when this is late, none of its tenants may
    // go.
    [[nodiscard]] steady_point earliest_for_application(caller_number caller, cost what,
                                                        steady_point now) const;

    // The same for the tenant's budgets alone: its own, and those that its caller has in it.
    [[nodiscard]] steady_point earliest_in_tenant(tenant_number tenant, cost what, steady_point now) const;

    // The tenant's caller sent the call at `at`. Also used at start, in the order of time, for what an
    // earlier run sent.
    void charge(tenant_number tenant, cost what, steady_point at);

    // The service said to wait: the calls of that kind in that scope wait until `until`.
    // The application is the tenant's caller.
    void hold(throttle_scope scope, throttled_calls calls, tenant_number tenant, steady_point until);

    // Until when the service said that such calls must wait; a time that is past, if it said nothing.
    [[nodiscard]] steady_point held_until(tenant_number tenant, cost what) const;

    // A call was refused: holds what falls under the same quota, for longer than the service said where
    // nothing gets through (learning_budget), and lowers what is believed to be its limit. A refusal that
    // does not name its scope is charged to the narrowest that explains it: to the tenant, or, where three
    // tenants are held for that reason at once, to the application. Gives the scope it was charged to.
    throttle_scope refused(throttled_call const& call, steady_point now);

    // A reply told which share of a quota is spent (x-ms-throttle-limit-percentage), without saying of which:
    // it speaks of the one of the call's quotas that is spent most.
    void told_used(tenant_number tenant, cost what, double share, steady_point sent, steady_point now);

private:
    // Until when the calls of each kind are held.
    struct holds {
        steady_point reads = steady_point::min();
        steady_point writes = steady_point::min();
        void extend(throttled_calls calls, steady_point until) noexcept;
        [[nodiscard]] steady_point of(cost what) const noexcept { return what.writes > 0 ? writes : reads; }
    };

    // What a calling application has left over all tenants.
    struct caller_budgets {
        learning_budget writes;
        learning_budget resource_units;
        holds held;
        // The tenants that are held by a refusal without a scope, at most three.
        struct suspect {
            tenant_number tenant;
            steady_point until;
        };
        std::vector<suspect> suspects;
    };

    // What is left in one tenant: whoever calls, and to its caller.
    struct tenant_budgets {
        learning_budget tenant_writes;
        holds tenant_held;
        learning_budget writes;
        learning_budget resource_units;
        holds held;
    };

    struct tenant_entry {
        std::unique_ptr<tenant_budgets> budgets;  // none before the first call: everything is allowed
        tenant_size size = tenant_size::M;
        caller_number caller = 0;
    };

    [[nodiscard]] quota const& units_of(tenant_size size) const;
    tenant_entry& entry(tenant_number tenant);
    caller_budgets& budgets_of_caller(caller_number caller);
    tenant_budgets& budgets_of(tenant_number tenant);
    throttle_scope scope_of(throttled_call const& call, steady_point now);
    struct charged {
        learning_budget& to;
        std::int64_t cost;
    };
    charged exhausted(throttled_call const& call, throttle_scope scope, steady_point now);

    limits what_;
    std::vector<caller_budgets> callers_;  // none before the first call: everything is allowed
    std::vector<tenant_entry> tenants_;
};

}  // namespace poolwright::throttle
