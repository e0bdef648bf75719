#include "tests/sandbox/fixture.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <doctest/doctest.h>
#include <fmt/format.h>

TEST_SUITE_BEGIN("sandbox");

using namespace sandbox_test;
using namespace std::chrono_literals;

namespace {

std::string repeated(std::string_view text, int times, std::string_view between) {
    std::string all;
    for (int i = 0; i < times; ++i) all += (i == 0 ? "" : std::string(between)) + std::string(text);
    return all;
}

constexpr std::string_view access = R"({"id":"7ab1d382-f21e-4acd-a863-ba3e13f7da61","type":"Role"})";

std::string resource(int permissions) {
    return fmt::format(R"({{"resourceAppId":"{}","resourceAccess":[{}]}})", graph_app_id,
                       repeated(access, permissions, ","));
}

}  // namespace

TEST_CASE("a new application comes back whole") {
    fixture it;
    auto const got =
        it.call("POST", "/v1.0/applications", fixture::application_body("poolwright-exchange-0001"));
    REQUIRE(got.status() == 201);
    CHECK(text_at(got.body, {"@odata.context"}) ==
          "https://graph.microsoft.com/v1.0/$metadata#applications/$entity");
    CHECK(text_at(got.body, {"createdDateTime"}) == "2026-03-01T12:00:00.0000000Z");
    CHECK(text_at(got.body, {"uniqueName"}) == "poolwright-exchange-0001");
    CHECK(text_at(got.body, {"notes"}) == "made by a test");
    CHECK(text_at(got.body, {"signInAudience"}) == "AzureADMyOrg");
    CHECK(text_at(got.body, {"createdByAppId"}) == client_id);
    CHECK(got.body.at("web").at("redirectUris").as_array().size() == 1);
    CHECK(got.body.at("web").at("implicitGrantSettings").at("enableIdTokenIssuance") == false);
    CHECK(got.body.at("tags").as_array().size() == 3);
    CHECK(got.body.at("deletedDateTime").is_null());
    for (auto const key :
         {"identifierUris", "addIns", "api", "appRoles", "info", "keyCredentials", "parentalControlSettings",
          "publicClient", "requiredResourceAccess", "spa", "windows"}) {
        CAPTURE(key);
        CHECK(got.body.contains(key));
    }
    CHECK(got.header("Location").find(text_at(got.body, {"id"})) != std::string::npos);
    auto const& secret = got.body.at("passwordCredentials").as_array().at(0).as_object();
    CHECK(text_at(secret, {"secretText"}).size() == 40);
    CHECK(text_at(secret, {"secretText"}).starts_with("sbx8Q~"));
    CHECK(text_at(secret, {"hint"}) == "sbx");
    CHECK(text_at(secret, {"startDateTime"}) == "2026-03-01T12:00:00Z");
    CHECK(text_at(secret, {"endDateTime"}) == "2028-03-01T12:00:00Z");
}

TEST_CASE("every reply of Graph carries its headers, every error its ids") {
    fixture it;
    auto const found = it.call("GET", "/v1.0/organization", {}, {{"client-request-id", "mine"}});
    CHECK(found.header("client-request-id") == "mine");
    CHECK(found.header("request-id").size() == 36);
    CHECK(found.header("OData-Version") == "4.0");
    CHECK(found.header("Date") == "Sun, 01 Mar 2026 12:00:00 GMT");
    CHECK(found.header("Cache-Control") == "no-store");
    CHECK(found.header("x-ms-resource-unit") == "1");
    CHECK(parse(found.header("x-ms-ags-diagnostic")).contains("ServerInfo"));
    CHECK(found.header("Content-Type").starts_with("application/json;odata.metadata=minimal"));
    CHECK(found.header("x-ms-throttle-limit-percentage").empty());

    auto const missing = it.get("/v1.0/applications/12345678-0000-4000-8000-000000000000");
    CHECK(missing.status() == 404);
    CHECK(missing.code() == "Request_ResourceNotFound");
    CHECK(missing.message() ==
          "Resource '12345678-0000-4000-8000-000000000000' does not exist or one of its queried "
          "reference-property "
          "objects are not present.");
    CHECK(text_at(missing.body, {"error", "innerError", "request-id"}) == missing.header("request-id"));
    CHECK(text_at(missing.body, {"error", "innerError", "client-request-id"}) ==
          missing.header("client-request-id"));
    CHECK(text_at(missing.body, {"error", "innerError", "date"}) == "2026-03-01T12:00:00");
    CHECK(missing.header("request-id") != missing.header("client-request-id"));
}

