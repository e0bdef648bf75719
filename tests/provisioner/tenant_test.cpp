#include "provisioner/tenant.hpp"

#include "provisioner/managed_identity.hpp"
#include "provisioner/refresh_tokens.hpp"
#include "tests/provisioner/printing.hpp"
#include "tests/provisioner/replies.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using namespace poolwright::provisioner;
using namespace poolwright::provisioner::test;
namespace planner = poolwright::planner;
using namespace std::chrono_literals;

TEST_SUITE_BEGIN("provisioner");

namespace {

constexpr std::string_view graph_api = "00000003-0000-0000-c000-000000000000";
std::vector<std::string> const rights{"Application.ReadWrite.OwnedBy", "AppRoleAssignment.ReadWrite.All",
                                      "Application.Read.All"};

tenant_access at_the_door() {
    tenant_access access;
    access.directory_id = id(0xD0);
    access.services = *find_cloud("global");
    return access;
}

// One tenant, told what to answer.
struct tenant_talk {
    tenant_access access = at_the_door();
    planner::permission_profile profile = *planner::find_profile("commvault-exchange-2020");
    client_identity identity{.client_id = "11111111-2222-3333-4444-555555555555",
                             .credential = std::make_shared<secret const>("of-the-provisioner")};
    std::chrono::steady_clock::time_point now{1000s};
    judgement last;

    [[nodiscard]] step next() const { return next_step(access, profile); }
    http_request ask() const { return request_for(next(), access, profile, identity, id(0xA1), {}); }
    meaning answer(round_trip_result const& result) {
        last = absorb(next(), access, profile, identity, result, now, {});
        return last.what;
    }
    [[nodiscard]] bool says(std::string_view words) const {
        return last.why.find(words) != std::string::npos;
    }
};

// An API with these permissions, numbered from `first`.
http_reply api(guid const& principal_id, std::vector<std::string> const& permissions, std::uint8_t first) {
    std::string roles;
    for (auto const& name : permissions) {
        roles += roles.empty() ? "" : ",";
        roles += R"({"value":")" + name + R"(","id":")" + to_string(id(first++)) + "\"}";
    }
    return reply(200, R"({"id":")" + to_string(principal_id) + R"(","appRoles":[)" + roles + "]}");
}

}  // namespace

TEST_CASE_FIXTURE(tenant_talk, "a tenant is entered with a token and the role ids of every API") {
    REQUIRE(next() == step::obtain_token);
    auto const asked = ask();
    CHECK(asked.to.host == "login.microsoftonline.com");
    CHECK(asked.target == "/" + to_string(id(0xD0)) + "/oauth2/v2.0/token");
    CHECK(asked.bearer == nullptr);
    CHECK(asked.body.reveal().find(graph_api) != std::string_view::npos);
    REQUIRE(answer(token(graph_api, rights)) == meaning::done);

    REQUIRE(next() == step::resolve_roles);
    CHECK(ask().target.find("00000002-0000-0ff1-ce00-000000000000") != std::string::npos);
    CHECK(ask().bearer == access.bearer);
    CHECK(ask().headers == header_list{{"client-request-id", to_string(id(0xA1))}});
    REQUIRE(answer(api(id(0xB1), {"x", "full_access_as_app"}, 1)) == meaning::done);
    REQUIRE(next() == step::resolve_roles);
    CHECK(ask().target.find(graph_api) != std::string::npos);
    REQUIRE(answer(api(id(0xB2), {"Group.ReadWrite.All", "Directory.Read.All"}, 3)) == meaning::done);

    CHECK(next() == step::finished);
    CHECK((access.roles == std::vector<app_role>{{id(0xB1), id(2)}, {id(0xB2), id(4)}, {id(0xB2), id(3)}}));
}

TEST_CASE_FIXTURE(tenant_talk, "a token is replaced after nine tenths of its life") {
    REQUIRE(answer(token(graph_api, rights, 3600)) == meaning::done);
    CHECK(access.renew_at == now + 3240s);
}

TEST_CASE_FIXTURE(tenant_talk, "a token that says no life is garbled, or it would be replaced without end") {
    for (int const expires_in : {0, -1}) {
        CHECK(answer(token(graph_api, rights, expires_in)) == meaning::transient);
        CHECK(access.bearer == nullptr);
        CHECK(next() == step::obtain_token);
    }
    for (std::string_view const life : {"", R"(,"expires_in":null)", R"(,"expires_in":"soon")"}) {
        auto const body =
            R"({"access_token":")" +
            jwt(R"({"roles":["Application.ReadWrite.All","AppRoleAssignment.ReadWrite.All"]})") + "\"" +
            std::string(life) + "}";
        CHECK(answer(reply(200, body)) == meaning::transient);
    }
}

TEST_CASE_FIXTURE(tenant_talk,
                  "a token without the rights to provision refuses the identity and names the remedy") {
    struct row {
        std::vector<std::string> roles;
        std::string_view lacks;
    };
    row const rows[] = {
        {{}, "Application.ReadWrite.OwnedBy"},
        {{"AppRoleAssignment.ReadWrite.All"}, "Application.ReadWrite.OwnedBy"},
        {{"Application.Read.All", "AppRoleAssignment.ReadWrite.All"}, "Application.ReadWrite.OwnedBy"},
        {{"Application.ReadWrite.OwnedBy"}, "AppRoleAssignment.ReadWrite.All"},
        {{"Application.ReadWrite.All"}, "AppRoleAssignment.ReadWrite.All"},
        {{"Application.ReadWrite.OwnedBy", "AppRoleAssignment.ReadWrite.All"}, "Application.Read.All"},
        {{}, "Application.ReadWrite.OwnedBy, AppRoleAssignment.ReadWrite.All, Application.Read.All"},
    };
    for (auto const& each : rows) {
        CHECK(answer(token(graph_api, each.roles)) == meaning::identity_refused);
        CHECK(says(each.lacks));
        CHECK(
            says("https://login.microsoftonline.com/d0d0d0d0-d0d0-d0d0-d0d0-d0d0d0d0d0d0/adminconsent"
                 "?client_id=11111111-2222-3333-4444-555555555555"));
        CHECK(access.bearer == nullptr);
    }
    CHECK(answer(token(graph_api, {"Application.ReadWrite.All", "AppRoleAssignment.ReadWrite.All"})) ==
          meaning::done);
}

