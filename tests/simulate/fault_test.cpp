#include "examples/sandbox/routes.hpp"
#include "tests/simulate/world.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string_view>

// Replies that go wrong, and edits by somebody else.

TEST_SUITE_BEGIN("simulate");

using namespace poolwright;
using namespace poolwright::simulate;
using namespace std::chrono_literals;
using sandbox::fault_kind;

namespace {

sandbox::fault_rule rule(std::string_view route, double probability, fault_kind kind, int status = 0,
                         std::string_view retry_after = {}) {
    auto const known = sandbox::route_names();
    REQUIRE((route == "*" || std::find(known.begin(), known.end(), route) != known.end()));
    sandbox::fault_rule made;
    made.route = route;
    made.probability = probability;
    made.what.kind = kind;
    made.what.status = status;
    made.what.retry_after = retry_after;
    return made;
}

void check_promises(world& where) {
    for (auto const& broken : where.broken_promises()) FAIL_CHECK(broken);
}

// Runs again, as an operator would, until everything is ready.
void run_until_ready(world& where, std::int64_t apps) {
    for (int runs = 0; runs < 20; ++runs) {
        REQUIRE(where.run() == run_end::finished);
        check_promises(where);
        if (where.result().counts.ready == apps) return;
    }
    FAIL("does not converge");
}

provisioner::slot_record record_of(world& where, std::size_t index) {
    return where.slots()[index].record;
}

}  // namespace

TEST_CASE("lost, refused and broken replies of every kind converge to one app and one credential a slot") {
    std::vector<sandbox::fault_rule> const table = {
        rule("POST /applications", 0.5, fault_kind::reset_after),
        rule("POST /applications", 0.5, fault_kind::reset_before),
        rule("POST /applications", 0.5, fault_kind::truncate),
        rule("POST /applications", 0.5, fault_kind::status_after, 503),
        rule("POST /applications", 0.5, fault_kind::status_after, 504),
        rule("POST /applications", 0.5, fault_kind::status_after, 429, "3"),
        rule("POST /applications", 0.5, fault_kind::status, 500),
        rule("*", 0.2, fault_kind::reset_after),
        rule("*", 0.2, fault_kind::truncate),
        rule("*", 0.2, fault_kind::status, 502),
        rule("*", 0.2, fault_kind::status, 503),
        rule("*", 0.2, fault_kind::status_after, 504),
        rule("*", 0.2, fault_kind::status, 429, "2.5"),
        rule("*", 0.2, fault_kind::status, 429),
    };
    for (bool const private_key_here : {true, false}) {
        for (std::size_t i = 0; i < table.size(); ++i) {
            for (std::uint64_t seed = 1; seed <= 5; ++seed) {
                CAPTURE(i);
                CAPTURE(seed);
                auto options = world_of({3, 2}, 2s, 3s);
                options.private_key_here = private_key_here;
                options.directory.seed = seed;
                options.directory.faults.rules = {table[i]};
                world where(options);
                run_until_ready(where, 5);
            }
        }
    }
}

TEST_CASE("a shorter wait that is heard after a longer one does not shorten it, also for the next process") {
    // What was heard just before a death may not be recorded; at this point both refusals are.
    constexpr std::uint64_t both_are_recorded = 19;
    for (std::uint64_t die_at = both_are_recorded; die_at < 40; ++die_at) {
        CAPTURE(die_at);
        auto options = world_of({6});
        // The replies of two others are on their way for so long that the process can die after it heard
        // both.
        std::vector<sandbox::fault_rule> rules = {
            rule("POST /applications", 0, fault_kind::status, 429, "90"),
            rule("POST /applications", 0, fault_kind::status, 429, "3"),
            rule("POST /applications", 0, fault_kind::delay),
            rule("POST /applications", 0, fault_kind::delay)};
        for (std::uint64_t nth = 1; nth <= rules.size(); ++nth) rules[nth - 1].nth = nth;
        rules[2].what.delay = 5s;
        rules[3].what.delay = 8s;
        options.directory.faults.rules = rules;
        world where(options);
        REQUIRE(where.run(die_at) == run_end::died);
        REQUIRE(where.run() == run_end::finished);
        CHECK(where.result().counts.ready == 6);
        check_promises(where);
    }
}

