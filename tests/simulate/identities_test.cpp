#include "tests/simulate/world.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>

// Several identities share one plan.

TEST_SUITE_BEGIN("simulate");

using namespace poolwright;
using namespace poolwright::simulate;
using namespace std::chrono_literals;

namespace {

// By tenant, the client ids that made its applications.
std::map<std::string, std::set<std::string>> makers(world const& where) {
    std::map<std::string, std::set<std::string>> found;
    for (auto const& app : where.applications()) found[app.tenant_id].insert(app.created_by);
    return found;
}

std::set<std::string> makers_in(world const& where, std::size_t tenant) {
    return makers(where)[to_string(where.tenant(tenant))];
}

void check_promises(world& where) {
    for (auto const& broken : where.broken_promises()) FAIL_CHECK(broken);
    for (auto const& [tenant, clients] : makers(where)) {
        CAPTURE(tenant);
        CHECK(clients.size() == 1);
    }
}

world_options with_identities(std::vector<std::int64_t> apps, std::vector<world_identity> identities) {
    auto options = world_of(std::move(apps));
    options.identities = std::move(identities);
    return options;
}

// The nth request of the route is refused with 401.
sandbox::fault_rule refusal(std::string route, std::uint64_t nth) {
    sandbox::fault_rule rule;
    rule.route = std::move(route);
    rule.nth = nth;
    rule.what.status = 401;
    return rule;
}

using tenants = std::vector<std::size_t>;

}  // namespace

TEST_CASE("K identities provision within 1.05 times what K budgets allow, and none is throttled") {
    constexpr throttle::quota writes{.limit = 200, .window = 20s};
    std::vector<std::int64_t> apps;
    for (std::int64_t i = 0; i < 40; ++i) apps.push_back(5 + i * 37 % 31);
    std::int64_t total = 0;
    for (auto const each : apps) total += each;
    for (std::int64_t const identities : {1, 2, 4}) {
        CAPTURE(identities);
        auto options =
            with_identities(apps, std::vector<world_identity>(static_cast<std::size_t>(identities)));
        options.directory.limits.application_writes = writes;
        options.fleet.limits = options.directory.limits;
        world where(options);
        REQUIRE(where.run() == run_end::finished);
        CHECK(where.result().counts.ready == total);
        CHECK(where.model().counted().throttled == 0);
        check_promises(where);
        auto const each = static_cast<double>(total * 5) / static_cast<double>(identities);
        auto const bound = (each - 200) * 20 / 200;
        auto const took = std::chrono::duration<double>(where.time().elapsed()).count();
        CAPTURE(took);
        CAPTURE(bound);
        CHECK(took >= bound * 0.99);
        CHECK(took <= bound * 1.05);
    }
}

TEST_CASE("an identity enters only the tenants that it is meant for") {
    world where(with_identities({3, 2, 4, 1}, {{.refused = false, .tenants = tenants{1, 3}}, {}}));
    REQUIRE(where.run() == run_end::finished);
    CHECK(where.result().counts.ready == 10);
    check_promises(where);
    CHECK(makers_in(where, 0) == std::set{world::client_id(1)});
    CHECK(makers_in(where, 1) == std::set{world::client_id(0)});
    CHECK(makers_in(where, 2) == std::set{world::client_id(1)});
    CHECK(makers_in(where, 3) == std::set{world::client_id(0)});
}

TEST_CASE("a tenant that no identity is meant for fails without a call, and the others go on") {
    world where(with_identities({3, 2}, {{.refused = false, .tenants = tenants{0}}}));
    REQUIRE(where.run() == run_end::finished);
    CHECK(where.result().counts.ready == 3);
    CHECK(where.result().counts.failed == 2);
    REQUIRE(where.result().tenants.size() == 1);
    CHECK(where.result().tenants[0].tenant == 1);
    CHECK(where.result().tenants[0].why.find("none of the identities") != std::string::npos);
    check_promises(where);
}

TEST_CASE("where one identity is refused the next one goes on, and it is said") {
    auto options = with_identities({3, 2}, {{.refused = true, .tenants = {}}, {}});
    std::map<provisioner::guid, std::string> told;
    options.tell = [&](provisioner::fleet_event const& event) {
        if (event.type == "identity_fallback") told.emplace(event.directory_id, event.reason);
    };
    world where(std::move(options));
    REQUIRE(where.run() == run_end::finished);
    CHECK(where.result().counts.ready == 5);
    CHECK(where.result().tenants.empty());
    check_promises(where);
    for (std::size_t i : {0U, 1U}) CHECK(makers_in(where, i) == std::set{world::client_id(1)});
    // The tenants were shared out, so one of them began with the identity that is refused.
    REQUIRE(where.result().fallbacks.size() == 1);
    auto const& fallback = where.result().fallbacks.front();
    CHECK(fallback.tenant == 0);
    CHECK(fallback.from == world::client_id(0));
    CHECK(fallback.to == world::client_id(1));
    REQUIRE(told.size() == 1);
    CHECK(told.begin()->first == where.tenant(0));
    CHECK(told.begin()->second.find(world::client_id(1) + " goes on") != std::string::npos);

    // What the fallback led to is remembered.
    where.plan_apps(0, 6);
    REQUIRE(where.run() == run_end::finished);
    CHECK(where.result().counts.ready == 8);
    CHECK(where.result().fallbacks.empty());
    check_promises(where);
}

