#include "tests/sandbox/fixture.hpp"

#include <boost/json/array.hpp>
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <set>

TEST_SUITE_BEGIN("sandbox");

using namespace sandbox_test;

namespace {

std::string assignment(std::string_view principal, std::string_view resource, std::string_view role) {
    return fmt::format(R"({{"principalId":"{}","resourceId":"{}","appRoleId":"{}"}})", principal, resource,
                       role);
}

}  // namespace

TEST_CASE("a role is granted from either side") {
    fixture it;
    auto const app = it.create_application("poolwright-exchange-0001");
    auto const principal = it.create_principal(app);
    auto const graph = it.resource_id(graph_app_id);
    auto const got = it.grant(principal, graph_app_id, directory_read_all);
    REQUIRE(got.status() == 201);
    CHECK(text_at(got.body, {"@odata.context"}) ==
          "https://graph.microsoft.com/v1.0/$metadata#appRoleAssignments/$entity");
    CHECK(text_at(got.body, {"id"}).size() == 43);
    CHECK(text_at(got.body, {"principalType"}) == "ServicePrincipal");
    CHECK(text_at(got.body, {"principalDisplayName"}) == "Backup poolwright-exchange-0001");
    CHECK(text_at(got.body, {"resourceDisplayName"}) == "Microsoft Graph");
    CHECK(text_at(got.body, {"appRoleId"}) == directory_read_all);

    auto const other_side =
        fmt::format("/v1.0/servicePrincipals(appId='{}')/appRoleAssignedTo", graph_app_id);
    CHECK(it.call("POST", other_side, assignment(principal, graph, group_read_all)).status() == 201);
    auto const listed = it.get("/v1.0/servicePrincipals/" + principal + "/appRoleAssignments");
    CHECK(listed.body.at("value").as_array().size() == 2);
    // The identity that provisions holds its six roles, too.
    CHECK(it.get(other_side).body.at("value").as_array().size() == 9);
}

TEST_CASE("granting what is there already") {
    fixture it;
    auto const principal = it.create_principal(it.create_application("poolwright-exchange-0001"));
    REQUIRE(it.grant(principal, graph_app_id, directory_read_all).status() == 201);
    std::set<std::string> seen;
    for (int i = 0; i < 200; ++i) {
        auto const got = it.grant(principal, graph_app_id, directory_read_all);
        seen.insert(fmt::format("{} {} {}", got.status(), got.code(), got.message()));
    }
    CHECK(seen == std::set<std::string>{
                      "400 Request_BadRequest Permission being assigned already exists on the object",
                      "400 Request_MultipleObjectsWithSameKeyValue EntitlementGrant entry already exists.",
                      "409 Request_MultipleObjectsWithSameKeyValue EntitlementGrant entry already exists."});
    CHECK(it.get("/v1.0/servicePrincipals/" + principal + "/appRoleAssignments")
              .body.at("value")
              .as_array()
              .size() == 1);
}

TEST_CASE("what a grant refuses") {
    fixture it;
    auto const principal = it.create_principal(it.create_application("poolwright-exchange-0001"));
    auto const graph = it.resource_id(graph_app_id);
    auto const exchange = it.resource_id(exchange_app_id);
    constexpr std::string_view nobody = "12345678-0000-4000-8000-000000000000";
    struct {
        std::string body;
        int status;
        std::string_view message;
    } const table[] = {
        {"rubbish", 400,
         "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of "
         "valid JSON "
         "format."},
        {R"({"principalId":"x"})", 400,
         "Invalid value specified for property 'principalId' of resource 'AppRoleAssignment'."},
        {assignment(nobody, graph, directory_read_all), 400,
         "Invalid value specified for property 'principalId' of resource 'AppRoleAssignment'."},
        {assignment(principal, graph, full_access_as_app), 400,
         "Permission being assigned was not found on application"},
        {assignment(principal, exchange, directory_read_all), 400,
         "Permission being assigned was not found on application"},
        {assignment(principal, nobody, directory_read_all), 404,
         "Resource '12345678-0000-4000-8000-000000000000' does not exist or one of its queried "
         "reference-property "
         "objects are not present."},
    };
    for (auto const& row : table) {
        CAPTURE(row.body);
        auto const got =
            it.call("POST", "/v1.0/servicePrincipals/" + principal + "/appRoleAssignments", row.body);
        CHECK(got.status() == row.status);
        CHECK(got.message() == row.message);
    }
    auto const target = fmt::format("/v1.0/servicePrincipals/{}/appRoleAssignments", nobody);
    CHECK(it.call("POST", target, assignment(nobody, graph, directory_read_all)).status() == 404);
    CHECK(it.get(target).status() == 404);
}

TEST_CASE("a grant is revoked once, from either side") {
    fixture it;
    auto const app = it.create_application("poolwright-exchange-0001");
    auto const principal = it.create_principal(app);
    auto const mine = "/v1.0/servicePrincipals/" + principal + "/appRoleAssignments/";
    auto const theirs = "/v1.0/servicePrincipals/" + it.resource_id(graph_app_id) + "/appRoleAssignedTo/";
    for (auto const& side : {mine, theirs}) {
        auto const id = text_at(it.grant(principal, graph_app_id, directory_read_all).body, {"id"});
        CHECK(it.call("DELETE", side + id).status() == 204);
        auto const again = it.call("DELETE", side + id);
        CHECK(again.status() == 404);
        CHECK(again.message() == "EntitlementGrant being updated or deleted is not found.");
    }
    CHECK(it.call("DELETE", mine + "nonsense").status() == 404);
    auto const token = it.token_for(app.app_id, app.secret, graph_scope);
    CHECK_FALSE(claims_of(token).contains("roles"));
}

TEST_CASE("granting needs both permissions") {
    struct {
        std::vector<std::string> roles;
        int status;
    } const table[] = {
        {{"AppRoleAssignment.ReadWrite.All", "Application.Read.All", "Application.ReadWrite.OwnedBy"}, 201},
        {{"AppRoleAssignment.ReadWrite.All", "Directory.Read.All", "Application.ReadWrite.OwnedBy"}, 201},
        {{"AppRoleAssignment.ReadWrite.All", "Application.ReadWrite.OwnedBy"}, 403},
        {{"Application.Read.All", "Application.ReadWrite.OwnedBy"}, 403},
    };
    for (auto const& row : table) {
        auto given = plain_settings();
        given.identities.front().roles = row.roles;
        fixture it(given);
        auto const principal = it.create_principal(it.create_application("poolwright-exchange-0001"));
        // The resource's id, which the poorest caller may not read.
        auto const graph =
            to_string(sandbox::name_based_guid(fmt::format("{}/servicePrincipals/{}", tenant, graph_app_id)));
        auto const got = it.call("POST", "/v1.0/servicePrincipals/" + principal + "/appRoleAssignments",
                                 assignment(principal, graph, directory_read_all));
        CHECK(got.status() == row.status);
    }
}

TEST_SUITE_END();
