#include "examples/sandbox/encoding.hpp"
#include "examples/sandbox/timestamps.hpp"
#include "tests/sandbox/fixture.hpp"

#include <boost/json/array.hpp>
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>

TEST_SUITE_BEGIN("sandbox");

using namespace sandbox_test;
using namespace std::chrono_literals;

namespace {

std::vector<std::string> roles_of(std::string_view token) {
    std::vector<std::string> names;
    auto const claims = claims_of(token);
    if (auto const* const roles = claims.if_contains("roles")) {
        for (auto const& role : roles->as_array()) names.emplace_back(role.as_string());
    }
    std::ranges::sort(names);
    return names;
}

std::int64_t aadsts(answer const& got) {
    return got.body.at("error_codes").as_array().at(0).as_int64();
}

}  // namespace

TEST_CASE("a token of the identity that provisions") {
    fixture it;
    auto const got = it.token(client_id, client_secret, graph_scope);
    REQUIRE(got.status() == 200);
    CHECK(text_at(got.body, {"token_type"}) == "Bearer");
    CHECK(got.body.at("expires_in").as_int64() == 3599);
    CHECK_FALSE(got.body.contains("refresh_token"));
    auto const claims = claims_of(text_at(got.body, {"access_token"}));
    CHECK(text_at(claims, {"aud"}) == "https://graph.microsoft.com");
    CHECK(text_at(claims, {"appid"}) == client_id);
    CHECK(text_at(claims, {"tid"}) == tenant);
    CHECK(text_at(claims, {"oid"}) == text_at(claims, {"sub"}));
    CHECK(claims.at("exp").as_int64() == sandbox::unix_seconds(it.now) + 3599);
    CHECK(roles_of(text_at(got.body, {"access_token"})) ==
          std::vector<std::string>{"AppRoleAssignment.ReadWrite.All", "Application.Read.All",
                                   "Application.ReadWrite.OwnedBy", "Organization.Read.All",
                                   "Policy.Read.All", "Reports.Read.All", "User.Read.All"});
}

TEST_CASE("the audience is that of the resource that was asked for") {
    fixture it;
    struct {
        std::string scope;
        std::string_view audience;
    } const table[] = {
        {std::string(graph_scope), "https://graph.microsoft.com"},
        {"https://localhost/.default", "https://graph.microsoft.com"},
        {std::string(graph_app_id) + "/.default", graph_app_id},
        {std::string(exchange_scope), "https://outlook.office365.com"},
        {std::string(exchange_app_id) + "/.default", exchange_app_id},
    };
    for (auto const& row : table) {
        CAPTURE(row.scope);
        auto const token = it.token_for(client_id, client_secret, row.scope);
        CHECK(text_at(claims_of(token), {"aud"}) == row.audience);
    }
}

TEST_CASE("what the token endpoint refuses") {
    sandbox::settings given = plain_settings();
    given.faults.tenants = {{"99999999-0000-4000-8000-000000000000", sandbox::tenant_kind::unknown},
                            {"no-exchange.example", sandbox::tenant_kind::no_exchange}};
    fixture it(given);
    auto const ok =
        fmt::format("grant_type=client_credentials&client_id={}&client_secret={}", client_id, client_secret);
    auto const scope = std::string("&scope=") + std::string(graph_scope);
    auto const no_secret = fmt::format("grant_type=client_credentials&client_id={}", client_id) + scope;
    struct {
        std::string tenant_name;
        std::string form;
        int status;
        std::string_view error;
        int code;
    } const table[] = {
        {"not-a-name", ok + scope, 400, "invalid_request", 900023},
        {"99999999-0000-4000-8000-000000000000", ok + scope, 400, "invalid_request", 90002},
        {"contoso.example", "client_id=x" + scope, 400, "invalid_request", 900144},
        {"contoso.example", "grant_type=password" + scope, 400, "unsupported_grant_type", 70003},
        {"contoso.example", "grant_type=client_credentials" + scope, 400, "invalid_request", 900144},
        {"contoso.example", ok, 400, "invalid_request", 900144},
        {"contoso.example", no_secret, 401, "invalid_client", 7000218},
        {"contoso.example", no_secret + "&client_secret=wrong", 401, "invalid_client", 7000215},
        {"contoso.example",
         "grant_type=client_credentials&client_secret=x&client_id=12345678-0000-4000-8000-000000000000" +
             scope,
         400, "unauthorized_client", 700016},
        {"contoso.example", ok + "&scope=https://graph.microsoft.com/User.Read", 400, "invalid_scope", 70011},
        {"contoso.example", ok + "&scope=openid+profile", 400, "invalid_scope", 70011},
        {"contoso.example", ok + "&scope=https://vault.azure.net/.default", 400, "invalid_resource", 500011},
        {"no-exchange.example", ok + "&scope=" + std::string(exchange_scope), 400, "invalid_resource",
         500011},
    };
    for (auto const& row : table) {
        CAPTURE(row.tenant_name);
        CAPTURE(row.form);
        auto const got = it.raw("POST", "/" + row.tenant_name + "/oauth2/v2.0/token", row.form,
                                {{"client-request-id", "corr"}});
        CHECK(got.status() == row.status);
        CHECK(text_at(got.body, {"error"}) == row.error);
        CHECK(aadsts(got) == row.code);
        auto const description = text_at(got.body, {"error_description"});
        CHECK(description.starts_with(fmt::format("AADSTS{}: ", row.code)));
        CHECK(description.ends_with("\r\nCorrelation ID: corr\r\nTimestamp: 2026-03-01 12:00:00Z"));
        CHECK(text_at(got.body, {"trace_id"}) == got.header("x-ms-request-id"));
        CHECK(text_at(got.body, {"timestamp"}) == "2026-03-01 12:00:00Z");
    }
}

