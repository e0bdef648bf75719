#include "tests/sandbox/fixture.hpp"

#include <boost/json/array.hpp>
#include <doctest/doctest.h>
#include <fmt/format.h>

TEST_SUITE_BEGIN("sandbox");

using namespace sandbox_test;

TEST_CASE("a service principal of an own application") {
    fixture it;
    auto const app = it.create_application("poolwright-exchange-0001");
    auto const got =
        it.call("POST", "/v1.0/servicePrincipals", fmt::format(R"({{"appId":"{}"}})", app.app_id));
    REQUIRE(got.status() == 201);
    auto const id = text_at(got.body, {"id"});
    CHECK(id != app.id);
    CHECK(text_at(got.body, {"appId"}) == app.app_id);
    CHECK(text_at(got.body, {"appOwnerOrganizationId"}) == tenant);
    CHECK(text_at(got.body, {"displayName"}) == "Backup poolwright-exchange-0001");
    CHECK(got.body.at("accountEnabled") == true);
    CHECK(got.body.at("tags").as_array().size() == 3);
    CHECK(got.header("Location").find(id) != std::string::npos);
    for (auto const& target :
         {"/v1.0/servicePrincipals/" + id, "/v1.0/servicePrincipals(appId='" + app.app_id + "')"}) {
        CHECK(text_at(it.get(target).body, {"id"}) == id);
    }

    auto const again =
        it.call("POST", "/v1.0/servicePrincipals", fmt::format(R"({{"appId":"{}"}})", app.app_id));
    CHECK(again.status() == 409);
    CHECK(again.code() == "Request_MultipleObjectsWithSameKeyValue");
    CHECK(text_at(again.body, {"error", "details", "code"}) == "ObjectConflict");
    CHECK(again.message().find(app.app_id) != std::string::npos);
}

TEST_CASE("what a create refuses") {
    fixture it;
    auto const app = it.create_application("poolwright-exchange-0001");
    it.model.add_foreign_application(tenant, "Payroll", "", {}, it.now);
    std::string foreign_app_id;
    it.model.visit_applications([&](sandbox::application_view const& each) {
        if (each.display_name == "Payroll") foreign_app_id = each.app_id;
    });
    struct {
        std::string body;
        int status;
        std::string_view code;
        std::string_view detail;
    } const table[] = {
        {"rubbish", 400, "BadRequest", ""},
        {"{}", 400, "Request_BadRequest", "MissingValue"},
        {R"({"appId":"nonsense"})", 400, "Request_BadRequest", "NoBackingApplicationObject"},
        {R"({"appId":"12345678-0000-4000-8000-000000000000"})", 400, "Request_BadRequest",
         "NoBackingApplicationObject"},
        {fmt::format(R"({{"appId":"{}","passwordCredentials":[{{}}]}})", app.app_id), 400,
         "Request_BadRequest", "InvalidProperty"},
        {fmt::format(R"({{"appId":"{}"}})", foreign_app_id), 403, "Authorization_RequestDenied", ""},
        {fmt::format(R"({{"appId":"{}"}})", graph_app_id), 409, "Request_MultipleObjectsWithSameKeyValue",
         "ObjectConflict"},
    };
    for (auto const& row : table) {
        CAPTURE(row.body);
        auto const got = it.call("POST", "/v1.0/servicePrincipals", row.body);
        CHECK(got.status() == row.status);
        CHECK(got.code() == row.code);
        CHECK(text_at(got.body, {"error", "details", "code"}) == row.detail);
    }
}

TEST_CASE("an upsert by appId") {
    fixture it;
    auto const app = it.create_application("poolwright-exchange-0001");
    auto const target = "/v1.0/servicePrincipals(appId='" + app.app_id + "')";
    sandbox::header_list const prefer{{"Prefer", "create-if-missing"}};
    CHECK(it.call("PATCH", target, "{}").status() == 404);
    CHECK(it.call("PATCH", target, "{}", prefer).status() == 201);
    CHECK(it.call("PATCH", target, R"({"notes":"n"})", prefer).status() == 204);
    CHECK(text_at(it.get(target).body, {"notes"}) == "n");
    CHECK(it.call("PATCH", target, R"({"colour":"blue"})").status() == 400);
}

TEST_CASE("a deleted principal leaves room for another") {
    fixture it;
    auto const app = it.create_application("poolwright-exchange-0001");
    auto const id = it.create_principal(app);
    CHECK(it.call("DELETE", "/v1.0/servicePrincipals/" + id).status() == 204);
    CHECK(it.call("DELETE", "/v1.0/servicePrincipals/" + id).status() == 404);
    CHECK(it.token(app.app_id, app.secret, graph_scope).status() == 400);
    CHECK(it.create_principal(app) != id);
}

TEST_CASE("the resources of a tenant and their roles") {
    auto given = plain_settings();
    given.faults.tenants = {{"no-exchange.example", sandbox::tenant_kind::no_exchange}};
    fixture it(given);
    auto const graph = it.get(fmt::format("/v1.0/servicePrincipals(appId='{}')", graph_app_id));
    REQUIRE(graph.status() == 200);
    CHECK(text_at(graph.body, {"displayName"}) == "Microsoft Graph");
    CHECK(graph.body.at("appRoles").as_array().size() == 32);
    CHECK(graph.raw.body.find("Group.Write.All") == std::string::npos);
    auto const exchange =
        it.get(fmt::format("/v1.0/servicePrincipals(appId='{}')?$select=id,appRoles", exchange_app_id));
    CHECK(text_at(exchange.body, {"appRoles", "id"}) == full_access_as_app);
    CHECK(text_at(exchange.body, {"appRoles", "value"}) == "full_access_as_app");
    auto const here = it.resource_id(graph_app_id);
    CHECK(it.call("PATCH", "/v1.0/servicePrincipals/" + here, "{}").status() == 403);
    CHECK(it.call("DELETE", "/v1.0/servicePrincipals/" + here).status() == 403);

    it.in_tenant = "no-exchange.example";
    CHECK(it.resource_id(graph_app_id) != here);
    CHECK(it.get(fmt::format("/v1.0/servicePrincipals(appId='{}')", exchange_app_id)).status() == 404);
}

TEST_SUITE_END();
