#include "tests/sandbox/fixture.hpp"

#include <boost/json/array.hpp>
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <set>

TEST_SUITE_BEGIN("sandbox");

using namespace sandbox_test;
using namespace std::chrono_literals;

namespace {

sandbox::settings lagging(std::chrono::nanoseconds replication, std::chrono::nanoseconds secret = 0s) {
    auto given = plain_settings();
    given.replication_lag = replication;
    given.secret_lag = secret;
    return given;
}

// How long until `done`, looking every 100 ms.
template <class Done>
std::chrono::nanoseconds time_until(fixture& it, Done done) {
    auto const from = it.now;
    while (!done() && it.now - from < 60s) it.pass(100ms);
    return it.now - from;
}

}  // namespace

TEST_CASE("a new application stays unseen for a while, its name does not") {
    fixture it(lagging(10s));
    auto const app = it.create_application("poolwright-exchange-0001");
    CHECK(it.call("POST", "/v1.0/applications", fixture::application_body("poolwright-exchange-0001"))
              .status() == 400);
    for (auto const& [method, rest] : {std::pair("GET", ""), std::pair("PATCH", ""), std::pair("DELETE", ""),
                                       std::pair("POST", "/addPassword")}) {
        CAPTURE(method);
        auto const got = it.call(method, "/v1.0/applications/" + app.id + rest, "{}");
        CHECK(got.status() == 404);
        CHECK(got.code() == "Request_ResourceNotFound");
    }
    CHECK(it.get("/v1.0/applications").body.at("value").as_array().empty());
    auto const waited =
        time_until(it, [&] { return it.get("/v1.0/applications/" + app.id).status() == 200; });
    CHECK(waited >= 5s);
    CHECK(waited <= 15s);
}

TEST_CASE("every object draws its own delay, the same for the same seed") {
    auto const delays = [](std::uint64_t seed) {
        auto given = lagging(10s);
        given.seed = seed;
        fixture it(given);
        std::set<std::int64_t> all;
        for (int i = 0; i < 8; ++i) {
            auto const app = it.create_application(fmt::format("poolwright-exchange-{:04}", i));
            all.insert(time_until(it, [&] {
                           return it.get("/v1.0/applications/" + app.id).status() == 200;
                       }).count());
        }
        return all;
    };
    CHECK(delays(1).size() > 4);
    CHECK(delays(1) == delays(1));
    CHECK(delays(1) != delays(2));
}

TEST_CASE("a principal of an application that has not replicated: four errors, then it works") {
    fixture it(lagging(10s));
    auto const app = it.create_application("poolwright-exchange-0001");
    std::set<std::string> seen;
    auto const try_once = [&] {
        auto const got =
            it.call("POST", "/v1.0/servicePrincipals", fmt::format(R"({{"appId":"{}"}})", app.app_id));
        if (got.status() != 201) seen.insert(fmt::format("{} {}", got.status(), got.code()));
        return got.status() == 201;
    };
    CHECK(time_until(it, try_once) >= 5s);
    CHECK(seen == std::set<std::string>{"400 Request_BadRequest", "403 Authorization_RequestDenied",
                                        "404 Directory_ObjectNotFound", "404 Request_ResourceNotFound"});
}

TEST_CASE("a grant to a principal that has not replicated") {
    fixture it(lagging(10s));
    auto const app = it.create_application("poolwright-exchange-0001");
    it.pass(15s);
    auto const principal = it.create_principal(app);
    std::set<std::string> seen;
    auto const granted = [&] {
        auto const got = it.grant(principal, graph_app_id, directory_read_all);
        if (got.status() != 201) seen.insert(fmt::format("{} {}", got.status(), got.message()));
        return got.status() == 201;
    };
    CHECK(time_until(it, granted) >= 5s);
    CHECK(seen.count("400 Not a valid reference update.") == 1);
    CHECK(seen.size() == 2);

    auto const listed = [&] {
        auto const got = it.get("/v1.0/servicePrincipals/" + principal + "/appRoleAssignments");
        return got.body.at("value").as_array().size() == 1;
    };
    CHECK_FALSE(listed());
    CHECK_FALSE(claims_of(it.token_for(app.app_id, app.secret, graph_scope)).contains("roles"));
    CHECK(time_until(it, listed) >= 5s);
    CHECK(claims_of(it.token_for(app.app_id, app.secret, graph_scope)).contains("roles"));
}

TEST_CASE("reads of credentials lag behind writes in both directions") {
    fixture it(lagging(10s));
    auto const app = it.create_application("poolwright-exchange-0001");
    it.pass(15s);
    auto const target = "/v1.0/applications/" + app.id;
    auto const shown = [&] { return it.get(target).body.at("passwordCredentials").as_array().size(); };
    CHECK(shown() == 1);
    auto const added = it.call("POST", target + "/addPassword");
    REQUIRE(added.status() == 200);
    CHECK(shown() == 1);
    CHECK(time_until(it, [&] { return shown() == 2; }) >= 5s);
    auto const remove = fmt::format(R"({{"keyId":"{}"}})", text_at(added.body, {"keyId"}));
    REQUIRE(it.call("POST", target + "/removePassword", remove).status() == 204);
    CHECK(shown() == 2);
    CHECK(time_until(it, [&] { return shown() == 1; }) >= 5s);
}

TEST_CASE("a new secret is refused at first, mostly as a wrong one") {
    std::set<std::int64_t> codes;
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        auto given = lagging(0s, 8s);
        given.seed = seed;
        fixture it(given);
        auto const app = it.create_application("poolwright-exchange-0001");
        it.create_principal(app);
        auto const proven = [&] {
            auto const got = it.token(app.app_id, app.secret, graph_scope);
            if (got.status() != 200) codes.insert(got.body.at("error_codes").as_array().at(0).as_int64());
            return got.status() == 200;
        };
        auto const waited = time_until(it, proven);
        CHECK(waited >= 4s);
        CHECK(waited <= 12s);
    }
    CHECK(codes == std::set<std::int64_t>{7000215, 7000222});
}

TEST_CASE("without lag everything is seen at once") {
    fixture it;
    auto const app = it.create_application("poolwright-exchange-0001");
    auto const principal = it.create_principal(app);
    CHECK(it.grant(principal, graph_app_id, directory_read_all).status() == 201);
    CHECK(claims_of(it.token_for(app.app_id, app.secret, graph_scope)).contains("roles"));
}

TEST_SUITE_END();
