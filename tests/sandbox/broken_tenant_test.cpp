#include "examples/sandbox/routes.hpp"
#include "examples/sandbox/timestamps.hpp"
#include "tests/sandbox/fixture.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

// Tenants that are unlike the others, as the faults file names them.

TEST_SUITE_BEGIN("sandbox");

using namespace sandbox_test;
using namespace std::chrono_literals;

namespace {

// A sandbox whose tenant "odd.example" is what the entry says besides its name.
fixture with_tenant(std::string_view entry, sandbox::national_cloud cloud = sandbox::national_cloud::global) {
    auto const document = fmt::format(
        R"({{"schema":"poolwright.faults/1","tenants":[{{"tenant_id":"odd.example",{}}}]}})", entry);
    auto parsed = sandbox::parse_faults(document, sandbox::route_names());
    REQUIRE_MESSAGE(parsed.has_value(), document);
    auto given = plain_settings();
    given.faults = *parsed;
    given.cloud = cloud;
    fixture made(std::move(given));
    made.in_tenant = "odd.example";
    return made;
}

std::int64_t aadsts(answer const& got) {
    auto const* const codes = got.body.if_contains("error_codes");
    return codes == nullptr ? 0 : codes->as_array().at(0).as_int64();
}

constexpr std::string_view with_secret = R"({"displayName":"a","passwordCredentials":[{}]})";

// Valid until 2046, DER in base64.
constexpr std::string_view certificate =
    "MIIBfjCCASWgAwIBAgIUY5GTxl8/vDSr6rIzFxzT01Fr3GIwCgYIKoZIzj0EAwIwFTETMBEGA1UEAwwKcG9vbHdy"
    "aWdodDAeFw0yNjExMjYwMTA1MTFaFw00NjExMjEwMTA1MTFaMBUxEzARBgNVBAMMCnBvb2x3cmlnaHQwWTATBgcq"
    "hkjOPQIBBggqhkjOPQMBBwNCAARmJhK7d0x43BJ5JVj0Hk48yfgx9KflUvCQ+HCeGtnpxgKlbfIGHn+OrhjbnqFY"
    "/vG3jx/vqZuoCqPxIKvlG6e9o1MwUTAdBgNVHQ4EFgQUC2lp25KGINEfBvZQY6QxEces2dYwHwYDVR0jBBgwFoAU"
    "C2lp25KGINEfBvZQY6QxEces2dYwDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNHADBEAiBhjvIzLu4SWYRx"
    "PfQnSgCdEtjRuAu1GuiDYgMdmX3R8gIgQk9mK4D/jUpqGiLbw77cAxgzZsU1GjC69jvPYtldzQ8=";

// It, to be used for so many days.
std::string with_certificate(int days) {
    auto const ends = sandbox::short_timestamp(start() + std::chrono::days(days));
    return fmt::format(
        R"({{"displayName":"a","keyCredentials":[{{"type":"AsymmetricX509Cert","usage":"Verify",)"
        R"("key":"{}","startDateTime":"2026-03-01T12:00:00Z","endDateTime":"{}"}}]}})",
        certificate, ends);
}

}  // namespace

TEST_CASE("what the authority of a broken tenant says to the identity that provisions") {
    struct {
        std::string_view entry;
        int status;
        std::string_view error;
        std::int64_t code;
        std::string_view text;
    } const table[] = {
        {R"("kind":"ok")", 200, "", 0, ""},
        {R"("kind":"guest")", 200, "", 0, ""},
        {R"("kind":"expired_certificate")", 200, "", 0, ""},
        {R"("kind":"unknown")", 400, "invalid_request", 90002, "not found"},
        {R"("kind":"wrong_cloud")", 400, "invalid_request", 90038, "National Cloud 'microsoftonline.us'"},
        {R"("kind":"wrong_cloud","cloud":"china")", 400, "invalid_request", 90038, "'chinacloudapi.cn'"},
        {R"("kind":"wrong_cloud","code":900432)", 400, "invalid_request", 900432, "Cross Cloud"},
        {R"("kind":"wrong_cloud","code":900382)", 400, "invalid_request", 900382, "Cross Cloud"},
        {R"("kind":"app_disabled")", 401, "unauthorized_client", 7000112, "is disabled"},
        {R"("kind":"not_installed")", 400, "unauthorized_client", 700016, std::string_view(client_id)},
        {R"("kind":"conditional_access")", 400, "invalid_grant", 53003, "Conditional Access"},
        {R"("kind":"expired_secret")", 401, "invalid_client", 7000222, "expired"},
        {R"("kind":"not_authorized_by_partner")", 400, "invalid_grant", 90099, "Partner Center API"},
        {R"("kind":"throttled_authority","requests":1)", 429, "temporarily_unavailable", 90055, "rate"},
    };
    for (auto const& row : table) {
        CAPTURE(row.entry);
        auto it = with_tenant(row.entry);
        auto const got = it.token(client_id, client_secret, graph_scope);
        CHECK(got.status() == row.status);
        CHECK(text_at(got.body, {"error"}) == row.error);
        CHECK(aadsts(got) == row.code);
        CHECK(text_at(got.body, {"error_description"}).find(row.text) != std::string::npos);
        it.in_tenant = "fine.example";
        CHECK(it.token(client_id, client_secret, graph_scope).status() == 200);
    }
}

