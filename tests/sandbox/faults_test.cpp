#include "examples/sandbox/routes.hpp"
#include "tests/sandbox/fixture.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>

TEST_SUITE_BEGIN("sandbox");

using namespace sandbox_test;
using namespace std::chrono_literals;

namespace {

auto parse_document(std::string_view text) {
    return sandbox::parse_faults(text, sandbox::route_names());
}

std::string document(std::string_view rules, std::string_view tenants = "") {
    return fmt::format(R"({{"schema":"poolwright.faults/1","rules":[{}],"tenants":[{}]}})", rules, tenants);
}

fixture with_faults(std::string_view rules, std::string_view tenants = "") {
    auto parsed = parse_document(document(rules, tenants));
    REQUIRE(parsed.has_value());
    auto given = plain_settings();
    given.faults = *parsed;
    return fixture(std::move(given));
}

constexpr std::string_view create_body = R"({"displayName":"a"})";

// The document is refused, with problems that begin so, in that order.
void check_problems(std::string const& text, std::vector<std::string_view> const& starts) {
    auto const parsed = parse_document(text);
    REQUIRE(parsed.has_error());
    auto const problems = parsed.error();
    REQUIRE(problems.size() == starts.size());
    for (std::size_t i = 0; i < problems.size(); ++i) {
        CAPTURE(problems[i]);
        CHECK(problems[i].starts_with(starts[i]));
    }
}

}  // namespace

TEST_CASE("the nth request of a route fails, and only that") {
    auto it = with_faults(
        R"({"route":"POST /applications","nth":2,"effect":"status","status":503,"retry_after":7})");
    CHECK(it.call("POST", "/v1.0/applications", create_body).status() == 201);
    auto const got = it.call("POST", "/v1.0/applications", create_body);
    CHECK(got.status() == 503);
    CHECK(got.code() == "serviceNotAvailable");
    CHECK(got.header("Retry-After") == "7");
    CHECK(it.call("POST", "/v1.0/applications", create_body).status() == 201);
    CHECK(it.model.take_inventory().applications == 2);
}

TEST_CASE("by probability, the expected share fails") {
    auto it =
        with_faults(R"({"route":"GET /organization","probability":0.25,"effect":"status","status":500})");
    int failed = 0;
    for (int i = 0; i < 1000; ++i) failed += it.get("/v1.0/organization").status() == 500 ? 1 : 0;
    CHECK(failed > 200);
    CHECK(failed < 300);
}

TEST_CASE("what becomes of a request under each effect") {
    struct {
        std::string_view effect;
        sandbox::effect how;
        int status;
        std::uint64_t applications;
    } const table[] = {
        {R"("effect":"status","status":504)", sandbox::effect::none, 504, 0},
        {R"("effect":"status_after","status":504)", sandbox::effect::none, 504, 1},
        {R"("effect":"reset_before")", sandbox::effect::reset_before, 0, 0},
        {R"("effect":"reset_after")", sandbox::effect::reset_after, 201, 1},
        {R"("effect":"truncate")", sandbox::effect::truncate, 201, 1},
        {R"("effect":"delay","delay_ms":1500)", sandbox::effect::none, 201, 1},
    };
    for (auto const& row : table) {
        CAPTURE(row.effect);
        auto it = with_faults(fmt::format(R"({{"route":"POST /applications","nth":1,{}}})", row.effect));
        auto const got = it.call("POST", "/v1.0/applications", create_body);
        CHECK(got.raw.how == row.how);
        CHECK(got.status() == row.status);
        CHECK(it.model.take_inventory().applications == row.applications);
        CHECK((got.raw.delay == 1500ms) == (row.effect.find("delay") != std::string_view::npos));
        CHECK(it.model.counted().requests.at("POST /applications").at(row.status) == 1);
    }
}

