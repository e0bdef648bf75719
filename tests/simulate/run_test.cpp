#include "tests/simulate/world.hpp"

#include <doctest/doctest.h>

TEST_SUITE_BEGIN("simulate");

using namespace poolwright;
using namespace poolwright::simulate;
using namespace std::chrono_literals;

namespace {

std::uint64_t writes_seen(world const& where) {
    std::uint64_t writes = 0;
    for (auto const& [route, statuses] : where.model().counted().requests) {
        bool const write = route.starts_with("POST ") && route.find("oauth2") == std::string::npos;
        if (!write) continue;
        for (auto const& [status, count] : statuses) writes += count;
    }
    return writes;
}

void check_promises(world& where) {
    for (auto const& broken : where.broken_promises()) FAIL_CHECK(broken);
}

}  // namespace

TEST_CASE(
    "an undisturbed run makes every app with five writes and two proofs, and a second run sends no write") {
    world where(world_of({3, 2, 0, 7}));
    REQUIRE(where.run() == run_end::finished);
    check_promises(where);
    CHECK(where.result().counts.ready == 12);
    CHECK(where.result().counts.created == 12);
    CHECK(writes_seen(where) == 12 * 5);
    // A token and two APIs for each of three tenants, and seven calls for each app.
    CHECK(where.result().counts.calls == 3 * 3 + 12 * 7);

    REQUIRE(where.run() == run_end::finished);
    CHECK(where.result().counts.calls == 0);
    CHECK(where.result().counts.ready == 12);
    CHECK(writes_seen(where) == 12 * 5);
}

TEST_CASE("replication lag and slow secrets are waited for") {
    world where(world_of({4, 5}, 5s, 8s));
    REQUIRE(where.run() == run_end::finished);
    check_promises(where);
    CHECK(where.result().counts.ready == 9);
}

TEST_CASE("a pool grows without renumbering and shrinks without deleting") {
    world where(world_of({3}));
    REQUIRE(where.run() == run_end::finished);
    auto const before = where.slots();
    where.plan_apps(0, 5);
    REQUIRE(where.run() == run_end::finished);
    check_promises(where);
    auto const after = where.slots();
    REQUIRE(after.size() == 5);
    for (std::size_t i = 0; i < before.size(); ++i) CHECK(after[i].record == before[i].record);
    where.plan_apps(0, 1);
    REQUIRE(where.run() == run_end::finished);
    CHECK(where.result().counts.calls == 0);
    CHECK(where.model().take_inventory().applications == 5);
}

TEST_CASE("an interrupted run records what was in flight, and the next one finishes it") {
    for (auto const after : {100ms, 300ms, 1000ms, 2500ms}) {
        world where(world_of({4, 3, 5}, 1s, 1s));
        where.time().after(after, [&] { where.interrupt(); });
        REQUIRE(where.run() == run_end::finished);
        CHECK(where.result().interrupted);
        // What is in flight takes a round trip and a commit, and nothing is begun after it.
        CHECK(where.time().elapsed() <= after + 200ms);
        check_promises(where);
        REQUIRE(where.run() == run_end::finished);
        CHECK(!where.result().interrupted);
        CHECK(where.result().counts.ready == 12);
        check_promises(where);
    }
}

TEST_CASE("limits lower than the client knows slow it down, and no call comes before its Retry-After") {
    using throttle::quota_shape;
    for (auto const shape : {quota_shape::bucket, quota_shape::sliding, quota_shape::fixed}) {
        for (auto const narrowed : {&throttle::limits::application_writes, &throttle::limits::tenant_writes,
                                    &throttle::limits::application_tenant_writes}) {
            auto options = world_of({6, 4});
            options.directory.limits.*narrowed = {.limit = 10, .window = 5s, .shape = shape};
            world where(options);
            REQUIRE(where.run() == run_end::finished);
            CHECK(where.result().counts.ready == 10);
            CHECK(where.model().counted().throttled > 0);
            check_promises(where);
        }
    }
}

