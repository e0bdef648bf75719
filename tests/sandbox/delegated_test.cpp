#include "examples/sandbox/encoding.hpp"
#include "examples/sandbox/routes.hpp"
#include "tests/sandbox/fixture.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

// Tokens for a person of the partner: by a code on another device, and by the refresh token that this leaves.

TEST_SUITE_BEGIN("sandbox");

using namespace sandbox_test;
using namespace std::chrono_literals;

namespace {

constexpr std::string_view public_id = "aaaaaaaa-bbbb-4ccc-8ddd-ffffffffffff";
constexpr std::string_view other_id = "aaaaaaaa-bbbb-4ccc-8ddd-000000000001";
constexpr std::string_view default_scope = "https://graph.microsoft.com/.default offline_access";

sandbox::settings partner_settings(std::string_view tenants = "") {
    auto given = plain_settings();
    auto parsed = sandbox::parse_faults(
        fmt::format(R"({{"schema":"poolwright.faults/1","tenants":[{}]}})", tenants), sandbox::route_names());
    REQUIRE(parsed.has_value());
    given.faults = *parsed;
    given.identities.front().scopes = sandbox::provisioning_scopes();
    for (auto const id : {public_id, other_id}) {
        sandbox::identity tool{sandbox::parse_guid(id).value(), "", "a partner's tool", {}};
        tool.scopes = sandbox::provisioning_scopes();
        tool.is_public = true;
        given.identities.push_back(tool);
    }
    return given;
}

struct partner : fixture {
    explicit partner(std::string_view tenants = "") : fixture(partner_settings(tenants)) {}

    answer post(std::string_view in, std::string_view leaf, std::string const& form) {
        return raw("POST", fmt::format("/{}/oauth2/v2.0/{}", in, leaf), form);
    }
    // The secret of the confidential client comes with it.
    answer refresh(std::string_view in, std::string_view token, std::string_view id = client_id,
                   std::string_view scope = default_scope) {
        auto form = fmt::format("grant_type=refresh_token&client_id={}&refresh_token={}&scope={}", id, token,
                                sandbox::percent_encode(scope));
        if (id == client_id) form += fmt::format("&client_secret={}", client_secret);
        return post(in, "token", form);
    }
    answer begin(std::string_view id = public_id, std::string_view scope = default_scope) {
        return post("organizations", "devicecode",
                    fmt::format("client_id={}&scope={}", id, sandbox::percent_encode(scope)));
    }
    answer poll(std::string_view code, std::string_view id = public_id) {
        return post(
            "organizations", "token",
            fmt::format("grant_type=urn:ietf:params:oauth:grant-type:device_code&client_id={}&device_code={}",
                        id, code));
    }
    int decide(answer const& begun, std::string_view what) {
        auto const code = text_at(begun.body, {"user_code"});
        return raw("POST", fmt::format("/sandbox/devicecode/{}/{}", code, what)).status();
    }
};

std::int64_t aadsts(answer const& got) {
    auto const* const codes = got.body.if_contains("error_codes");
    return codes == nullptr ? 0 : codes->as_array().at(0).as_int64();
}

std::string error_of(answer const& got) {
    return text_at(got.body, {"error"});
}

}  // namespace

TEST_CASE("a sign-in on another device, from the code to the token") {
    partner it;
    auto const begun = it.begin();
    REQUIRE(begun.status() == 200);
    CHECK(begun.body.at("expires_in") == 900);
    CHECK(begun.body.at("interval") == 5);
    CHECK(text_at(begun.body, {"message"}).find(text_at(begun.body, {"user_code"})) != std::string::npos);
    auto const code = text_at(begun.body, {"device_code"});
    CHECK(error_of(it.poll(code)) == "authorization_pending");
    it.pass(4s);
    CHECK(error_of(it.poll(code)) == "slow_down");
    it.pass(5s);
    CHECK(error_of(it.poll(code)) == "authorization_pending");
    CHECK(it.decide(begun, "approve") == 204);
    it.pass(5s);
    CHECK(error_of(it.poll(code, other_id)) == "bad_verification_code");
    auto const got = it.poll(code);
    REQUIRE(got.status() == 200);
    auto const claims = claims_of(text_at(got.body, {"access_token"}));
    CHECK(text_at(claims, {"scp"}).starts_with("Application.ReadWrite.All AppRoleAssignment.ReadWrite.All "));
    CHECK(text_at(claims, {"idtyp"}) == "user");
    CHECK_FALSE(claims.contains("roles"));
    CHECK_FALSE(text_at(got.body, {"refresh_token"}).empty());
    CHECK(aadsts(it.poll(code)) == 54005);
}

TEST_CASE("how a sign-in on another device ends otherwise") {
    partner it;
    auto const declined = it.begin();
    CHECK(it.decide(declined, "decline") == 204);
    CHECK(it.decide(declined, "approve") == 404);
    CHECK(error_of(it.poll(text_at(declined.body, {"device_code"}))) == "authorization_declined");
    auto const late = it.begin();
    it.pass(15min);
    CHECK(error_of(it.poll(text_at(late.body, {"device_code"}))) == "expired_token");
    CHECK(it.decide(late, "approve") == 404);
    CHECK(error_of(it.poll("nonsense")) == "bad_verification_code");
    CHECK(aadsts(it.post("organizations", "devicecode", "scope=x")) == 900144);
    CHECK(aadsts(it.post("organizations", "devicecode", fmt::format("client_id={}", public_id))) == 900144);
    CHECK(aadsts(it.begin("aaaaaaaa-0000-4ccc-8ddd-000000000009")) == 700016);
}