TEST_CASE("what a create refuses") {
    fixture it;
    std::string const long_name(257, 'n');
    struct {
        std::string body;
        std::string_view target;  // of the detail; empty: no detail
    } const table[] = {
        {"not json", ""},
        {"[]", ""},
        {"{}", "displayName"},
        {R"({"displayName":""})", "displayName"},
        {fmt::format(R"({{"displayName":"{}"}})", long_name), "displayName"},
        {R"({"displayName":"a","uniqueName":7})", "uniqueName"},
        {R"({"displayName":"a","tags":["a b"]})", "tags"},
        {R"({"displayName":"a","tags":["a","a"]})", "tags"},
        {R"({"displayName":"a","tags":null})", "tags"},
        {R"({"displayName":"a","signInAudience":"Everybody"})", "signInAudience"},
        {R"({"displayName":"a","web":{"redirectUris":["http://example.com"]}})", "web"},
        {R"({"displayName":"a","web":{"redirectUris":["https://example.com/,"]}})", "web"},
        {fmt::format(R"({{"displayName":"a","web":{{"redirectUris":["https://{}"]}}}})", long_name), "web"},
        {R"({"displayName":"a","requiredResourceAccess":[{"resourceAppId":"x","resourceAccess":[]}]})",
         "requiredResourceAccess"},
        {fmt::format(R"({{"displayName":"a","requiredResourceAccess":[{}]}})",
                     repeated(resource(0), 51, ",")),
         "requiredResourceAccess"},
        {fmt::format(R"({{"displayName":"a","requiredResourceAccess":[{},{}]}})", resource(400), resource(1)),
         "requiredResourceAccess"},
        {R"({"displayName":"a","passwordCredentials":[{"secretText":"mine"}]})", "passwordCredentials"},
        {R"({"displayName":"a","passwordCredentials":[{"endDateTime":"soon"}]})", "passwordCredentials"},
        {R"({"displayName":"a","passwordCredentials":[{"endDateTime":"2020-01-01T00:00:00Z"}]})",
         "endDateTime"},
        {R"({"displayName":"a","appId":"12345678-0000-4000-8000-000000000000"})", "appId"},
        {R"({"displayName":"a","colour":"blue"})", "colour"},
    };
    for (auto const& row : table) {
        CAPTURE(row.body);
        auto const got = it.call("POST", "/v1.0/applications", row.body);
        CHECK(got.status() == 400);
        CHECK(got.code() == (row.target.empty() ? "BadRequest" : "Request_BadRequest"));
        CHECK(text_at(got.body, {"error", "details", "target"}) == row.target);
    }
    CHECK(it.model.take_inventory().applications == 0);
}

TEST_CASE("what a create takes to the limit") {
    fixture it;
    struct {
        std::string body;
    } const table[] = {
        {fmt::format(R"({{"displayName":"{}"}})", std::string(256, 'n'))},
        {R"({"displayName":"a","web":{"redirectUris":["http://localhost:8080/x","https://a.example/b"]}})"},
        {fmt::format(R"({{"displayName":"a","requiredResourceAccess":[{}]}})", resource(400))},
        {R"({"displayName":"a","uniqueName":null})"},
        {R"({"displayName":"a","@odata.type":"#microsoft.graph.application"})"},
    };
    for (auto const& row : table) {
        CAPTURE(row.body);
        CHECK(it.call("POST", "/v1.0/applications", row.body).status() == 201);
    }
}

TEST_CASE("an application is found by its three keys") {
    fixture it;
    auto const app = it.create_application("poolwright-exchange-0001");
    for (auto const& target : {"/v1.0/applications/" + app.id, "/v1.0/applications('" + app.id + "')",
                               "/v1.0/applications(appId='" + app.app_id + "')",
                               std::string("/v1.0/applications(uniqueName='poolwright-exchange-0001')")}) {
        CAPTURE(target);
        auto const got = it.get(target + "?$select=id,appId");
        CHECK(got.status() == 200);
        CHECK(text_at(got.body, {"id"}) == app.id);
        CHECK(text_at(got.body, {"@odata.context"}) ==
              "https://graph.microsoft.com/v1.0/$metadata#applications(id,appId)/$entity");
        CHECK(got.body.size() == 3);
    }
    CHECK(it.get("/v1.0/applications(appId='" + app.id + "')").status() == 404);
    CHECK(it.get("/v1.0/applications/" + app.app_id).status() == 404);
    CHECK(it.get("/v1.0/applications(uniqueName='')").status() == 404);
    CHECK(it.get("/v1.0/applications/nonsense").status() == 404);
    CHECK(it.get("/v1.0/applications/" + app.id + "?$select=colour").status() == 400);
    it.in_tenant = "other.example";
    CHECK(it.get("/v1.0/applications/" + app.id).status() == 404);
}

TEST_CASE("no read ever shows a secret's text") {
    fixture it;
    auto const app = it.create_application("poolwright-exchange-0001");
    auto const got = it.get("/v1.0/applications/" + app.id);
    CHECK(got.raw.body.find(app.secret) == std::string::npos);
    CHECK(got.body.at("passwordCredentials").as_array().at(0).at("secretText").is_null());
    CHECK(it.raw("GET", fmt::format("/sandbox/tenants/{}/applications", tenant)).raw.body.find("sbx8Q~") ==
          std::string::npos);
}

TEST_CASE("a unique name is taken at once, also by a deleted application") {
    fixture it;
    auto const app = it.create_application("poolwright-exchange-0001");
    auto const again = [&] {
        return it.call("POST", "/v1.0/applications", fixture::application_body("poolwright-exchange-0001"));
    };
    auto const check_taken = [&] {
        auto const got = again();
        CHECK(got.status() == 400);
        CHECK((got.code() == "Request_BadRequest" || got.code() == "ObjectConflict"));
        CHECK(got.message() == "Another object with the same value for property uniqueName already exists.");
    };
    check_taken();
    REQUIRE(it.call("DELETE", "/v1.0/applications/" + app.id).status() == 204);
    check_taken();
    it.pass(std::chrono::days(30) - 1s);
    it.use_token("");
    check_taken();
    it.pass(1s);
    CHECK(again().status() == 201);
}

TEST_CASE("an update changes what it names") {
    fixture it;
    auto const app = it.create_application("poolwright-exchange-0001");
    auto const target = "/v1.0/applications/" + app.id;
    auto const got =
        it.call("PATCH", target, R"({"displayName":"New","web":{"homePageUrl":"https://h.example"}})");
    CHECK(got.status() == 204);
    CHECK(got.raw.body.empty());
    auto const now = it.get(target).body;
    CHECK(text_at(now, {"displayName"}) == "New");
    CHECK(text_at(now, {"web", "homePageUrl"}) == "https://h.example");
    CHECK(now.at("web").at("redirectUris").as_array().size() == 1);
    CHECK(it.call("PATCH", target, R"({"notes":null})").status() == 204);
    CHECK(it.get(target).body.at("notes").is_null());
}

TEST_CASE("what an update refuses") {
    fixture it;
    auto const app = it.create_application("poolwright-exchange-0001");
    auto const foreign = it.model.add_foreign_application(tenant, "Payroll", "", {}, it.now);
    struct {
        std::string id;
        std::string_view body;
        int status;
        std::string_view message;
    } const table[] = {
        {app.id, R"({"uniqueName":"poolwright-exchange-0002"})", 400,
         "Property 'uniqueName' is read-only and cannot be set."},
        {app.id, R"({"uniqueName":"poolwright-exchange-0001"})", 204, ""},
        {app.id, R"({"passwordCredentials":[]})", 400,
         "New password credentials must be generated with service actions."},
        {app.id, R"({"displayName":""})", 400,
         "Invalid value specified for property 'displayName' of resource 'Application'."},
        {app.id, R"({"id":"x"})", 400, "Property 'id' is read-only and cannot be set."},
        {foreign, R"({"displayName":"Mine"})", 403, "Insufficient privileges to complete the operation."},
    };
    for (auto const& row : table) {
        CAPTURE(row.body);
        auto const got = it.call("PATCH", "/v1.0/applications/" + row.id, row.body);
        CHECK(got.status() == row.status);
        CHECK(got.message() == row.message);
    }
}

TEST_CASE("a unique name can be given once") {
    fixture it;
    auto const got = it.call("POST", "/v1.0/applications", R"({"displayName":"a"})");
    auto const target = "/v1.0/applications/" + text_at(got.body, {"id"});
    it.create_application("taken");
    CHECK(it.call("PATCH", target, R"({"uniqueName":"taken"})").status() == 400);
    CHECK(it.call("PATCH", target, R"({"uniqueName":"free"})").status() == 204);
    CHECK(it.call("PATCH", target, R"({"uniqueName":"other"})").status() == 400);
}

TEST_CASE("an upsert creates, updates, or finds nothing") {
    fixture it;
    std::string const target = "/v1.0/applications(uniqueName='poolwright-exchange-0001')";
    constexpr std::string_view body = R"({"displayName":"Upserted"})";
    sandbox::header_list const prefer{{"Prefer", "create-if-missing"}};
    CHECK(it.call("PATCH", target, body).status() == 404);
    CHECK(it.call("PATCH", target, R"({"notes":"x"})", prefer).status() == 400);
    CHECK(it.call("PATCH", target, R"({"displayName":"x","passwordCredentials":[{}]})", prefer).status() ==
          400);
    auto const made = it.call("PATCH", target, body, prefer);
    CHECK(made.status() == 201);
    CHECK(text_at(made.body, {"uniqueName"}) == "poolwright-exchange-0001");
    CHECK(it.call("PATCH", target, R"({"displayName":"Again"})", prefer).status() == 204);
    CHECK(text_at(it.get(target).body, {"displayName"}) == "Again");
}

TEST_CASE("only its maker deletes an application, and its principal goes with it") {
    fixture it;
    auto const app = it.create_application("poolwright-exchange-0001");
    auto const principal = it.create_principal(app);
    auto const foreign = it.model.add_foreign_application(tenant, "Payroll", "", {}, it.now);
    CHECK(it.call("DELETE", "/v1.0/applications/" + foreign).status() == 403);
    CHECK(it.call("DELETE", "/v1.0/applications/" + app.id).status() == 204);
    CHECK(it.call("DELETE", "/v1.0/applications/" + app.id).status() == 404);
    CHECK(it.get("/v1.0/applications/" + app.id).status() == 404);
    CHECK(it.get("/v1.0/servicePrincipals/" + principal).status() == 404);
}

TEST_CASE("a full directory takes no more objects, a policy no secrets or no long ones") {
    auto given = plain_settings();
    given.faults.tenants = {{"full.example", sandbox::tenant_kind::quota},
                            {"strict.example", sandbox::tenant_kind::secrets_forbidden},
                            {"short.example", sandbox::tenant_kind::lifetime_capped}};
    fixture it(given);
    auto const create = [&](std::string_view in, std::string_view credential) {
        it.in_tenant = in;
        return it.call("POST", "/v1.0/applications", fmt::format(R"({{"displayName":"a"{}}})", credential));
    };
    constexpr std::string_view two_years = R"(,"passwordCredentials":[{}])";
    constexpr std::string_view half_a_year =
        R"(,"passwordCredentials":[{"endDateTime":"2026-08-28T12:00:00Z"}])";
    constexpr std::string_view a_day_more =
        R"(,"passwordCredentials":[{"endDateTime":"2026-08-29T12:00:00Z"}])";
    struct {
        std::string_view in;
        std::string_view credential;
        int status;
        std::string_view code;
    } const table[] = {
        {"full.example", "", 403, "Directory_QuotaExceeded"},
        {"strict.example", "", 201, ""},
        {"strict.example", two_years, 400, "CredentialTypeNotAllowedAsPerAppPolicy"},
        {"short.example", two_years, 400, "CredentialInvalidLifetimeAsPerAppPolicy"},
        {"short.example", half_a_year, 201, ""},
        {"short.example", a_day_more, 400, "CredentialInvalidLifetimeAsPerAppPolicy"},
    };
    for (auto const& row : table) {
        CAPTURE(row.in);
        CAPTURE(row.credential);
        auto const got = create(row.in, row.credential);
        CHECK(got.status() == row.status);
        CHECK(got.code() == row.code);
    }
}

TEST_CASE("the directory's own quota counts applications and principals") {
    auto given = plain_settings();
    given.directory_quota = 3;
    fixture it(given);
    it.create_principal(it.create_application("one"));
    auto const two = it.create_application("two");
    CHECK(it.call("POST", "/v1.0/applications", R"({"displayName":"three"})").status() == 403);
    REQUIRE(it.call("DELETE", "/v1.0/applications/" + two.id).status() == 204);
    CHECK(it.call("POST", "/v1.0/applications", R"({"displayName":"three"})").status() == 403);
    REQUIRE(it.call("DELETE", "/v1.0/directory/deletedItems/" + two.id).status() == 204);
    CHECK(it.call("POST", "/v1.0/applications", R"({"displayName":"three"})").status() == 201);
}

TEST_CASE("paths and methods that do not exist") {
    fixture it;
    struct {
        std::string_view method;
        std::string_view target;
        int status;
        std::string_view code;
        std::string_view message;
    } const table[] = {
        {"PUT", "/v1.0/applications", 405, "Request_BadRequest",
         "Specified HTTP method is not allowed for the request target."},
        {"GET", "/v1.0/aplications", 400, "BadRequest", "Resource not found for the segment 'aplications'."},
        {"GET", "/beta/applications", 404, "UnknownError", ""},
        {"GET", "/", 404, "UnknownError", ""},
        {"GET", "/v1.0/%zz", 400, "BadRequest", "The request target is not valid."},
    };
    for (auto const& row : table) {
        CAPTURE(row.target);
        auto const got = it.call(row.method, row.target);
        CHECK(got.status() == row.status);
        CHECK(got.code() == row.code);
        CHECK(got.message() == row.message);
    }
}

TEST_SUITE_END();