TEST_CASE_FIXTURE(tenant_talk, "what keeps a tenant from being entered") {
    CHECK(answer(lost()) == meaning::transient);
    CHECK(answer(untrusted()) == meaning::untrusted);
    CHECK(answer(throttled()) == meaning::wait);
    CHECK(answer(authority_refusal(400, 700'016, "unauthorized_client")) == meaning::identity_refused);
    CHECK(answer(authority_refusal(400, 90'002, "invalid_request")) == meaning::tenant_refused);
    CHECK(answer(reply(200, "<html>")) == meaning::transient);
    CHECK(next() == step::obtain_token);
}

TEST_CASE_FIXTURE(tenant_talk, "a permission or an API that the tenant does not have refuses it by name") {
    REQUIRE(answer(token(graph_api, rights)) == meaning::done);
    CHECK(answer(refusal(404, "Request_ResourceNotFound", "")) == meaning::tenant_refused);
    CHECK(says("licence"));
    CHECK(answer(api(id(0xB1), {"x"}, 1)) == meaning::tenant_refused);
    CHECK(says("Office 365 Exchange Online has no application permission full_access_as_app"));
    CHECK(answer(reply(200, R"({"id":null})")) == meaning::transient);
    CHECK(answer(refusal(401, "InvalidAuthenticationToken", "")) == meaning::token_refused);
    CHECK(access.roles.empty());
    CHECK(access.resources_resolved == 0);
    CHECK(next() == step::resolve_roles);
}

TEST_CASE_FIXTURE(tenant_talk, "a refused token is replaced once, and then the tenant refuses it") {
    REQUIRE(answer(token(graph_api, rights)) == meaning::done);
    auto const first = access.bearer;
    CHECK(refuse_bearer(access, first.get()));
    CHECK(access.bearer == nullptr);
    CHECK(next() == step::obtain_token);
    // Another call that was in flight with the same token.
    CHECK(refuse_bearer(access, first.get()));
    REQUIRE(answer(token(graph_api, rights)) == meaning::done);
    auto const second = access.bearer;
    CHECK(refuse_bearer(access, first.get()));
    CHECK(access.bearer == second);
    CHECK_FALSE(refuse_bearer(access, second.get()));

    SUBCASE("unless a call succeeded in between") {
        access.bearer_refused = false;
        CHECK(refuse_bearer(access, second.get()));
        CHECK(next() == step::obtain_token);
    }
}

TEST_CASE_FIXTURE(tenant_talk, "roles that were resolved are not resolved again for a new token") {
    answer(token(graph_api, rights));
    answer(api(id(0xB1), {"full_access_as_app"}, 1));
    refuse_bearer(access, access.bearer.get());
    answer(token(graph_api, rights));
    CHECK(next() == step::resolve_roles);
    CHECK(ask().target.find(graph_api) != std::string::npos);
    CHECK(access.roles.size() == 1);
}

TEST_CASE_FIXTURE(tenant_talk,
                  "for a person the rights stand in scp, and every reply renews the refresh token") {
    identity.person = std::make_shared<refresh_tokens>(std::make_shared<secret const>("0.first"));
    auto const asked = ask();
    CHECK(asked.body.reveal().find("grant_type=refresh_token&") == 0);
    CHECK(asked.body.reveal().find("&refresh_token=0.first&") != std::string_view::npos);
    CHECK(asked.body.reveal().find("client_secret=of-the-provisioner") != std::string_view::npos);
    CHECK(asked.body.reveal().ends_with("%2F.default%20offline_access"));
    CHECK(asked.grant->reveal() == "0.first");
    auto const given = [](std::string const& scopes) {
        return reply(200, R"({"expires_in":3600,"refresh_token":"0.second","access_token":")" +
                              jwt(R"({"aud":"x","scp":")" + scopes + "\"}") + "\"}");
    };
    CHECK(answer(given("Directory.Read.All AppRoleAssignment.ReadWrite.All")) == meaning::identity_refused);
    CHECK(says("lacks Application.ReadWrite.All"));
    CHECK(answer(given(" Application.ReadWrite.All  AppRoleAssignment.ReadWrite.All")) == meaning::done);
    CHECK(identity.person->newest()->reveal() == "0.second");
    CHECK(identity.person->changed());
}

TEST_CASE_FIXTURE(tenant_talk, "a managed identity that is the caller has its platform give the token") {
    identity.credential = {};
    identity.itself =
        std::make_shared<managed_identity const>(managed_identity{*managed_platform::find({}), {}});
    auto const asked = ask();
    CHECK(asked.to.host == "169.254.169.254");
    CHECK(asked.in_clear.has_value());
    CHECK(asked.target.ends_with("&resource=https%3A%2F%2Fgraph.microsoft.com"));
    auto const body = R"({"expires_in":"3600","access_token":")" +
                      jwt(R"({"roles":["Application.ReadWrite.All","AppRoleAssignment.ReadWrite.All"]})") +
                      "\"}";
    CHECK(answer(reply(200, body)) == meaning::done);
    CHECK(access.renew_at == now + 3240s);
}

TEST_SUITE_END();
