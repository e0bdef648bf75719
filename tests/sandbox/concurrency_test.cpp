#include "tests/sandbox/fixture.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <set>

TEST_SUITE_BEGIN("sandbox");

using namespace sandbox_test;
using namespace std::chrono_literals;

namespace {

fixture slow() {
    auto given = plain_settings();
    given.latency = 100ms;
    return fixture(std::move(given));
}

}  // namespace

TEST_CASE("writes to one application that overlap are refused, those to different ones are not") {
    auto it = slow();
    auto const one = it.create_application("one");
    auto const two = it.create_application("two");
    it.pass(100ms);
    auto const principal = it.create_principal(one);
    it.create_principal(two);
    it.pass(100ms);
    struct {
        std::string_view method;
        std::string target;
        std::string_view body;
    } const table[] = {
        {"POST", "/v1.0/applications/" + one.id + "/addPassword", ""},
        {"POST", "/v1.0/applications/" + one.id + "/removePassword",
         R"({"keyId":"12345678-0000-4000-8000-000000000000"})"},
        {"PATCH", "/v1.0/applications/" + one.id, "{}"},
        {"DELETE", "/v1.0/applications/" + one.id, ""},
        {"PATCH", "/v1.0/servicePrincipals/" + principal, "{}"},
        {"DELETE", "/v1.0/servicePrincipals/" + principal, ""},
    };
    for (auto const& row : table) {
        CAPTURE(row.target);
        REQUIRE(it.call("PATCH", "/v1.0/applications/" + one.id, "{}").status() == 204);
        it.pass(99ms);
        auto const got = it.call(row.method, row.target, row.body);
        CHECK((got.status() == 409 || got.status() == 400));
        CHECK(got.message() ==
              "Error due to concurrent requests being made to the tenant. Please wait briefly and retry.");
        CHECK(it.call("PATCH", "/v1.0/applications/" + two.id, "{}").status() == 204);
        CHECK(it.get("/v1.0/applications/" + one.id).status() == 200);
        it.pass(100ms);
    }
    CHECK(it.model.counted().overlapping_writes == 6);
}

TEST_CASE("two grants to one principal overlap") {
    auto it = slow();
    auto const app = it.create_application("one");
    it.pass(100ms);
    auto const principal = it.create_principal(app);
    it.pass(100ms);
    CHECK(it.grant(principal, graph_app_id, directory_read_all).status() == 201);
    CHECK(it.grant(principal, graph_app_id, group_read_all).status() >= 400);
    it.pass(100ms);
    CHECK(it.grant(principal, graph_app_id, group_read_all).status() == 201);
    CHECK(it.model.counted().overlapping_writes == 1);
}

TEST_CASE("the refusal comes in three shapes") {
    auto it = slow();
    auto const app = it.create_application("one");
    std::set<std::string> seen;
    for (int i = 0; i < 100; ++i) {
        auto const got = it.call("PATCH", "/v1.0/applications/" + app.id, "{}");
        seen.insert(fmt::format("{} {}", got.status(), got.code()));
    }
    CHECK(seen == std::set<std::string>{"400 Directory_ConcurrencyViolation", "400 Request_BadRequest",
                                        "409 Directory_ConcurrencyViolation"});
}

TEST_CASE("the reply is due after the latency") {
    auto it = slow();
    CHECK(it.get("/v1.0/organization").raw.delay == 100ms);
    CHECK(it.raw("GET", "/nowhere").raw.delay == 100ms);
}

TEST_SUITE_END();
