#include "examples/sandbox/encoding.hpp"
#include "examples/sandbox/timestamps.hpp"
#include "tests/sandbox/signed_jwt.hpp"

#include <boost/json/array.hpp>
#include <doctest/doctest.h>
#include <fmt/format.h>

TEST_SUITE_BEGIN("sandbox");

using namespace sandbox_test;
using namespace std::chrono_literals;

namespace {

std::string entry(std::string_view key, std::string_view more = {}) {
    return fmt::format(R"({{"type":"AsymmetricX509Cert","usage":"Verify","key":"{}"{}}})", key, more);
}

std::string body(std::string_view entries) {
    return fmt::format(R"({{"keyCredentials":[{}]}})", entries);
}

// A directory at a time at which the certificates are valid.
struct world {
    test_certificate first;
    test_certificate second;
    fixture it;
    made_application app;

    explicit world(sandbox::settings given = plain_settings()) : it(std::move(given)) {
        it.now = first.moment();
        app = it.create_application("poolwright-exchange-0001");
        it.pass(1min);
        it.create_principal(app);
        it.pass(1min);
    }

    std::string at() const { return "/v1.0/applications/" + app.id; }

    std::int64_t sign_in(test_certificate const& by) {
        auto const one = client_assertion(by, app.app_id, it.now);
        return aadsts(token_by(it, app.app_id, signed_jwt(one.header, one.claims)));
    }

    std::string proof() {
        return signed_jwt({}, {{"aud", "00000002-0000-0000-c000-000000000000"},
                               {"iss", app.id},
                               {"nbf", sandbox::unix_seconds(it.now)},
                               {"exp", sandbox::unix_seconds(it.now + 10min)}});
    }
};

}  // namespace

TEST_CASE("a certificate that PATCH registers is shown without its key, signs, and is replaced") {
    world of;
    REQUIRE(of.it.call("PATCH", of.at(), body(entry(of.first.base64(), R"(,"displayName":"poolwright")")))
                .status() == 204);
    auto const shown = of.it.get(of.at()).body;
    CHECK(shown.at("keyCredentials").as_array().at(0).at("key").is_null());
    CHECK(text_at(shown, {"keyCredentials", "displayName"}) == "poolwright");
    CHECK(text_at(shown, {"keyCredentials", "customKeyIdentifier"}).size() == 40);
    CHECK(text_at(shown, {"keyCredentials", "endDateTime"}) == sandbox::short_timestamp(of.first.facts.ends));
    auto const whole = of.it.get(of.at() + "?$select=keyCredentials").body;
    CHECK(sandbox::base64_decode(text_at(whole, {"keyCredentials", "key"})) == of.first.made.certificate_der);
    CHECK(of.it.get("/v1.0/applications?$select=keyCredentials").raw.body.find(R"("key":null)") !=
          std::string::npos);
    CHECK(of.sign_in(of.first) == 0);

    // The one that is named stays, with its id; the other is new.
    auto const key_id = text_at(shown, {"keyCredentials", "keyId"});
    auto const kept = fmt::format(R"({{"type":"AsymmetricX509Cert","usage":"Verify","keyId":"{}"}})", key_id);
    REQUIRE(of.it.call("PATCH", of.at(), body(kept + "," + entry(of.second.base64()))).status() == 204);
    CHECK(of.sign_in(of.first) == 0);
    CHECK(of.sign_in(of.second) == 0);
    CHECK(text_at(of.it.get(of.at()).body, {"keyCredentials", "keyId"}) == key_id);

    REQUIRE(of.it.call("PATCH", of.at(), body(entry(of.second.base64()))).status() == 204);
    CHECK(of.sign_in(of.first) == 700027);
    CHECK(of.sign_in(of.second) == 0);
    REQUIRE(of.it.call("PATCH", of.at(), R"({"keyCredentials":[]})").status() == 204);
    CHECK(of.sign_in(of.second) == 700027);
    CHECK(of.it.get(of.at()).body.at("keyCredentials").as_array().empty());
}

TEST_CASE("what keyCredentials refuse") {
    world of;
    auto const beyond = sandbox::short_timestamp(of.first.facts.ends + 1s);
    auto const within = sandbox::short_timestamp(of.first.facts.ends - 1s);
    auto const ends = [](std::string const& at) { return fmt::format(R"(,"endDateTime":"{}")", at); };
    struct {
        std::string entries;
        int status;
        std::string_view code;
    } const table[] = {
        {entry(of.first.damaged()), 400, "Request_BadRequest"},
        {entry("TUlJ"), 400, "Request_BadRequest"},
        {entry("!"), 400, "Request_BadRequest"},
        {R"({"type":"Symmetric","usage":"Verify","key":"TUlJ"})", 400, "Request_BadRequest"},
        {R"({"type":"AsymmetricX509Cert","usage":"Verify"})", 400, "Request_BadRequest"},
        {R"({"type":"AsymmetricX509Cert","usage":"Verify","keyId":"12345678-0000-4000-8000-000000000000"})",
         400, "Request_BadRequest"},
        {entry(of.first.base64(), ends(beyond)), 400, "KeyCredentialsInvalidEndDate"},
        {entry(of.first.base64(), ends(within)), 204, ""},
    };
    for (auto const& row : table) {
        CAPTURE(row.entries);
        auto const got = of.it.call("PATCH", of.at(), body(row.entries));
        CHECK(got.status() == row.status);
        CHECK(got.code() == row.code);
    }
}