TEST_CASE("an identity whose tokens a tenant keeps refusing gives way to the next one") {
    // The first refusal leads to another token, the second is final.
    for (std::size_t const refusals : {2U, 4U}) {
        CAPTURE(refusals);
        auto options = with_identities({1}, {{}, {}});
        for (std::uint64_t nth = 1; nth <= refusals; ++nth) {
            options.directory.faults.rules.push_back(refusal("POST /applications", nth));
        }
        world where(options);
        REQUIRE(where.run() == run_end::finished);
        REQUIRE(where.result().fallbacks.size() == 1);
        CHECK(where.result().fallbacks.front().to == world::client_id(1));
        check_promises(where);
        if (refusals == 2) {
            CHECK(where.result().counts.ready == 1);
            CHECK(makers_in(where, 0) == std::set{world::client_id(1)});
        } else {
            CHECK(where.result().counts.failed == 1);
            REQUIRE(where.result().tenants.size() == 1);
            CHECK(where.result().tenants[0].end == provisioner::tenant_end::identity_refused);
        }
    }
}

TEST_CASE("what a refused identity has begun waits for it: no other could finish it") {
    auto options = with_identities({3}, {{}, {}});
    for (std::uint64_t nth = 1; nth <= 6; ++nth)
        options.directory.faults.rules.push_back(refusal("POST /servicePrincipals", nth));
    world where(options);
    REQUIRE(where.run() == run_end::finished);
    CHECK(where.result().counts.failed == 3);
    CHECK(where.result().fallbacks.empty());
    REQUIRE(where.result().tenants.size() == 1);
    CHECK(where.result().tenants[0].end == provisioner::tenant_end::identity_refused);
    CHECK(where.result().tenants[0].why.find("no other identity can finish") != std::string::npos);

    // Its secret no longer holds, so it is not even let in; then it is gone from the list.
    where.options.identities = {{.refused = true, .tenants = {}}, {}};
    where.take_identities();
    REQUIRE(where.run() == run_end::finished);
    CHECK(where.result().fallbacks.empty());
    CHECK(where.result().tenants_entered == 0);
    where.take_identities();
    where.options.fleet.identities.erase(where.options.fleet.identities.begin());
    REQUIRE(where.run() == run_end::finished);
    CHECK(where.result().counts.ready == 0);

    where.options.identities = {{}, {}};
    where.take_identities();
    REQUIRE(where.run() == run_end::finished);
    CHECK(where.result().counts.ready == 3);
    CHECK(makers_in(where, 0) == std::set{world::client_id(0)});
    check_promises(where);
}

TEST_CASE("a tenant that refuses every identity fails with what each was told") {
    world where(
        with_identities({3, 2}, {{.refused = true, .tenants = {}}, {.refused = true, .tenants = {}}}));
    REQUIRE(where.run() == run_end::finished);
    CHECK(where.result().counts.failed == 5);
    CHECK(where.result().tenants_entered == 0);
    REQUIRE(where.result().tenants.size() == 2);
    for (auto const& each : where.result().tenants) {
        CHECK(each.end == provisioner::tenant_end::identity_refused);
        for (std::size_t i : {0U, 1U})
            CHECK(each.why.find("identity " + world::client_id(i) + ": ") != std::string::npos);
    }
}

TEST_CASE("after a crash at any point the same identity goes on in each tenant") {
    auto const begin = [] { return with_identities({2, 2, 1}, {{}, {}}); };
    world counted(begin());
    REQUIRE(counted.run() == run_end::finished);
    auto const points = counted.points();
    for (std::uint64_t at = 1; at <= points; at += 7) {
        CAPTURE(at);
        world where(begin());
        REQUIRE(where.run(at) == run_end::died);
        // In another order, so that only what is remembered can keep them apart.
        std::ranges::reverse(where.options.fleet.identities);
        REQUIRE(where.run() == run_end::finished);
        CHECK(where.result().counts.ready == 5);
        check_promises(where);
    }
}

TEST_CASE("what each identity has sent still counts in the next run") {
    auto options = with_identities({4, 4, 0, 0}, {{}, {}});
    options.directory.limits.application_writes = {
        .limit = 20, .window = 60s, .shape = throttle::quota_shape::sliding};
    options.fleet.limits = options.directory.limits;
    world where(options);
    REQUIRE(where.run() == run_end::finished);
    CHECK(where.result().counts.ready == 8);
    where.plan_apps(2, 2);
    where.plan_apps(3, 2);
    REQUIRE(where.run() == run_end::finished);
    CHECK(where.result().counts.ready == 12);
    CHECK(where.model().counted().throttled == 0);
    check_promises(where);
}

TEST_CASE("an application that the authority tells to wait asks for no other tenant's token either") {
    auto options = with_identities({1, 1, 1, 1, 1, 1}, {{}, {}});
    options.fleet.concurrency = 1;
    sandbox::fault_rule rule;
    rule.route = "POST /{tenant}/oauth2/v2.0/token";
    rule.nth = 1;
    rule.what.status = 429;
    rule.what.retry_after = "60";
    options.directory.faults.rules.push_back(rule);
    world* here = nullptr;
    std::set<provisioner::guid> early;
    options.tell = [&](provisioner::fleet_event const& event) {
        if (event.type == "app_ready" && here->time().elapsed() < 60s) early.insert(event.directory_id);
    };
    world where(std::move(options));
    here = &where;
    REQUIRE(where.run() == run_end::finished);
    CHECK(where.result().counts.ready == 6);
    check_promises(where);
    // The other identity's three tenants are not held up by it.
    CHECK(early.size() == 3);
    std::set<std::string> held;
    for (std::size_t i = 0; i < 6; ++i) {
        if (early.contains(where.tenant(i))) continue;
        auto const by = makers_in(where, i);
        held.insert(by.begin(), by.end());
    }
    CHECK(held.size() == 1);
    CHECK(where.time().elapsed() < 75s);
}

TEST_SUITE_END();