TEST_CASE("an expired certificate is refused with its reason") {
    auto it = with_tenant(R"("kind":"expired_certificate")");
    auto const got = it.raw("POST", "/odd.example/oauth2/v2.0/token",
                            fmt::format("grant_type=client_credentials&client_id={}&client_assertion_type="
                                        "urn:ietf:params:oauth:client-assertion-type:"
                                        "jwt-bearer&client_assertion=a.b.c"
                                        "&scope=https://graph.microsoft.com/.default",
                                        client_id));
    CHECK(aadsts(got) == 700027);
    CHECK(text_at(got.body, {"error_description"}).find("[Reason - The key used is expired.") !=
          std::string::npos);
}

TEST_CASE("pool applications of a broken tenant get their tokens") {
    auto it = with_tenant(R"("kind":"revoked","after_requests":2)");
    auto const app = it.create_application("one");
    it.create_principal(app);
    CHECK(it.get("/v1.0/organization").status() == 403);
    CHECK(it.token(app.app_id, app.secret, graph_scope).status() == 200);
}

TEST_CASE("a throttled authority lets through whoever comes after the first requests") {
    auto it = with_tenant(R"("kind":"throttled_authority","requests":2)");
    for (int i = 0; i < 2; ++i) {
        CHECK(it.token(client_id, client_secret, graph_scope).header("Retry-After") == "60");
    }
    CHECK(it.token(client_id, client_secret, graph_scope).status() == 200);
}

TEST_CASE("roles that a tenant did not consent to are missing from tokens, Graph and the list of grants") {
    auto it = with_tenant(
        R"("kind":"missing_roles","roles":["AppRoleAssignment.ReadWrite.All","Policy.Read.All"])");
    auto const token = it.token_for(client_id, client_secret, graph_scope);
    CHECK(claims_of(token).at("roles").as_array().size() == sandbox::provisioning_roles().size() - 2);
    CHECK(it.get("/v1.0/organization").status() == 200);
    CHECK(it.get("/v1.0/policies/defaultAppManagementPolicy").status() == 403);
    auto const path = fmt::format("/v1.0/servicePrincipals(appId='{}')/appRoleAssignments", client_id);
    CHECK(it.get(path).body.at("value").as_array().size() == sandbox::provisioning_roles().size() - 2);
    auto const app = it.create_application("one");
    auto const principal = it.create_principal(app);
    CHECK(it.grant(principal, graph_app_id, directory_read_all).status() == 403);
}

TEST_CASE("consent that ends in the middle takes the roles of live tokens and of new ones") {
    auto it = with_tenant(R"("kind":"revoked","after_requests":3)");
    for (int i = 0; i < 3; ++i) CHECK(it.get("/v1.0/organization").status() == 200);
    auto const refused = it.get("/v1.0/organization");
    CHECK(refused.status() == 403);
    CHECK(refused.code() == "Authorization_RequestDenied");
    CHECK_FALSE(claims_of(it.token_for(client_id, client_secret, graph_scope)).contains("roles"));
}

TEST_CASE("a tenant's clock may be wrong: Date, errors and tokens agree with each other and not with ours") {
    for (auto const seconds : {-7200, 7200}) {
        CAPTURE(seconds);
        auto it = with_tenant(fmt::format(R"("kind":"skewed_clock","seconds":{})", seconds));
        auto const theirs = start() + std::chrono::seconds(seconds);
        auto const got = it.token(client_id, client_secret, graph_scope);
        REQUIRE(got.status() == 200);
        CHECK(got.header("Date") == sandbox::http_date(theirs));
        CHECK(claims_of(text_at(got.body, {"access_token"})).at("iat") == sandbox::unix_seconds(theirs));
        auto const organization = it.get("/v1.0/organization");
        CHECK(organization.status() == 200);
        CHECK(organization.header("Date") == sandbox::http_date(theirs));
        auto const missing = it.get("/v1.0/applications/00000000-0000-4000-8000-000000000001");
        CHECK(text_at(missing.body, {"error", "innerError", "date"}) == sandbox::zoneless_timestamp(theirs));
        it.pass(3599s);
        CHECK(it.get("/v1.0/organization").status() == 401);
        it.in_tenant = "fine.example";
        CHECK(it.get("/v1.0/organization").header("Date") == sandbox::http_date(it.now));
    }
}