TEST_CASE("a create brings its certificate along; what it answers is not the key") {
    world of;
    auto const name = std::string(95, 'n');
    auto const got =
        of.it.call("POST", "/v1.0/applications",
                   fmt::format(R"({{"displayName":"a","keyCredentials":[{}]}})",
                               entry(of.first.base64(), fmt::format(R"(,"displayName":"{}")", name))));
    REQUIRE(got.status() == 201);
    CHECK(text_at(got.body, {"keyCredentials", "displayName"}) == name.substr(0, 90));
    CHECK(got.body.at("keyCredentials").as_array().at(0).at("key").is_null());
    CHECK(of.it
              .call("POST", "/v1.0/applications",
                    R"({"displayName":"b","keyCredentials":[{"type":"AsymmetricX509Cert","usage":"Verify",)"
                    R"("key":"TUlJ"}]})")
              .status() == 400);
}

TEST_CASE("a certificate is not known at once, ends, and outlives a restart") {
    std::vector<std::string> lines;
    auto given = plain_settings();
    given.secret_lag = 8s;
    given.replication_lag = 4s;
    given.journal = [&](std::string_view line) { lines.emplace_back(line); };
    world of(given);
    REQUIRE(of.it.call("PATCH", of.at(), body(entry(of.first.base64()))).status() == 204);
    CHECK(of.sign_in(of.first) == 700027);
    CHECK(of.it.get(of.at()).body.at("keyCredentials").as_array().empty());
    of.it.pass(6s);
    CHECK(of.it.get(of.at()).body.at("keyCredentials").as_array().size() == 1);
    of.it.pass(6s);
    CHECK(of.sign_in(of.first) == 0);

    fixture next;
    for (auto const& line : lines) REQUIRE(next.model.replay(line));
    next.now = of.it.now;
    auto const one = client_assertion(of.first, of.app.app_id, next.now);
    CHECK(aadsts(token_by(next, of.app.app_id, signed_jwt(one.header, one.claims))) == 0);

    of.it.now = of.first.facts.ends;
    CHECK(of.sign_in(of.first) == 700027);
}

TEST_CASE("addKey and removeKey want a proof by a key that is there") {
    world of;
    auto const add = [&](std::string const& proof, std::string const& key) {
        return of.it.call(
            "POST", of.at() + "/addKey",
            fmt::format(R"({{"keyCredential":{},"passwordCredential":null,"proof":"{}"}})", key, proof));
    };
    auto const second = entry(of.second.base64());
    CHECK(add(of.proof(), second).code() == "Authentication_MissingOrMalformed");
    REQUIRE(of.it.call("PATCH", of.at(), body(entry(of.first.base64()))).status() == 204);
    auto const spoiled = [&](std::string_view claim, json::value const& value) {
        json::object claims{{"aud", "00000002-0000-0000-c000-000000000000"},
                            {"iss", of.app.id},
                            {"nbf", sandbox::unix_seconds(of.it.now)},
                            {"exp", sandbox::unix_seconds(of.it.now + 10min)}};
        claims[claim] = value;
        return signed_jwt({}, claims);
    };
    struct {
        std::string proof;
        int status;
    } const table[] = {
        {"", 401},
        {"rubbish", 401},
        {spoiled("aud", json::value(graph_app_id)), 401},
        {spoiled("iss", json::value(of.app.app_id)), 401},
        {spoiled("exp", json::value(sandbox::unix_seconds(of.it.now + 11min))), 401},
        {spoiled("nbf", json::value()), 401},
        {spoiled("jti", json::value("any")), 200},
    };
    for (auto const& row : table) CHECK(add(row.proof, second).status() == row.status);
    CHECK(add(of.proof(), "{}").status() == 400);
    CHECK(add(of.proof(), entry("TUlJ")).status() == 400);
    CHECK(of.sign_in(of.second) == 0);

    auto const keys = of.it.get(of.at()).body.at("keyCredentials").as_array();
    REQUIRE(keys.size() == 2);
    auto const remove = [&](std::string const& proof, std::string const& key_id) {
        return of.it
            .call("POST", of.at() + "/removeKey",
                  fmt::format(R"({{"keyId":"{}","proof":"{}"}})", key_id, proof))
            .status();
    };
    auto const old = text_at(keys.at(0), {"keyId"});
    CHECK(remove("rubbish", old) == 401);
    CHECK(remove(of.proof(), of.app.id) == 400);
    CHECK(remove(of.proof(), old) == 204);
    CHECK(remove(of.proof(), old) == 400);
    CHECK(of.sign_in(of.first) == 700027);
    CHECK(of.sign_in(of.second) == 0);
    CHECK(of.it.call("POST", of.at() + "/removeKey", "rubbish").status() == 400);
    CHECK(of.it.call("POST", of.at() + "/addKey", "rubbish").status() == 400);
}

TEST_SUITE_END();
