#include "examples/sandbox/encoding.hpp"
#include "examples/sandbox/jwt.hpp"
#include "examples/sandbox/timestamps.hpp"
#include "tests/sandbox/signed_jwt.hpp"

#include <boost/json/array.hpp>
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <functional>

TEST_SUITE_BEGIN("sandbox");

using namespace sandbox_test;
using namespace std::chrono_literals;

namespace {

// The identity that provisions, with a certificate and a federated credential as graph-sandbox gives it.
struct world {
    test_certificate certificate;
    sandbox::client_proofs proofs;
    fixture it;

    world() : it(known()) { it.now = certificate.moment(); }

    sandbox::settings known() {
        auto given = plain_settings();
        given.issuers.push_back(sandbox::own_issuer(signer()));
        auto& who = given.identities.front();
        proofs = sandbox::register_proofs(who, 1, signer(), certificate.moment());
        sandbox::key_credential one;
        one.certificate = certificate.made.certificate_der;
        one.ends = certificate.facts.ends;
        who.certificates = {one};
        return given;
    }

    answer ask(assertion const& one) {
        return token_by(it, client_id, signed_jwt(one.header, one.claims, one.by));
    }
};

std::int64_t seconds(sandbox::time_point at) {
    return sandbox::unix_seconds(at);
}

}  // namespace

TEST_CASE("a client assertion is accepted in both forms, for every name of the endpoint") {
    world of;
    auto const sha256 = sandbox::base64url_encode(sandbox::sha256_of(of.certificate.made.certificate_der));
    struct {
        std::string_view name;
        std::function<void(assertion&)> change;
    } const table[] = {
        {"RS256 and x5t", [](auto&) {}},
        {"PS256 and x5t#S256",
         [&](auto& one) {
             one.by = algorithm::ps256;
             one.header = {{"typ", "JWT"}, {"x5t#S256", sha256}};
         }},
        {"RS256 and x5t#S256", [&](auto& one) { one.header["x5t#S256"] = sha256; }},
        {"with a chain", [&](auto& one) { one.header["x5c"] = json::array{of.certificate.base64()}; }},
        {"as MSAL names the authority",
         [](auto& one) {
             one.claims["aud"] = fmt::format("https://login.microsoftonline.com/{}/v2.0", tenant);
         }},
        {"as the cloud names it",
         [](auto& one) {
             one.claims["aud"] =
                 fmt::format("https://login.microsoftonline.com/{}/oauth2/v2.0/token", tenant);
         }},
        {"no nbf", [](auto& one) { one.claims.erase("nbf"); }},
        {"as old as the skew allows", [&](auto& one) { one.claims["exp"] = seconds(of.it.now - 5min) + 1; }},
        {"as young as the skew allows", [&](auto& one) { one.claims["nbf"] = seconds(of.it.now + 5min); }},
    };
    for (auto const& row : table) {
        CAPTURE(row.name);
        auto one = client_assertion(of.certificate, client_id, of.it.now);
        row.change(one);
        auto const got = of.ask(one);
        CHECK(got.status() == 200);
        CHECK(text_at(claims_of(text_at(got.body, {"access_token"})), {"appidacr"}) == "2");
    }
}