TEST_CASE("the secret may come as HTTP Basic") {
    fixture it;
    auto const pair = sandbox::base64url_encode(std::string(client_id) + ':' + std::string(client_secret));
    auto const form = "grant_type=client_credentials&scope=" + std::string(graph_scope);
    auto const target = "/" + std::string(tenant) + "/oauth2/v2.0/token";
    CHECK(it.raw("POST", target, form, {{"Authorization", "Basic " + pair}}).status() == 200);
    CHECK(it.raw("POST", target, form, {{"Authorization", "Basic !"}}).status() == 400);
}

TEST_CASE("a domain is always the same tenant, which discovery names") {
    fixture it;
    auto const issuer = [&](std::string_view name) {
        return text_at(it.raw("GET", fmt::format("/{}/v2.0/.well-known/openid-configuration", name)).body,
                       {"issuer"});
    };
    CHECK(issuer(tenant) == fmt::format("https://login.microsoftonline.com/{}/v2.0", tenant));
    CHECK(issuer("Contoso.Example") == issuer("contoso.example"));
    CHECK(issuer("contoso.example") != issuer("fabrikam.example"));
    it.in_tenant = "contoso.example";
    auto const claims = claims_of(it.token_for(client_id, client_secret, graph_scope));
    CHECK(issuer("contoso.example").find(text_at(claims, {"tid"})) != std::string::npos);
    // Whoever does not know the tenant yet.
    auto const common = it.raw("GET", "/common/v2.0/.well-known/openid-configuration").body;
    CHECK(text_at(common, {"issuer"}) == "https://login.microsoftonline.com/{tenantid}/v2.0");
    auto const keys = text_at(common, {"jwks_uri"}).substr(std::string_view("https://localhost").size());
    CHECK(it.raw("GET", keys).body.at("keys").as_array().empty());
    auto const instance = it.raw("GET", "/common/discovery/instance?api-version=1.1");
    CHECK(instance.status() == 200);
    CHECK(text_at(instance.body, {"metadata", "preferred_network"}) == "localhost");
}

TEST_CASE("a tenant without consent gives tokens without roles, and Graph refuses them") {
    auto given = plain_settings();
    given.faults.tenants = {{std::string(tenant), sandbox::tenant_kind::no_consent}};
    fixture it(given);
    CHECK(roles_of(it.token_for(client_id, client_secret, graph_scope)).empty());
    auto const got = it.get("/v1.0/applications");
    CHECK(got.status() == 403);
    CHECK(got.code() == "Authorization_RequestDenied");
    CHECK(got.message() == "Insufficient privileges to complete the operation.");
}