TEST_CASE("a delayed write is in progress for as long") {
    auto it = with_faults(R"({"route":"PATCH /applications/{id}","nth":1,"effect":"delay","delay_ms":2000})");
    auto const app = it.create_application("one");
    REQUIRE(it.call("PATCH", "/v1.0/applications/" + app.id, "{}").status() == 204);
    it.pass(1999ms);
    CHECK(it.call("PATCH", "/v1.0/applications/" + app.id, "{}").status() >= 400);
    it.pass(1ms);
    CHECK(it.call("PATCH", "/v1.0/applications/" + app.id, "{}").status() == 204);
}

TEST_CASE("a planted 429 has the headers of a real one, and coming early counts") {
    auto it = with_faults(
        R"({"route":"GET /organization","nth":1,"effect":"status","status":429,"retry_after":10})");
    auto const got = it.get("/v1.0/organization");
    CHECK(got.status() == 429);
    CHECK(got.header("Retry-After") == "10");
    CHECK(got.header("x-ms-throttle-scope") ==
          fmt::format("Tenant_Application/ReadWrite/{}/{}", client_id, tenant));
    CHECK(it.model.counted().throttled == 1);
    it.pass(5s);
    it.get("/v1.0/organization");
    CHECK(it.model.counted().early_calls == 1);
    it.pass(5s);
    it.get("/v1.0/organization");
    CHECK(it.model.counted().early_calls == 1);
}

TEST_CASE("a Retry-After may be a decimal, a date, or missing") {
    struct {
        std::string_view given;
        std::string_view header;
    } const table[] = {{R"(,"retry_after":2.128)", "2.128"},
                       {R"(,"retry_after":"Sun, 01 Mar 2026 12:01:00 GMT")", "Sun, 01 Mar 2026 12:01:00 GMT"},
                       {"", ""}};
    for (auto const& row : table) {
        auto it = with_faults(fmt::format(
            R"({{"route":"GET /organization","nth":1,"effect":"status","status":429{}}})", row.given));
        CHECK(it.get("/v1.0/organization").header("Retry-After") == row.header);
    }
}

TEST_CASE("the token endpoint fails in its own shape") {
    auto it = with_faults(
        R"({"route":"POST /{tenant}/oauth2/v2.0/token","nth":1,"effect":"status","status":503},)"
        R"({"route":"POST /{tenant}/oauth2/v2.0/token","nth":2,"effect":"status","status":429,"retry_after":60})");
    auto const busy = it.token(client_id, client_secret, graph_scope);
    CHECK(busy.status() == 503);
    CHECK(text_at(busy.body, {"error"}) == "temporarily_unavailable");
    CHECK(it.token(client_id, client_secret, graph_scope).header("Retry-After") == "60");
    CHECK(it.token(client_id, client_secret, graph_scope).status() == 200);
}

TEST_CASE("a star stands for every route, and a fault may name its error") {
    auto it = with_faults(
        R"({"route":"*","nth":2,"effect":"status","status":403,"code":"Authorization_RequestDenied","message":"No."})");
    auto const got = it.get("/v1.0/organization");  // the token request came first
    CHECK(got.status() == 403);
    CHECK(got.code() == "Authorization_RequestDenied");
    CHECK(got.message() == "No.");
    CHECK(it.raw("GET", "/sandbox/stats").status() == 200);
}

TEST_CASE("tenants are named by id or by domain") {
    auto it = with_faults("", R"({"tenant_id":"Full.Example","kind":"quota"})");
    it.in_tenant = "full.example";
    CHECK(it.call("POST", "/v1.0/applications", create_body).code() == "Directory_QuotaExceeded");
}