TEST_CASE("lost replies of addPassword leave no credential behind") {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        CAPTURE(seed);
        auto options = world_of({2}, 2s, 3s);
        options.directory.seed = seed;
        // Losing the first reply to every create makes every slot need addPassword.
        options.directory.faults.rules = {
            rule("POST /applications", 1, fault_kind::reset_after),
            rule("POST /applications/{id}/addPassword", 0.5, fault_kind::reset_after),
            rule("POST /applications/{id}/removePassword", 0.5, fault_kind::reset_after)};
        world where(options);
        run_until_ready(where, 2);
    }
}

TEST_CASE("a foreign application that holds our name is not touched") {
    world where(world_of({2}));
    auto const tenant = to_string(where.tenant(0));
    where.model().add_foreign_application(tenant, "Payroll", "poolwright-exchange-0001", {},
                                          where.time().true_wall());
    auto const before = where.applications();
    REQUIRE(where.run() == run_end::finished);
    CHECK(where.result().counts.ready == 1);
    CHECK(where.result().counts.failed == 1);
    REQUIRE(where.result().slots.size() == 1);
    CHECK(where.result().slots[0].why.find("did not make") != std::string::npos);
    CHECK(where.applications().front() == before.front());
}

TEST_CASE("a deleted application is pending with its remedy, and restored when told so") {
    world where(world_of({2}));
    REQUIRE(where.run() == run_end::finished);
    auto const known = record_of(where, 0);
    // The ledger of another operator meets the deleted application of the first.
    REQUIRE(where.model().delete_application(to_string(where.tenant(0)), to_string(known.object_id),
                                             where.time().true_wall()));
    REQUIRE(where.run(0, "theirs") == run_end::finished);
    CHECK(where.result("theirs").counts.pending == 2);
    bool said = false;
    for (auto const& slot : where.result("theirs").slots)
        said = said || slot.why.find("--restore-deleted --adopt") != std::string::npos;
    CHECK(said);

    where.options.fleet.policy.restore_deleted = true;
    where.options.fleet.policy.adopt = true;
    REQUIRE(where.run(0, "theirs") == run_end::finished);
    CHECK(where.result("theirs").counts.ready == 2);
    for (auto const& broken : where.broken_promises("theirs")) FAIL_CHECK(broken);
}

TEST_CASE("--verify finds and mends what somebody else changed") {
    world where(world_of({4}, 1s));
    REQUIRE(where.run() == run_end::finished);
    auto const tenant = to_string(where.tenant(0));
    auto const wall = where.time().true_wall();
    auto const id = [&](std::size_t index) { return to_string(record_of(where, index).object_id); };
    auto const roles = where.applications()[0].grants;
    REQUIRE(where.model().revoke_grant(tenant, id(0), roles.front().role, wall));
    REQUIRE(where.model().remove_credential(tenant, id(1), to_string(record_of(where, 1).key_id), wall));
    REQUIRE(where.model().delete_application(tenant, id(2), wall));

    // Without --verify a ready app is not asked about.
    REQUIRE(where.run() == run_end::finished);
    CHECK(where.result().counts.calls == 0);

    where.options.fleet.verify = true;
    REQUIRE(where.run() == run_end::finished);
    CHECK(where.result().counts.ready == 3);
    CHECK(where.result().counts.pending == 1);
    REQUIRE(where.result().slots.size() == 1);
    CHECK(where.result().slots[0].ordinal == 3);
    CHECK(where.result().slots[0].why.find("restore it") != std::string::npos);
    check_promises(where);
}

TEST_CASE("--verify --restore-deleted restores a deleted app that the ledger knows") {
    world where(world_of({2}, 1s));
    REQUIRE(where.run() == run_end::finished);
    auto const gone = to_string(record_of(where, 1).object_id);
    REQUIRE(where.model().delete_application(to_string(where.tenant(0)), gone, where.time().true_wall()));
    where.time().after(2min, [] {});
    where.time().run_until([] { return false; });
    where.options.fleet.verify = true;
    where.options.fleet.policy.restore_deleted = true;
    REQUIRE(where.run() == run_end::finished);
    CHECK(where.result().counts.ready == 2);
    check_promises(where);
}

