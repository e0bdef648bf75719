#include "tests/sandbox/fixture.hpp"

#include <boost/json/array.hpp>
#include <doctest/doctest.h>
#include <fmt/format.h>

TEST_SUITE_BEGIN("sandbox");

using namespace sandbox_test;
using namespace std::chrono_literals;

TEST_CASE("a password is added, works, and is removed") {
    fixture it;
    auto const app = it.create_application("poolwright-exchange-0001");
    it.create_principal(app);
    auto const got =
        it.call("POST", "/v1.0/applications(appId='" + app.app_id + "')/addPassword",
                R"({"passwordCredential":{"displayName":"second","endDateTime":"2026-06-01T00:00:00Z"}})");
    REQUIRE(got.status() == 200);
    CHECK(text_at(got.body, {"@odata.context"}) ==
          "https://graph.microsoft.com/v1.0/$metadata#microsoft.graph.passwordCredential");
    CHECK(text_at(got.body, {"displayName"}) == "second");
    CHECK(text_at(got.body, {"endDateTime"}) == "2026-06-01T00:00:00Z");
    auto const secret = text_at(got.body, {"secretText"});
    CHECK(it.token(app.app_id, secret, graph_scope).status() == 200);
    CHECK(it.model.take_inventory().orphan_credentials == 1);

    auto const remove = fmt::format(R"({{"keyId":"{}"}})", text_at(got.body, {"keyId"}));
    CHECK(it.call("POST", "/v1.0/applications/" + app.id + "/removePassword", remove).status() == 204);
    CHECK(it.call("POST", "/v1.0/applications/" + app.id + "/removePassword", remove).status() == 400);
    CHECK(it.token(app.app_id, secret, graph_scope).status() == 401);
    CHECK(it.token(app.app_id, app.secret, graph_scope).status() == 200);
    CHECK(it.model.take_inventory().orphan_credentials == 0);
}

TEST_CASE("what addPassword and removePassword take") {
    auto given = plain_settings();
    given.faults.tenants = {{"strict.example", sandbox::tenant_kind::secrets_forbidden}};
    fixture it(given);
    auto const app = it.create_application("poolwright-exchange-0001");
    auto const foreign = it.model.add_foreign_application(tenant, "Payroll", "", {}, it.now);
    struct {
        std::string target;
        std::string_view body;
        int status;
    } const table[] = {
        {app.id + "/addPassword", "", 200},
        {app.id + "/addPassword", "{}", 200},
        {app.id + "/addPassword", R"({"passwordCredential":null})", 200},
        {app.id + "/addPassword", R"({"passwordCredential":{"displayName":null}})", 200},
        {app.id + "/addPassword", R"({"passwordCredential":7})", 400},
        {app.id + "/addPassword", R"({"passwordCredential":{"secretText":"mine"}})", 400},
        {app.id + "/addPassword", R"({"passwordCredential":{"endDateTime":"2020-01-01T00:00:00Z"}})", 400},
        {app.id + "/addPassword", "rubbish", 400},
        {foreign + "/addPassword", "", 403},
        {"12345678-0000-4000-8000-000000000000/addPassword", "", 404},
        {app.id + "/removePassword", "{}", 400},
        {app.id + "/removePassword", R"({"keyId":"12345678-0000-4000-8000-000000000000"})", 400},
        {foreign + "/removePassword", R"({"keyId":"12345678-0000-4000-8000-000000000000"})", 403},
    };
    for (auto const& row : table) {
        CAPTURE(row.target);
        CAPTURE(row.body);
        CHECK(it.call("POST", "/v1.0/applications/" + row.target, row.body).status() == row.status);
    }
    it.in_tenant = "strict.example";
    auto const made = it.call("POST", "/v1.0/applications", R"({"displayName":"a"})");
    auto const got = it.call("POST", "/v1.0/applications/" + text_at(made.body, {"id"}) + "/addPassword");
    CHECK(got.status() == 400);
    CHECK(got.code() == "CredentialTypeNotAllowedAsPerAppPolicy");
    CHECK(got.message().starts_with("Credential type not allowed as per assigned policy '"));
}

TEST_CASE("an application has room for six hundred secrets") {
    auto given = plain_settings();
    given.limits.application_tenant_writes.limit = 10'000;
    fixture it(given);
    auto const app = it.create_application("poolwright-exchange-0001");
    auto const target = "/v1.0/applications/" + app.id + "/addPassword";
    for (int i = 1; i < 600; ++i) REQUIRE(it.call("POST", target).status() == 200);
    auto const got = it.call("POST", target);
    CHECK(got.status() == 403);
    CHECK(got.code() == "Directory_ResourceSizeExceeded");
}

TEST_CASE("a secret made on the 29th of February ends on the 28th") {
    fixture it;
    it.now = sandbox::time_point(std::chrono::sys_days(std::chrono::year(2024) / 2 / 29));
    auto const app = it.create_application("poolwright-exchange-0001");
    auto const got = it.get("/v1.0/applications/" + app.id);
    CHECK(text_at(got.body, {"passwordCredentials", "endDateTime"}) == "2026-02-28T00:00:00Z");
}

TEST_SUITE_END();
