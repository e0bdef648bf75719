#include "examples/sandbox/tenant_fault.hpp"
#include "provisioner/step.hpp"
#include "tests/simulate/world.hpp"

#include <doctest/doctest.h>

#include <algorithm>

// A run that asks each tenant first what it allows.

TEST_SUITE_BEGIN("simulate");

using namespace poolwright;
using namespace poolwright::simulate;
using namespace std::chrono_literals;
using provisioner::credential_kind;
using sandbox::tenant_kind;

namespace {

world_options asking_world(std::vector<std::int64_t> apps) {
    auto options = world_of(std::move(apps));
    options.fleet.ask_first = true;
    return options;
}

void add_fault(world_options& options, sandbox::fault_rule rule) {
    options.directory.faults.rules.push_back(std::move(rule));
}

// For every request for the policy.
sandbox::fault_rule on_policies(int status, std::string retry_after = {}) {
    sandbox::fault_rule rule;
    rule.route = "GET /policies/defaultAppManagementPolicy";
    rule.probability = 1;
    rule.what.kind = sandbox::fault_kind::status;
    rule.what.status = status;
    rule.what.retry_after = std::move(retry_after);
    return rule;
}

void check_promises(world& where) {
    for (auto const& broken : where.broken_promises()) FAIL_CHECK(broken);
}

// How many it takes to make what is ready, if none is refused.
std::int64_t undisturbed_writes(world const& where) {
    return where.result().counts.ready * provisioner::writes_per_app(where.options.fleet.policy.profile);
}

}  // namespace

TEST_CASE("Asked first: nothing is begun where it must fail, and the others go on") {
    struct {
        tenant_kind kind;
        std::string_view word;
    } const table[] = {
        {tenant_kind::secrets_forbidden, "--credential auto"},
        {tenant_kind::lifetime_capped, "--lifetime max"},
        {tenant_kind::quota, "directory quota"},
    };
    for (auto const& each : table) {
        CAPTURE(each.word);
        world where(asking_world({2, 3, 2}));
        where.make_unusual(1, each.kind);
        REQUIRE(where.run() == run_end::finished);
        check_promises(where);
        CHECK(where.result().counts.ready == 4);
        REQUIRE(where.result().tenants.size() == 1);
        CHECK(where.result().tenants[0].tenant == 1);
        CHECK(where.result().tenants[0].end == provisioner::tenant_end::refused);
        CHECK(where.result().tenants[0].why.find(each.word) != std::string::npos);
        CHECK(where.result().counts.writes == undisturbed_writes(where));
        CHECK(where.result().tenants_entered == 2);
    }
}

TEST_CASE("Asked first: what a tenant allows is what it gets") {
    SUBCASE("certificates where secrets are forbidden, without a try") {
        auto options = asking_world({2, 2});
        options.fleet.policy.credential = credential_kind::automatic;
        world where(options);
        where.make_unusual(1, tenant_kind::secrets_forbidden);
        REQUIRE(where.run() == run_end::finished);
        check_promises(where);
        CHECK(where.result().counts.ready == 4);
        REQUIRE(where.result().credential_changes.size() == 1);
        CHECK(where.result().credential_changes[0].tenant == 1);
        CHECK(where.certificates().size() == 1);
        CHECK(where.result().counts.writes == undisturbed_writes(where));
    }
    SUBCASE("a life as long as it may be") {
        auto options = asking_world({2, 2});
        options.fleet.longest_lifetime = true;
        world where(options);
        where.make_unusual(1, tenant_kind::lifetime_capped);
        REQUIRE(where.run() == run_end::finished);
        check_promises(where);
        CHECK(where.result().counts.ready == 4);
    }
}

TEST_CASE("Asked first: a policy that cannot be read holds nothing up") {
    for (int const status : {403, 404, 500, 503}) {
        CAPTURE(status);
        auto options = asking_world({2, 1});
        add_fault(options, on_policies(status));
        world where(options);
        REQUIRE(where.run() == run_end::finished);
        check_promises(where);
        CHECK(where.result().counts.ready == 3);
        CHECK(where.time().elapsed() < 2min);
    }
}

TEST_CASE("Asked first: a 429 is heeded by all calls, and by the next process") {
    auto options = asking_world({2});
    auto throttled = on_policies(429, "40");
    throttled.probability = 0;
    throttled.nth = 1;
    add_fault(options, throttled);
    // What was heard just before a death may not be recorded; at this point it is.
    constexpr std::uint64_t recorded = 10;
    for (std::uint64_t die_at = recorded; die_at < 30; ++die_at) {
        CAPTURE(die_at);
        world where(options);
        REQUIRE(where.run(die_at) == run_end::died);
        REQUIRE(where.run() == run_end::finished);
        CHECK(where.result().counts.ready == 2);
        check_promises(where);
    }
}

TEST_CASE("where no app can be made any more, what is there is still verified and mended") {
    for (bool const ask_first : {true, false}) {
        CAPTURE(ask_first);
        auto options = world_of({3, 1});
        options.fleet.ask_first = ask_first;
        options.fleet.verify = true;
        sandbox::tenant_fault later(tenant_kind::secrets_forbidden_for_new);
        world before(options);
        later.created_after = before.time().true_wall() + 48h;
        auto const tenant = to_string(before.tenant(0));
        options.directory.faults.tenants[tenant] = later;
        world where(options);
        REQUIRE(where.run() == run_end::finished);
        REQUIRE(where.result().counts.ready == 4);

        where.time().after(72h, [] {});
        where.time().run_until([] { return false; });
        auto const all = where.applications();
        auto const first = *std::ranges::find(all, tenant, &sandbox::application_view::tenant_id);
        REQUIRE(where.model().revoke_grant(tenant, first.id, first.grants.front().role,
                                           where.time().true_wall()));
        where.plan_apps(0, 6);
        REQUIRE(where.run() == run_end::finished);
        CHECK(where.result().counts.ready == 4);
        CHECK(where.result().counts.failed == 3);
        REQUIRE(where.result().tenants.size() == 1);
        CHECK(where.result().tenants[0].end == provisioner::tenant_end::refused);
        CHECK(where.applications().size() == 4);
        check_promises(where);
    }
}

TEST_CASE("Asked first: ended once at every point") {
    auto const plain = [] {
        auto options = asking_world({2, 1});
        options.fleet.policy.credential = credential_kind::automatic;
        return options;
    };
    world measured(plain());
    REQUIRE(measured.run() == run_end::finished);
    for (std::uint64_t at = 1; at <= measured.points(); ++at) {
        CAPTURE(at);
        world where(plain());
        REQUIRE(where.run(at) == run_end::died);
        REQUIRE(where.run() == run_end::finished);
        CHECK(where.result().counts.ready == 3);
        check_promises(where);
    }
}

TEST_CASE("Asked first: where everything is ready nothing is asked, and asking writes nothing") {
    world where(asking_world({2, 1}));
    REQUIRE(where.run() == run_end::finished);
    CHECK(where.result().counts.writes == undisturbed_writes(where));
    REQUIRE(where.run() == run_end::finished);
    CHECK(where.result().counts.calls == 0);
}

TEST_SUITE_END();
