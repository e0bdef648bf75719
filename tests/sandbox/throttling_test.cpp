#include "examples/sandbox/quota_counter.hpp"
#include "tests/sandbox/fixture.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <set>

TEST_SUITE_BEGIN("sandbox");

using namespace sandbox_test;
using namespace std::chrono_literals;
using poolwright::throttle::quota;
using poolwright::throttle::quota_shape;
using sandbox::quota_counter;

namespace {

// Limits that nothing reaches, to lower one at a time.
poolwright::throttle::limits endless() {
    quota const much{1'000'000'000, 1s};
    return {much, much, much, much, {much, much, much}};
}

fixture with_limits(poolwright::throttle::limits const& limits) {
    auto given = plain_settings();
    given.limits = limits;
    return fixture(std::move(given));
}

answer write(fixture& it) {
    return it.call("POST", "/v1.0/applications", R"({"displayName":"a"})");
}

}  // namespace

TEST_CASE("a counter of each shape, call by call") {
    struct step {
        std::chrono::milliseconds at;
        std::chrono::milliseconds wait;  // for one unit; 0: it is taken
    };
    struct {
        quota_shape shape;
        std::vector<step> steps;
    } const table[] = {
        // Ten units in ten seconds: a burst of ten, then one a second.
        {quota_shape::bucket,
         {{0ms, 0ms},
          {0ms, 0ms},
          {0ms, 0ms},
          {0ms, 0ms},
          {0ms, 0ms},
          {0ms, 0ms},
          {0ms, 0ms},
          {0ms, 0ms},
          {0ms, 0ms},
          {0ms, 0ms},
          {0ms, 1000ms},
          {400ms, 600ms},
          {1000ms, 0ms},
          {1000ms, 1000ms}}},
        // The last ten seconds at every instant.
        {quota_shape::sliding,
         {{0ms, 0ms},
          {1000ms, 0ms},
          {1000ms, 0ms},
          {1000ms, 0ms},
          {1000ms, 0ms},
          {1000ms, 0ms},
          {1000ms, 0ms},
          {1000ms, 0ms},
          {1000ms, 0ms},
          {9999ms, 0ms},
          {9999ms, 1ms},
          {10000ms, 0ms},
          {10000ms, 1000ms},
          {11000ms, 0ms}}},
        // A window opens with its first call and forgets everything when it ends.
        {quota_shape::fixed,
         {{5000ms, 0ms},
          {5000ms, 0ms},
          {5000ms, 0ms},
          {5000ms, 0ms},
          {5000ms, 0ms},
          {5000ms, 0ms},
          {5000ms, 0ms},
          {5000ms, 0ms},
          {5000ms, 0ms},
          {14000ms, 0ms},
          {14000ms, 1000ms},
          {15000ms, 0ms},
          {24999ms, 0ms}}},
    };
    for (auto const& row : table) {
        CAPTURE(int(row.shape));
        quota const what{10, 10s, row.shape};
        quota_counter counter;
        for (auto const& [at, wait] : row.steps) {
            CAPTURE(at.count());
            auto const now = start() + at;
            CHECK(counter.wait(what, 1, now) == wait);
            if (wait == 0ms) counter.charge(what, 1, now);
        }
    }
}

TEST_CASE("refused calls count, up to a tenth of the limit") {
    for (auto const shape : {quota_shape::bucket, quota_shape::sliding}) {
        CAPTURE(int(shape));
        quota const what{10, 10s, shape};
        quota_counter counter;
        for (int i = 0; i < 10; ++i) counter.charge(what, 1, start());
        auto const before = counter.wait(what, 1, start());
        for (int i = 0; i < 100; ++i) counter.charge_refused(what, 1, start());
        CHECK(counter.used(what, start()) == doctest::Approx(1.1));
        CHECK(counter.wait(what, 1, start()) >= before);
        CHECK(counter.wait(what, 1, start() + 11s) == 0ns);
    }
}

TEST_CASE("a cost above the whole limit waits for a full budget, not for ever") {
    for (auto const shape : {quota_shape::bucket, quota_shape::sliding, quota_shape::fixed}) {
        CAPTURE(int(shape));
        quota const what{10, 10s, shape};
        quota_counter counter;
        CHECK(counter.wait(what, 25, start()) == 0ns);
        counter.charge(what, 1, start());
        CHECK(counter.wait(what, 25, start()) > 0ns);
        CHECK(counter.wait(what, 25, start() + 10s) == 0ns);
    }
}

TEST_CASE("each limit refuses with its own scope") {
    auto const app = std::string(client_id);
    auto const in = std::string(tenant);
    struct {
        std::string_view name;
        void (*lower)(poolwright::throttle::limits&, quota);
        std::string scope;
        std::string_view information;
        bool writes;
    } const table[] = {
        {"application and tenant, writes",
         [](auto& all, quota what) { all.application_tenant_writes = what; },
         "Tenant_Application/Write/" + app + "/" + in, "WriteLimitExceeded", true},
        {"application and tenant, resource units",
         [](auto& all, quota what) { all.application_tenant_resource_units[1] = what; },
         "Tenant_Application/ReadWrite/" + app + "/" + in, "ResourceUnitLimitExceeded", false},
        {"tenant", [](auto& all, quota what) { all.tenant_writes = what; }, "Tenant/Write/" + app + "/" + in,
         "WriteLimitExceeded", true},
        {"application, writes", [](auto& all, quota what) { all.application_writes = what; },
         "Application/Write/" + app + "/" + in, "WriteLimitExceeded", true},
        {"application, resource units", [](auto& all, quota what) { all.application_resource_units = what; },
         "Application/ReadWrite/" + app + "/" + in, "ResourceUnitLimitExceeded", false},
    };
    for (auto const& row : table) {
        CAPTURE(row.name);
        auto limits = endless();
        row.lower(limits, {2, 100s, quota_shape::fixed});
        auto it = with_limits(limits);
        auto const call = [&] { return row.writes ? write(it) : it.get("/v1.0/organization"); };
        auto const passes = row.writes ? 201 : 200;
        CHECK(call().status() == passes);
        CHECK(call().status() == passes);
        it.pass(30s);
        auto const got = call();
        CHECK(got.status() == 429);
        CHECK(got.header("Retry-After") == "70");
        CHECK(got.header("x-ms-throttle-scope") == row.scope);
        CHECK(got.header("x-ms-throttle-information") == row.information);
        CHECK(got.header("x-ms-throttle-limit-percentage") == "1.00");
        // Reads are not held back by a limit on writes.
        CHECK(it.get("/v1.0/organization").status() == (row.writes ? 200 : 429));
        it.pass(70s);
        CHECK(call().status() == passes);
    }
}

TEST_CASE("whoever comes back after Retry-After gets in") {
    for (auto const shape : {quota_shape::bucket, quota_shape::sliding, quota_shape::fixed}) {
        CAPTURE(int(shape));
        auto limits = endless();
        limits.application_tenant_writes = {7, 13s, shape};
        auto it = with_limits(limits);
        int refused = 0;
        for (int i = 0; i < 60; ++i) {
            auto const got = write(it);
            if (got.status() != 429) continue;
            ++refused;
            it.pass(std::chrono::seconds(std::stoi(got.header("Retry-After"))));
            CHECK(write(it).status() == 201);
        }
        CHECK(refused > 0);
        CHECK(it.model.counted().early_calls == 0);
        CHECK(it.model.counted().throttled == static_cast<std::uint64_t>(refused));
    }
}

TEST_CASE("a call before its Retry-After is early, unless it was on its way already") {
    auto given = plain_settings();
    given.limits = endless();
    given.limits.application_tenant_writes = {1, 100s, quota_shape::fixed};
    given.latency = 50ms;
    struct {
        std::chrono::milliseconds after;
        std::uint64_t early;
    } const table[] = {{1ms, 0}, {150ms, 0}, {151ms, 1}, {99'999ms, 1}, {100'000ms, 0}};
    for (auto const& row : table) {
        CAPTURE(row.after.count());
        fixture it(given);
        REQUIRE(write(it).status() == 201);
        REQUIRE(write(it).status() == 429);
        it.pass(row.after);
        CHECK(it.get("/v1.0/organization").status() == 200);
        CHECK(it.model.counted().early_calls == 0);
        write(it);
        CHECK(it.model.counted().early_calls == row.early);
    }
}

TEST_CASE("the percentage is told from four fifths on") {
    auto limits = endless();
    limits.application_tenant_writes = {10, 100s, quota_shape::fixed};
    auto it = with_limits(limits);
    for (int i = 1; i <= 8; ++i) CHECK(write(it).header("x-ms-throttle-limit-percentage").empty());
    CHECK(write(it).header("x-ms-throttle-limit-percentage") == "0.90");
    CHECK(write(it).header("x-ms-throttle-limit-percentage") == "1.00");
}

TEST_CASE("the size class of a tenant decides its resource units") {
    struct {
        std::int64_t users;
        int passes;
    } const table[] = {{49, 2}, {50, 3}, {500, 3}, {501, 4}};
    for (auto const& row : table) {
        CAPTURE(row.users);
        auto given = plain_settings();
        given.users = row.users;
        given.limits = endless();
        given.limits.application_tenant_resource_units = {
            quota{2, 100s, quota_shape::fixed}, {3, 100s, quota_shape::fixed}, {4, 100s, quota_shape::fixed}};
        fixture it(given);
        int passed = 0;
        while (it.get("/v1.0/organization").status() == 200) ++passed;
        CHECK(passed == row.passes);
    }
}

TEST_CASE("what a request costs") {
    fixture it;
    auto const app = it.create_application("poolwright-exchange-0001");
    auto const principal = it.create_principal(app);
    struct {
        std::string target;
        std::string_view units;
    } const table[] = {
        {"/v1.0/applications", "2"},
        {"/v1.0/applications?$select=id", "1"},
        {"/v1.0/applications?$top=19", "1"},
        {"/v1.0/applications?$top=20", "2"},
        {"/v1.0/applications?$select=id&$top=5", "1"},
        {"/v1.0/applications?$expand=owners", "3"},
        {"/v1.0/applications/" + app.id, "2"},
        {"/v1.0/servicePrincipals", "1"},
        {"/v1.0/servicePrincipals/" + principal + "/appRoleAssignments", "2"},
        {"/v1.0/organization?$select=id", "1"},
    };
    for (auto const& row : table) {
        CAPTURE(row.target);
        CHECK(it.get(row.target).header("x-ms-resource-unit") == row.units);
    }
    CHECK(write(it).header("x-ms-resource-unit") == "1");
}

TEST_CASE("a 429 comes in all the bodies that were seen") {
    auto limits = endless();
    limits.application_tenant_writes = {1, 1000s, quota_shape::fixed};
    auto it = with_limits(limits);
    REQUIRE(write(it).status() == 201);
    std::set<std::string> seen;
    bool nested = false;
    for (int i = 0; i < 100; ++i) {
        auto const got = write(it);
        REQUIRE(got.status() == 429);
        seen.insert(got.code() + ": " + got.message());
        nested |= text_at(got.body, {"error", "innerError", "status"}) == "429";
        CHECK_FALSE(text_at(got.body, {"error", "innerError", "request-id"}).empty());
    }
    CHECK(seen == std::set<std::string>{
                      "TooManyRequests: Please retry again later.",
                      "TooManyRequests: Too many requests. Please try again later.",
                      fmt::format("TooManyRequests: Too many requests from Identifier:{} under category:"
                                  "aadgraph.app.tenant_large. Please try again later.",
                                  client_id),
                      "UnknownError: "});
    CHECK(nested);
}

TEST_SUITE_END();