TEST_CASE("every problem of a faults file is found, with its place") {
    struct {
        std::string text;
        std::vector<std::string_view> starts;
    } const table[] = {
        {"rubbish", {"document: not JSON"}},
        {"[]", {"document: an object is needed"}},
        {"{}", {"document.schema: a text is needed", "document.schema: poolwright.faults/1 is needed"}},
        {document("7"), {"rules[0]: an object is needed"}},
        {R"({"schema":"poolwright.faults/1","rules":7,"colour":1})",
         {"document.colour: unknown key", "rules: a list is needed"}},
        {document(R"({"route":"POST /nowhere","nth":1,"effect":"reset_after"})"),
         {"rules[0].route: 'POST /nowhere' is not a route"}},
        {document(R"({"route":"*","effect":"reset_after"})"), {"rules[0]: either nth or probability"}},
        {document(R"({"route":"*","nth":1,"probability":1,"effect":"reset_after"})"),
         {"rules[0]: either nth or probability"}},
        {document(R"({"route":"*","probability":1.5,"effect":"explode"})"),
         {"rules[0].probability: a number from 0 to 1", "rules[0].effect: 'explode' is not one of status"}},
        {document(R"({"route":"*","nth":1,"effect":"status"})"),
         {"rules[0].status: this effect needs a status"}},
        {document(R"({"route":"*","nth":1,"effect":"status","status":200})"),
         {"rules[0].status: a number from 400 to 599"}},
        {document(R"({"route":"*","nth":1,"effect":"delay"})"),
         {"rules[0].delay_ms: this effect needs a delay"}},
        {document("", R"({"tenant_id":"x.example","kind":"odd"})"),
         {"tenants[0].kind: 'odd' is not one of unknown"}},
        {document("", R"({"tenant_id":"x.example","kind":"quota"},{"tenant_id":"X.example","kind":"quota"})"),
         {"tenants[1].tenant_id: named a second time"}},
    };
    for (auto const& row : table) {
        CAPTURE(row.text);
        check_problems(row.text, row.starts);
    }
}

TEST_CASE("every problem of a tenant's entry is found") {
    struct {
        std::string_view entry;
        std::vector<std::string_view> starts;
    } const table[] = {
        {R"("kind":"wrong_cloud","cloud":"mars","code":90039)",
         {"tenants[0].cloud: one of global", "tenants[0].code: one of 90038"}},
        {R"("kind":"missing_roles")", {"tenants[0].roles: a list"}},
        {R"("kind":"missing_roles","roles":["Read.Everything",7])",
         {"tenants[0].roles: 'Read.Everything' is no", "tenants[0].roles: '' is no"}},
        {R"("kind":"skewed_clock")", {"tenants[0].seconds: this kind needs it"}},
        {R"("kind":"skewed_clock","seconds":1e9)", {"tenants[0].seconds: a number from -86400 to 86400"}},
        {R"("kind":"revoked")", {"tenants[0].after_requests: this kind needs it"}},
        {R"("kind":"throttled_authority")", {"tenants[0].requests: this kind needs it"}},
        {R"("kind":"secrets_forbidden_for_new")", {"tenants[0].created_after: this kind needs it"}},
        {R"("kind":"secrets_forbidden_for_new","created_after":"soon")",
         {"tenants[0].created_after: a time"}},
        {R"("kind":"lifetime_capped","days":0,"policy":"mine")",
         {"tenants[0].policy: 'mine' is not one of default", "tenants[0].days: a number from 1"}},
        {R"("kind":"quota","whose":"mine")", {"tenants[0].whose: 'mine' is not one of either"}},
        {R"("kind":"guest","seconds":1)", {"tenants[0].seconds: unknown key"}},
        {R"("kind":"ok","mailboxes":-1,"shared_mailboxes":0.5e10,"concealed_names":1)",
         {"tenants[0].mailboxes: a number from 0", "tenants[0].shared_mailboxes: a number from 0",
          "tenants[0].concealed_names: true or false"}},
        {R"("name":"x")", {"tenants[0].kind: a text is needed", "tenants[0].name: unknown key"}},
    };
    for (auto const& row : table) {
        CAPTURE(row.entry);
        check_problems(document("", R"({"tenant_id":"odd.example",)" + std::string(row.entry) + "}"),
                       row.starts);
    }
}

TEST_SUITE_END();