TEST_CASE("limits that the client knows are never reached") {
    using throttle::quota_shape;
    for (auto const shape : {quota_shape::bucket, quota_shape::sliding, quota_shape::fixed}) {
        auto options = world_of({60, 40, 20});
        throttle::quota const narrow{.limit = 200, .window = 20s, .shape = shape};
        options.directory.limits.application_writes = narrow;
        options.fleet.limits = options.directory.limits;
        world where(options);
        REQUIRE(where.run() == run_end::finished);
        CHECK(where.result().counts.ready == 120);
        CHECK(where.model().counted().throttled == 0);
        check_promises(where);
    }
}

TEST_CASE("a run that begins with the application's budget spent waits for it") {
    auto options = world_of({4, 0});
    options.directory.limits.application_writes = {
        .limit = 20, .window = 60s, .shape = throttle::quota_shape::sliding};
    options.fleet.limits = options.directory.limits;
    world where(options);
    REQUIRE(where.run() == run_end::finished);
    CHECK(where.result().counts.ready == 4);
    where.plan_apps(1, 2);
    REQUIRE(where.run() == run_end::finished);
    CHECK(where.result().counts.ready == 6);
    CHECK(where.model().counted().throttled == 0);
    check_promises(where);
}

TEST_CASE("a tenant that fails is reported and the others go on") {
    using provisioner::tenant_end;
    struct unusual {
        sandbox::tenant_kind kind;
        tenant_end end;
        std::string_view word;
    };
    unusual const table[] = {
        {sandbox::tenant_kind::unknown, tenant_end::refused, "no such tenant"},
        {sandbox::tenant_kind::no_consent, tenant_end::identity_refused, "consent"},
        {sandbox::tenant_kind::no_exchange, tenant_end::refused, "no service principal"},
        {sandbox::tenant_kind::quota, tenant_end::refused, "quota"},
        {sandbox::tenant_kind::secrets_forbidden, tenant_end::refused, "forbids this kind of credential"},
        {sandbox::tenant_kind::lifetime_capped, tenant_end::refused, "--lifetime"},
    };
    for (auto const& each : table) {
        CAPTURE(each.word);
        world where(world_of({2, 3, 2}));
        where.make_unusual(1, each.kind);
        REQUIRE(where.run() == run_end::finished);
        check_promises(where);
        CHECK(where.result().counts.ready == 4);
        CHECK(where.result().counts.failed == 3);
        REQUIRE(where.result().tenants.size() == 1);
        CHECK(where.result().tenants[0].tenant == 1);
        CHECK(where.result().tenants[0].end == each.end);
        CHECK(where.result().tenants[0].why.find(each.word) != std::string::npos);
    }
}

TEST_CASE("a run that gets into no tenant makes no ledger, and one that gets in later does") {
    world where(world_of({2, 1}));
    for (std::size_t const i : {0U, 1U}) where.make_unusual(i, sandbox::tenant_kind::no_consent);
    REQUIRE(where.run() == run_end::finished);
    CHECK(where.result().counts.failed == 3);
    CHECK(where.result().tenants_entered == 0);
    CHECK_FALSE(where.has_ledger());

    where.make_unusual(1, sandbox::tenant_kind::ordinary);
    REQUIRE(where.run() == run_end::finished);
    CHECK(where.result().counts.ready == 1);
    CHECK(where.has_ledger());
    check_promises(where);
}

TEST_CASE("a second ledger changes nothing, and with --adopt adds a credential beside the first one's") {
    world where(world_of({2, 1}));
    REQUIRE(where.run() == run_end::finished);
    auto const before = where.applications();

    REQUIRE(where.run(0, "theirs") == run_end::finished);
    CHECK(where.result("theirs").counts.pending == 3);
    for (auto const& each : where.result("theirs").slots)
        CHECK(each.why.find("made by another ledger") != std::string::npos);
    CHECK(where.applications() == before);

    where.options.fleet.policy.adopt = true;
    REQUIRE(where.run(0, "theirs") == run_end::finished);
    CHECK(where.result("theirs").counts.ready == 3);
    for (auto const& broken : where.broken_promises("theirs")) FAIL_CHECK(broken);
    for (auto const& app : where.applications()) CHECK(app.credentials.size() == 2);
    // The first operator's still open.
    where.options.fleet.policy.adopt = false;
    where.options.fleet.verify = true;
    REQUIRE(where.run() == run_end::finished);
    CHECK(where.result().counts.ready == 3);
}

TEST_SUITE_END();