TEST_CASE("no refresh token without offline_access, and only what was asked for") {
    partner it;
    auto const begun = it.begin(public_id, "https://graph.microsoft.com/Directory.Read.All openid");
    it.decide(begun, "approve");
    auto const got = it.poll(text_at(begun.body, {"device_code"}));
    CHECK_FALSE(got.body.contains("refresh_token"));
    CHECK(text_at(got.body, {"scope"}) == "https://graph.microsoft.com/Directory.Read.All");
}

TEST_CASE("a refresh token opens every tenant, again and again, for its own application") {
    partner it;
    auto const first = it.model.issue_refresh_token(client_id, it.now);
    auto const got = it.refresh(tenant, first);
    REQUIRE(got.status() == 200);
    auto const second = text_at(got.body, {"refresh_token"});
    CHECK(second != first);
    CHECK(text_at(claims_of(text_at(got.body, {"access_token"})), {"tid"}) == tenant);
    it.pass(std::chrono::days(80));
    CHECK(it.refresh("fabrikam.example", first).status() == 200);
    CHECK(it.refresh("fabrikam.example", second).status() == 200);
    CHECK(aadsts(it.refresh(tenant, first, public_id)) == 70000);
    CHECK(aadsts(it.refresh(tenant, first + "x")) == 70000);
    CHECK(aadsts(it.refresh(tenant, "nonsense")) == 70000);
    it.pass(std::chrono::days(11));
    CHECK(aadsts(it.refresh(tenant, first)) == 700082);
    auto const third = it.model.issue_refresh_token(client_id, it.now);
    CHECK(it.raw("POST", "/sandbox/refresh_tokens/revoke").status() == 204);
    CHECK(aadsts(it.refresh(tenant, third)) == 50173);
    CHECK(error_of(it.refresh(tenant, third)) == "invalid_grant");
    it.pass(1s);
    CHECK(it.refresh(tenant, it.model.issue_refresh_token(client_id, it.now)).status() == 200);
}

TEST_CASE("a confidential client shows its secret, a public one has none to show") {
    partner it;
    auto const token = it.model.issue_refresh_token(client_id, it.now);
    auto const form = fmt::format("grant_type=refresh_token&client_id={}&refresh_token={}", client_id, token);
    CHECK(aadsts(it.post(tenant, "token", form)) == 7000218);
    CHECK(aadsts(it.post(tenant, "token", form + "&client_secret=wrong")) == 7000215);
    CHECK(it.refresh(tenant, it.model.issue_refresh_token(public_id, it.now), public_id).status() == 200);
    CHECK(aadsts(it.token(public_id, "", graph_scope)) == 700025);
}

TEST_CASE("what a tenant says to a person of the partner") {
    struct {
        std::string_view kind;
        std::int64_t code;
    } const table[] = {
        {R"("kind":"ok")", 0},
        {R"("kind":"no_consent")", 65001},
        {R"("kind":"guest")", 50020},
        {R"("kind":"not_authorized_by_partner")", 90099},
        {R"("kind":"not_installed")", 700016},
        {R"("kind":"conditional_access")", 53003},
        {R"("kind":"wrong_cloud")", 90038},
        {R"("kind":"unknown")", 90002},
        {R"("kind":"throttled_authority","requests":1)", 90055},
    };
    for (auto const& row : table) {
        CAPTURE(row.kind);
        partner it(fmt::format(R"({{"tenant_id":"odd.example",{}}})", row.kind));
        auto const token = it.model.issue_refresh_token(client_id, it.now);
        CHECK(aadsts(it.refresh("odd.example", token)) == row.code);
        CHECK(it.refresh("fine.example", token).status() == 200);
    }
}

TEST_CASE("which scopes a refresh token buys") {
    partner it(R"({"tenant_id":"odd.example","kind":"missing_roles","roles":["Policy.Read.All"]})");
    auto const token = it.model.issue_refresh_token(client_id, it.now);
    struct {
        std::string_view in;
        std::string_view scope;
        std::int64_t code;
    } const table[] = {
        {"fine.example", "", 0},
        {"fine.example", "https://graph.microsoft.com/.default", 0},
        {"fine.example", "https://localhost/.default", 0},
        {"fine.example", "Policy.Read.All", 0},
        {"odd.example", "Policy.Read.All", 65001},
        {"fine.example", "Mail.Read", 65001},
        {"fine.example", "https://vault.azure.net/.default", 70011},
    };
    for (auto const& row : table) {
        CAPTURE(row.scope);
        CHECK(aadsts(it.refresh(row.in, token, client_id, row.scope)) == row.code);
    }
}

TEST_CASE("Graph asks a person's token for the same permissions as an application's") {
    partner it;
    auto const refresh = it.model.issue_refresh_token(client_id, it.now);
    auto const token_with = [&](std::string_view scope) {
        return text_at(it.refresh(tenant, refresh, client_id, scope).body, {"access_token"});
    };
    it.use_token(token_with("Directory.Read.All"));
    CHECK(it.get("/v1.0/applications").status() == 200);
    CHECK(it.call("POST", "/v1.0/applications", R"({"displayName":"a"})").status() == 403);
    it.use_token(token_with(".default"));
    auto const app = it.create_application("poolwright-exchange-0001");
    auto const principal = it.create_principal(app);
    CHECK(it.grant(principal, graph_app_id, directory_read_all).status() == 201);
}

TEST_SUITE_END();