TEST_CASE("Graph takes only its own tokens, while they are valid") {
    fixture it;
    auto const good = it.token_for(client_id, client_secret, graph_scope);
    auto const by_id = it.token_for(client_id, client_secret, std::string(graph_app_id) + "/.default");
    auto const exchange = it.token_for(client_id, client_secret, exchange_scope);
    auto forged = good;
    forged[forged.size() / 2] = forged[forged.size() / 2] == 'A' ? 'B' : 'A';
    struct {
        std::string header;
        std::chrono::seconds age;
        int status;
        std::string_view message;
    } const table[] = {
        {"Bearer " + good, 0s, 200, ""},
        {"Bearer " + by_id, 0s, 200, ""},
        {"Bearer " + good, 3598s, 200, ""},
        {"Bearer " + good, 3599s, 401, "Access token has expired or is not yet valid."},
        {"", 0s, 401, "Access token is empty."},
        {"Bearer ", 0s, 401, "Access token is empty."},
        {"Bearer rubbish", 0s, 401, "CompactToken parsing failed with error code: 80049217"},
        {"Bearer " + forged, 0s, 401, "Access token validation failure. Invalid signature."},
        {"Bearer " + exchange, 0s, 401, "Access token validation failure. Invalid audience."},
    };
    for (auto const& row : table) {
        CAPTURE(row.header);
        it.now = start() + row.age;
        auto const got = it.raw("GET", "/v1.0/organization", {}, {{"Authorization", row.header}});
        CHECK(got.status() == row.status);
        CHECK(got.message() == row.message);
        if (row.status == 401) CHECK(got.code() == "InvalidAuthenticationToken");
        if (row.status == 401) CHECK_FALSE(got.header("WWW-Authenticate").empty());
    }
}

TEST_CASE("a pool application gets the roles that it was granted, per resource") {
    fixture it;
    auto const app = it.create_application("poolwright-exchange-0001");
    CHECK(aadsts(it.token(app.app_id, app.secret, graph_scope)) == 700016);
    auto const principal = it.create_principal(app);
    CHECK(roles_of(it.token_for(app.app_id, app.secret, graph_scope)).empty());
    REQUIRE(it.grant(principal, graph_app_id, directory_read_all).status() == 201);
    REQUIRE(it.grant(principal, exchange_app_id, full_access_as_app).status() == 201);
    CHECK(roles_of(it.token_for(app.app_id, app.secret, graph_scope)) ==
          std::vector<std::string>{"Directory.Read.All"});
    CHECK(roles_of(it.token_for(app.app_id, app.secret, exchange_scope)) ==
          std::vector<std::string>{"full_access_as_app"});
    CHECK(aadsts(it.token(app.app_id, app.secret + "x", graph_scope)) == 7000215);
    it.pass(std::chrono::days(731));
    CHECK(aadsts(it.token(app.app_id, app.secret, graph_scope)) == 7000222);
}

TEST_CASE("a disabled application or principal gets no token") {
    fixture it;
    auto const app = it.create_application("poolwright-exchange-0001");
    auto const principal = it.create_principal(app);
    REQUIRE(
        it.call("PATCH", "/v1.0/servicePrincipals/" + principal, R"({"accountEnabled":false})").status() ==
        204);
    CHECK(aadsts(it.token(app.app_id, app.secret, graph_scope)) == 7000112);
    REQUIRE(it.call("PATCH", "/v1.0/servicePrincipals/" + principal, R"({"accountEnabled":true})").status() ==
            204);
    CHECK(it.token(app.app_id, app.secret, graph_scope).status() == 200);
    REQUIRE(it.call("PATCH", "/v1.0/applications/" + app.id, R"({"isDisabled":true})").status() == 204);
    CHECK(aadsts(it.token(app.app_id, app.secret, graph_scope)) == 7000112);
}

TEST_CASE("a token outlives its application, but Graph knows the caller no more") {
    fixture it;
    auto const app = it.create_application("poolwright-exchange-0001");
    auto const principal = it.create_principal(app);
    REQUIRE(it.grant(principal, graph_app_id, "9a5d68dd-52b0-4cc2-bd40-abcf44ac3a30").status() == 201);
    auto const token = it.token_for(app.app_id, app.secret, graph_scope);
    sandbox::header_list const header{{"Authorization", "Bearer " + token}};
    CHECK(it.raw("GET", "/v1.0/applications", {}, header).status() == 200);
    REQUIRE(it.call("DELETE", "/v1.0/applications/" + app.id).status() == 204);
    auto const got = it.raw("GET", "/v1.0/applications", {}, header);
    CHECK(got.status() == 401);
    CHECK(got.code() == "Authorization_IdentityNotFound");
}

TEST_CASE("a storm of token requests is told to wait a minute") {
    auto given = plain_settings();
    given.token_requests = poolwright::throttle::quota{2, 10s, poolwright::throttle::quota_shape::fixed};
    fixture it(given);
    CHECK(it.token(client_id, client_secret, graph_scope).status() == 200);
    CHECK(it.token(client_id, client_secret, graph_scope).status() == 200);
    auto const got = it.token(client_id, client_secret, graph_scope);
    CHECK(got.status() == 429);
    CHECK(got.header("Retry-After") == "60");
    it.pass(59s);
    CHECK(it.token(client_id, client_secret, graph_scope).status() == 200);
    CHECK(it.model.counted().early_calls == 1);
    CHECK(it.model.counted().throttled == 1);
}

TEST_SUITE_END();