TEST_CASE("what policies forbid, where they stand, and that they mean it") {
    struct {
        std::string_view entry;
        std::string_view list;  // of the policy's restrictions
        std::string_view type;
        std::string_view lifetime;
        std::string body;
        std::string_view code;  // of the refusal; "": the body is taken
    } const table[] = {
        {R"("kind":"secrets_forbidden")", "passwordCredentials", "passwordAddition", "",
         std::string(with_secret), "CredentialTypeNotAllowedAsPerAppPolicy"},
        {R"("kind":"secrets_forbidden")", "passwordCredentials", "passwordAddition", "",
         with_certificate(900), ""},
        {R"("kind":"secrets_forbidden_for_new","created_after":"2026-01-01T00:00:00Z")",
         "passwordCredentials", "passwordAddition", "", std::string(with_secret),
         "CredentialTypeNotAllowedAsPerAppPolicy"},
        {R"("kind":"secrets_forbidden_for_new","created_after":"2026-04-01T00:00:00Z")",
         "passwordCredentials", "passwordAddition", "", std::string(with_secret), ""},
        {R"("kind":"lifetime_capped","days":731)", "passwordCredentials", "passwordLifetime", "P731D",
         std::string(with_secret), ""},
        {R"("kind":"lifetime_capped","days":30)", "passwordCredentials", "passwordLifetime", "P30D",
         std::string(with_secret), "CredentialInvalidLifetimeAsPerAppPolicy"},
        {R"("kind":"certificates_capped")", "keyCredentials", "asymmetricKeyLifetime", "P180D",
         with_certificate(181), "CredentialInvalidLifetimeAsPerAppPolicy"},
        {R"("kind":"certificates_capped")", "keyCredentials", "asymmetricKeyLifetime", "P180D",
         with_certificate(180), ""},
        {R"("kind":"certificates_capped")", "keyCredentials", "asymmetricKeyLifetime", "P180D",
         std::string(with_secret), ""},
    };
    for (auto const policy : {"default", "application"}) {
        for (auto const& row : table) {
            CAPTURE(policy);
            CAPTURE(row.entry);
            CAPTURE(row.body);
            auto it = with_tenant(fmt::format(R"({},"policy":"{}")", row.entry, policy));
            auto const by_default = it.get("/v1.0/policies/defaultAppManagementPolicy").body;
            auto const listed = it.get("/v1.0/policies/appManagementPolicies").body.at("value").as_array();
            auto const is_default = policy == std::string_view("default");
            CHECK(by_default.at("isEnabled") == is_default);
            CHECK(listed.size() == (is_default ? 0 : 3));
            auto const& where =
                is_default ? by_default.at("applicationRestrictions") : listed.back().at("restrictions");
            CHECK(text_at(where, {row.list, "restrictionType"}) == row.type);
            CHECK(text_at(where, {row.list, "maxLifetime"}) == row.lifetime);
            auto const got = it.call("POST", "/v1.0/applications", row.body);
            CHECK(got.status() == (row.code.empty() ? 201 : 400));
            CHECK(got.code() == row.code);
            if (!is_default && !row.code.empty()) {
                CHECK(got.message().find(text_at(listed.back(), {"id"})) != std::string::npos);
            }
        }
    }
}

TEST_CASE("a policy for new applications leaves the older ones their secrets") {
    auto it = with_tenant(R"("kind":"secrets_forbidden_for_new","created_after":"2026-04-01T00:00:00Z")");
    auto const app = it.create_application("old");
    it.pass(std::chrono::days(60));
    it.use_token("");
    CHECK(it.call("POST", "/v1.0/applications", with_secret).code() ==
          "CredentialTypeNotAllowedAsPerAppPolicy");
    CHECK(it.call("POST", fmt::format("/v1.0/applications/{}/addPassword", app.id)).status() == 200);
}

TEST_CASE("the list of policies comes in pages") {
    auto it = with_tenant(R"("kind":"lifetime_capped","policy":"application")");
    std::size_t seen = 0;
    std::string next = "/v1.0/policies/appManagementPolicies?$top=1";
    for (int page = 0; !next.empty() && page < 50; ++page) {
        auto const got = it.get(next);
        REQUIRE(got.status() == 200);
        seen += got.body.at("value").as_array().size();
        next = text_at(got.body, {"@odata.nextLink"});
        if (!next.empty()) next.erase(0, std::string_view("https://localhost").size());
    }
    CHECK(seen == 3);
}

TEST_CASE("a full directory is full for the tenant, for its creator, or for either") {
    struct {
        std::string_view entry;
        bool tenant;
        bool principal;
    } const table[] = {{R"("kind":"quota")", true, true},
                       {R"("kind":"quota","whose":"tenant")", true, false},
                       {R"("kind":"quota","whose":"principal")", false, true}};
    for (auto const& row : table) {
        CAPTURE(row.entry);
        auto it = with_tenant(row.entry);
        auto for_tenant = false;
        auto for_principal = false;
        for (int i = 0; i < 40; ++i) {
            auto const got = it.call("POST", "/v1.0/applications", R"({"displayName":"a"})");
            CHECK(got.code() == "Directory_QuotaExceeded");
            for_tenant |= got.message().find("for the Tenant") != std::string::npos;
            for_principal |= got.message().find("for the Principal") != std::string::npos;
        }
        CHECK(for_tenant == row.tenant);
        CHECK(for_principal == row.principal);
    }
}

TEST_SUITE_END();