TEST_CASE("what the authority says to a client assertion that it refuses") {
    world of;
    test_certificate const other;
    auto const other_print = sandbox::base64url_encode(sandbox::sha1_of(other.made.certificate_der));
    struct {
        std::string_view name;
        std::function<void(assertion&)> change;
        int code;
        std::string_view says;
    } const table[] = {
        {"other issuer", [](auto& one) { one.claims["iss"] = tenant; }, 700021, "'client_id' parameter"},
        {"other subject", [](auto& one) { one.claims["sub"] = tenant; }, 700021, "'client_id' parameter"},
        {"other audience", [](auto& one) { one.claims["aud"] = "https://graph.microsoft.com"; }, 700023,
         "does not match Realm issuer"},
        {"other tenant's endpoint",
         [](auto& one) { one.claims["aud"] = fmt::format("https://localhost/{}/v2.0", client_id); }, 700023,
         "does not match Realm issuer"},
        {"expired", [&](auto& one) { one.claims["exp"] = seconds(of.it.now - 5min); }, 700024,
         "not within its valid time range"},
        {"not yet", [&](auto& one) { one.claims["nbf"] = seconds(of.it.now + 5min) + 1; }, 700024,
         "not within its valid time range"},
        {"nobody's key", [&](auto& one) { one.header["x5t"] = other_print; }, 700027,
         "Reason - The key was not found."},
        {"spoiled", [](auto& one) { one.header["alg"] = "PS256"; }, 700027,
         "The provided signature value did not match"},
        {"no algorithm", [](auto& one) { one.header["alg"] = "none"; }, 700027,
         "The provided signature value did not match"},
        {"no thumbprint", [](auto& one) { one.header.erase("x5t"); }, 50027, "invalid or malformed"},
        {"no exp", [](auto& one) { one.claims.erase("exp"); }, 50027, "invalid or malformed"},
        {"endless exp", [](auto& one) { one.claims["exp"] = 1e300; }, 50027, "invalid or malformed"},
        {"no issuer", [](auto& one) { one.claims.erase("iss"); }, 50027, "invalid or malformed"},
    };
    for (auto const& row : table) {
        CAPTURE(row.name);
        auto one = client_assertion(of.certificate, client_id, of.it.now);
        row.change(one);
        auto const got = of.ask(one);
        CHECK(got.status() == (row.code == 50027 ? 400 : 401));
        CHECK(aadsts(got) == row.code);
        CHECK(text_at(got.body, {"error_description"}).find(row.says) != std::string::npos);
    }
    for (auto const* const rubbish : {"", "a", "a.b", "a.b.c", "e30.e30.", "e30.W10.e30"}) {
        CAPTURE(rubbish);
        CHECK(aadsts(token_by(of.it, client_id, rubbish)) == 50027);
    }
}

TEST_CASE("an assertion says nothing without its type") {
    fixture it;
    auto const form = fmt::format("grant_type=client_credentials&client_id={}&client_assertion=x&scope={}",
                                  client_id, graph_scope);
    auto const target = fmt::format("/{}/oauth2/v2.0/token", tenant);
    CHECK(aadsts(it.raw("POST", target, form)) == 900144);
    CHECK(aadsts(it.raw("POST", target, form + "&client_assertion_type=other")) == 900144);
}

TEST_CASE("secret and certificate of the identity that provisions can end") {
    world of;
    REQUIRE_FALSE(of.it.model.end_credentials(tenant, of.it.now));
    REQUIRE(of.it.model.end_credentials(client_id, of.it.now + 1min));
    auto const one = client_assertion(of.certificate, client_id, of.it.now);
    CHECK(aadsts(of.ask(one)) == 0);
    CHECK(of.it.token(client_id, client_secret, graph_scope).status() == 200);
    of.it.pass(1min);
    auto const got = of.ask(one);
    CHECK(aadsts(got) == 700027);
    CHECK(text_at(got.body, {"error_description"}).find("The key used is expired.") != std::string::npos);
    CHECK(aadsts(of.it.token(client_id, client_secret, graph_scope)) == 7000222);
    CHECK(aadsts(of.it.token(client_id, "wrong", graph_scope)) == 7000215);
}

TEST_CASE("whoever tries a run against the sandbox can let them expire, and nobody else's") {
    world of;
    auto const expire = [&](std::string_view id) {
        return of.it.raw("POST", fmt::format("/sandbox/identities/{}/expire", id)).status();
    };
    for (auto const* const stranger : {"", "no-guid", "99999999-1111-4222-8333-444444444444"})
        CHECK(expire(stranger) == 404);
    CHECK(of.it.token(client_id, client_secret, graph_scope).status() == 200);
    CHECK(expire(client_id) == 204);
    CHECK(aadsts(of.it.token(client_id, client_secret, graph_scope)) == 7000222);
}

TEST_CASE("the sandbox's issuer vouches for the identity that provisions, for a week") {
    world of;
    CHECK(aadsts(token_by(of.it, client_id, of.proofs.federated_token)) == 0);
    of.it.pass(std::chrono::days(7) + 5min);
    CHECK(aadsts(token_by(of.it, client_id, of.proofs.federated_token)) == 700024);
}

TEST_SUITE_END();
