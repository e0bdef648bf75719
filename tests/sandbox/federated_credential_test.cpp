#include "examples/sandbox/timestamps.hpp"
#include "tests/sandbox/signed_jwt.hpp"

#include <boost/json/array.hpp>
#include <doctest/doctest.h>
#include <fmt/format.h>

TEST_SUITE_BEGIN("sandbox");

using namespace sandbox_test;
using namespace std::chrono_literals;

namespace {

constexpr std::string_view issuer = "https://issuer.sandbox.example";
constexpr std::string_view audience = "api://AzureADTokenExchange";

std::string body(std::string_view name, std::string_view from = issuer, std::string_view subject = "job") {
    return fmt::format(R"({{"name":"{}","issuer":"{}","subject":"{}","audiences":["{}"]}})", name, from,
                       subject, audience);
}

sandbox::settings with_issuer() {
    auto given = plain_settings();
    given.issuers.push_back(sandbox::own_issuer(signer()));
    return given;
}

}  // namespace

TEST_CASE("a federated credential is made, listed, read and removed") {
    fixture it;
    auto const app = it.create_application("poolwright-exchange-0001");
    auto const at = "/v1.0/applications/" + app.id + "/federatedIdentityCredentials";
    auto const made = it.call("POST", at, body("here"));
    REQUIRE(made.status() == 201);
    CHECK(text_at(made.body, {"issuer"}) == issuer);
    CHECK(made.body.at("audiences").as_array().at(0).as_string() == audience);
    auto const id = text_at(made.body, {"id"});
    CHECK(text_at(made.body, {"@odata.context"}) ==
          fmt::format("https://graph.microsoft.com/v1.0/$metadata#applications('{}')/"
                      "federatedIdentityCredentials/$entity",
                      app.id));
    CHECK(text_at(it.get(at).body, {"value", "name"}) == "here");
    CHECK(text_at(it.get(at + "/" + id).body, {"name"}) == "here");
    CHECK(text_at(it.get(at + "/here").body, {"id"}) == id);
    CHECK(it.get(at + "/there").status() == 404);
    CHECK(it.call("DELETE", at + "/" + id).status() == 204);
    CHECK(it.call("DELETE", at + "/" + id).status() == 404);
    CHECK(it.get(at).body.at("value").as_array().empty());
}

TEST_CASE("what a federated credential must be") {
    fixture it;
    auto const app = it.create_application("poolwright-exchange-0001");
    auto const at = "/v1.0/applications/" + app.id + "/federatedIdentityCredentials";
    REQUIRE(it.call("POST", at, body("taken")).status() == 201);
    struct {
        std::string body;
        int status;
        std::string_view code;
    } const table[] = {
        {"rubbish", 400, "BadRequest"},
        {"{}", 400, "Request_BadRequest"},
        {body(""), 400, "Request_BadRequest"},
        {body("a", "https://i.example", std::string(601, 's')), 400, "Request_BadRequest"},
        {R"({"name":"a","issuer":"b","subject":"c","audiences":[]})", 400, "Request_BadRequest"},
        {R"({"name":"a","issuer":"b","subject":"c","audiences":["d","e"]})", 400, "Request_BadRequest"},
        {body("taken", "https://i.example"), 409, "Request_MultipleObjectsWithSameKeyValue"},
        {body("other"), 409, "Request_MultipleObjectsWithSameKeyValue"},
        {body("other", issuer, std::string(600, 's')), 201, ""},
    };
    for (auto const& row : table) {
        CAPTURE(row.body);
        auto const got = it.call("POST", at, row.body);
        CHECK(got.status() == row.status);
        CHECK(got.code() == row.code);
    }
    for (int i = 2; i < 20; ++i)
        REQUIRE(it.call("POST", at, body(fmt::format("n{}", i), issuer, std::to_string(i))).status() == 201);
    CHECK(it.call("POST", at, body("too-many", issuer, "more")).status() == 400);
    auto const foreign = it.model.add_foreign_application(tenant, "Payroll", "", {}, it.now);
    CHECK(it.call("POST", "/v1.0/applications/" + foreign + "/federatedIdentityCredentials", body("a"))
              .status() == 403);
}

TEST_CASE("the token of another issuer must be what the application trusts") {
    fixture it(with_issuer());
    auto const app = it.create_application("poolwright-exchange-0001");
    it.create_principal(app);
    auto const at = "/v1.0/applications/" + app.id + "/federatedIdentityCredentials";
    REQUIRE(it.call("POST", at, body("here")).status() == 201);
    REQUIRE(it.call("POST", at, body("unreachable", "https://gone.example")).status() == 201);
    json::object const good{{"iss", issuer},
                            {"sub", "job"},
                            {"aud", audience},
                            {"nbf", sandbox::unix_seconds(it.now)},
                            {"exp", sandbox::unix_seconds(it.now + 1h)}};
    struct {
        std::string_view claim;
        json::value value;
        int code;
    } const table[] = {
        {"jti", "any", 0},
        {"iss", "https://other.example", 700211},
        {"aud", "api://other", 700212},
        {"sub", "Job", 700213},
        {"iss", "https://gone.example", 50166},
        {"exp", sandbox::unix_seconds(it.now - 5min), 700024},
        {"nbf", sandbox::unix_seconds(it.now + 6min), 700024},
    };
    for (auto const& row : table) {
        CAPTURE(row.claim);
        auto claims = good;
        claims[row.claim] = row.value;
        CHECK(aadsts(token_by(it, app.app_id, signed_jwt({{"kid", "1"}}, claims))) == row.code);
    }
    auto spoiled = signed_jwt({{"kid", "1"}}, good);
    spoiled[spoiled.size() / 2] = spoiled[spoiled.size() / 2] == 'A' ? 'B' : 'A';
    CHECK(aadsts(token_by(it, app.app_id, spoiled)) != 0);
    CHECK(aadsts(token_by(it, app.app_id, signed_jwt({{"alg", "PS256"}}, good, algorithm::ps256))) == 50013);
    CHECK(aadsts(token_by(it, app.app_id, signed_jwt({{"alg", "PS256"}}, good))) == 50013);
}

TEST_CASE("a federated credential is not known at once, and outlives a restart") {
    std::vector<std::string> lines;
    auto given = with_issuer();
    given.secret_lag = 8s;
    given.journal = [&](std::string_view line) { lines.emplace_back(line); };
    fixture it(given);
    auto const app = it.create_application("poolwright-exchange-0001");
    it.create_principal(app);
    it.call("POST", "/v1.0/applications/" + app.id + "/federatedIdentityCredentials", body("here"));
    auto const token = signed_jwt(
        {},
        {{"iss", issuer}, {"sub", "job"}, {"aud", audience}, {"exp", sandbox::unix_seconds(it.now + 1h)}});
    CHECK(aadsts(token_by(it, app.app_id, token)) == 700211);
    it.pass(12s);
    CHECK(aadsts(token_by(it, app.app_id, token)) == 0);
    fixture next(with_issuer());
    for (auto const& line : lines) REQUIRE(next.model.replay(line));
    next.now = it.now;
    CHECK(aadsts(token_by(next, app.app_id, token)) == 0);
}

TEST_SUITE_END();
