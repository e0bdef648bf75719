#include "tests/sandbox/fixture.hpp"

#include <boost/json/array.hpp>
#include <doctest/doctest.h>
#include <fmt/format.h>

TEST_SUITE_BEGIN("sandbox");

using namespace sandbox_test;
using namespace std::chrono_literals;

namespace {

constexpr std::string_view deleted_list = "/v1.0/directory/deletedItems/microsoft.graph.application";

std::size_t deleted_count(fixture& it) {
    return it.get(deleted_list).body.at("value").as_array().size();
}

}  // namespace

TEST_CASE("a deleted application is listed, restored with its credentials, and its principal by itself") {
    fixture it;
    auto const app = it.create_application("poolwright-exchange-0001");
    auto const principal = it.create_principal(app);
    REQUIRE(it.grant(principal, graph_app_id, directory_read_all).status() == 201);
    REQUIRE(it.call("DELETE", "/v1.0/applications/" + app.id).status() == 204);

    auto const listed = it.get(deleted_list);
    CHECK(text_at(listed.body, {"value", "id"}) == app.id);
    CHECK(text_at(listed.body, {"value", "deletedDateTime"}) == "2026-03-01T12:00:00Z");
    auto const item = "/v1.0/directory/deletedItems/" + app.id;
    CHECK(text_at(it.get(item).body, {"@odata.type"}) == "#microsoft.graph.application");
    auto const early = it.call("POST", "/v1.0/directory/deletedItems/" + principal + "/restore");
    CHECK(early.status() == 400);

    auto const restored = it.call("POST", item + "/restore");
    CHECK(restored.status() == 200);
    CHECK(text_at(restored.body, {"uniqueName"}) == "poolwright-exchange-0001");
    CHECK(deleted_count(it) == 0);
    CHECK(it.get("/v1.0/applications/" + app.id).status() == 200);
    CHECK(it.get("/v1.0/servicePrincipals/" + principal).status() == 404);
    CHECK(it.token(app.app_id, app.secret, graph_scope).status() == 400);

    auto const also = it.call("POST", "/v1.0/directory/deletedItems/" + principal + "/restore");
    CHECK(also.status() == 200);
    CHECK(text_at(also.body, {"@odata.type"}) == "#microsoft.graph.servicePrincipal");
    auto const token = it.token_for(app.app_id, app.secret, graph_scope);
    CHECK(claims_of(token).at("roles").as_array().size() == 1);
}

TEST_CASE("a purged application frees its name, an expired one too") {
    fixture it;
    auto const app = it.create_application("poolwright-exchange-0001");
    REQUIRE(it.call("DELETE", "/v1.0/applications/" + app.id).status() == 204);
    CHECK(it.call("DELETE", "/v1.0/directory/deletedItems/" + app.id).status() == 204);
    CHECK(it.call("DELETE", "/v1.0/directory/deletedItems/" + app.id).status() == 404);
    auto const again = it.create_application("poolwright-exchange-0001");
    CHECK(again.id != app.id);

    REQUIRE(it.call("DELETE", "/v1.0/applications/" + again.id).status() == 204);
    CHECK(deleted_count(it) == 1);
    it.pass(std::chrono::days(30));
    it.use_token("");
    CHECK(deleted_count(it) == 0);
    CHECK(it.call("POST", "/v1.0/directory/deletedItems/" + again.id + "/restore").status() == 404);
}

TEST_CASE("a principal can be purged by itself") {
    fixture it;
    auto const app = it.create_application("poolwright-exchange-0001");
    auto const principal = it.create_principal(app);
    REQUIRE(it.call("DELETE", "/v1.0/servicePrincipals/" + principal).status() == 204);
    CHECK(it.get("/v1.0/directory/deletedItems/" + principal).status() == 200);
    CHECK(it.call("DELETE", "/v1.0/directory/deletedItems/" + principal).status() == 204);
    CHECK(it.get("/v1.0/directory/deletedItems/" + principal).status() == 404);
    CHECK(it.get("/v1.0/applications/" + app.id).status() == 200);
}

TEST_CASE("somebody else's deleted application is not ours to restore, and live ones are not there") {
    fixture it;
    auto const foreign = it.model.add_foreign_application(tenant, "Payroll", "", {}, it.now);
    CHECK(it.get("/v1.0/directory/deletedItems/" + foreign).status() == 404);
    REQUIRE(it.model.delete_application(tenant, foreign, it.now));
    CHECK(it.call("POST", "/v1.0/directory/deletedItems/" + foreign + "/restore").status() == 403);
    CHECK(it.call("DELETE", "/v1.0/directory/deletedItems/" + foreign).status() == 403);
    CHECK(it.get("/v1.0/directory/deletedItems/nonsense").status() == 404);
}

TEST_SUITE_END();