TEST_CASE("an app that is gone is made again only when told so") {
    for (bool const purged : {false, true}) {
        CAPTURE(purged);
        world where(world_of({2}, 1s));
        REQUIRE(where.run() == run_end::finished);
        auto const tenant = to_string(where.tenant(0));
        auto const gone = record_of(where, 1);
        auto const id = to_string(gone.object_id);
        REQUIRE((purged ? where.model().purge_application(tenant, id)
                        : where.model().delete_application(tenant, id, where.time().true_wall())));
        where.time().after(2min, [] {});
        where.time().run_until([] { return false; });
        where.options.fleet.verify = true;
        REQUIRE(where.run() == run_end::finished);
        CHECK(where.result().counts.pending == 1);
        CHECK(record_of(where, 1).reason.find("--recreate") != std::string::npos);

        where.options.fleet.policy.recreate = true;
        REQUIRE(where.run() == run_end::finished);
        check_promises(where);
        if (purged) {
            CHECK(where.result().counts.ready == 2);
            CHECK(record_of(where, 1).object_id != gone.object_id);
            continue;
        }
        // It is not gone as long as it can be restored: its name is taken.
        CHECK(where.result().counts.pending == 1);
        CHECK(record_of(where, 1).reason.find("--restore-deleted") != std::string::npos);
        where.options.fleet.policy.restore_deleted = true;
        REQUIRE(where.run() == run_end::finished);
        CHECK(where.result().counts.ready == 2);
        CHECK(record_of(where, 1).object_id == gone.object_id);
        check_promises(where);
    }
}

TEST_CASE("an app whose tags somebody changed is left alone") {
    world where(world_of({1}));
    REQUIRE(where.run() == run_end::finished);
    REQUIRE(where.model().replace_tags(to_string(where.tenant(0)), to_string(record_of(where, 0).object_id),
                                       {"poolwright"}));
    auto const before = where.applications();
    where.options.fleet.verify = true;
    REQUIRE(where.run() == run_end::finished);
    CHECK(where.result().counts.failed == 1);
    CHECK(where.applications() == before);
}

TEST_CASE("a token that is refused in the middle is obtained again once") {
    auto options = world_of({6}, 1s);
    options.directory.faults.rules = {rule("POST /servicePrincipals", 0.3, fault_kind::status, 401)};
    world where(options);
    REQUIRE(where.run() == run_end::finished);
    check_promises(where);
    CHECK(where.result().counts.ready + where.result().counts.failed == 6);
}

TEST_CASE("a tenant that is refused while its token is being renewed ends in good order") {
    auto options = world_of({3});
    auto const route = "POST /servicePrincipals";
    options.directory.faults.rules = {rule(route, 0, fault_kind::status, 401),
                                      rule(route, 0, fault_kind::status, 403)};
    options.directory.faults.rules[0].nth = 1;
    options.directory.faults.rules[1].nth = 2;
    world where(options);
    REQUIRE(where.run() == run_end::finished);
    CHECK(where.result().tenants.size() == 1);
    // The one whose service principal was there already goes on.
    CHECK(where.result().counts.failed == 2);
    CHECK(where.result().counts.ready == 1);
    run_until_ready(where, 3);
}

TEST_CASE("an app whose intent is recorded while its tenant has no token waits for the token") {
    auto options = world_of({3});
    options.commit_time = 100ms;
    auto const token = "POST /{tenant}/oauth2/v2.0/token";
    options.directory.faults.rules = {rule("POST /applications", 0, fault_kind::status, 401),
                                      rule(token, 0, fault_kind::delay)};
    options.directory.faults.rules[0].nth = 1;
    options.directory.faults.rules[1].nth = 2;
    options.directory.faults.rules[1].what.delay = 2s;
    world where(options);
    REQUIRE(where.run() == run_end::finished);
    CHECK(where.result().counts.ready == 3);
    CHECK(where.model().counted().requests.at("POST /applications").at(401) == 1);
    check_promises(where);
}

TEST_CASE("the computer's clock may jump in the middle of a run") {
    for (auto const jump : {-2h, 2h}) {
        world where(world_of({3, 3}, 2s, 3s));
        where.time().after(1s, [&] { where.time().shift_wall(jump); });
        run_until_ready(where, 6);
    }
}

TEST_SUITE_END();
