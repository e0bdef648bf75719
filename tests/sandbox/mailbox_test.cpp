#include "examples/sandbox/encoding.hpp"
#include "examples/sandbox/routes.hpp"
#include "examples/sandbox/timestamps.hpp"
#include "tests/sandbox/fixture.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>

// Counting mailboxes: usage reports, their links and quotas, and users by their plans.

TEST_SUITE_BEGIN("sandbox");

using namespace sandbox_test;
using namespace std::chrono_literals;

namespace {

constexpr std::string_view counts_of_a_week = "/v1.0/reports/getMailboxUsageMailboxCounts(period='D7')";
constexpr std::string_view detail_of_a_month = "/v1.0/reports/getMailboxUsageDetail(period='D30')";
constexpr std::string_view report_settings_read_all = "ee353f83-55ef-4b78-82da-555bfa2b4b95";

sandbox::settings with_tenants(std::string_view tenants) {
    auto parsed = sandbox::parse_faults(
        fmt::format(R"({{"schema":"poolwright.faults/1","tenants":[{}]}})", tenants), sandbox::route_names());
    REQUIRE(parsed.has_value());
    auto given = plain_settings();
    given.faults = *parsed;
    return given;
}

fixture with_tenant(std::string_view entry) {
    fixture made(with_tenants(fmt::format(R"({{"tenant_id":"odd.example",{}}})", entry)));
    made.in_tenant = "odd.example";
    return made;
}

std::string link_of(answer const& got) {
    REQUIRE_MESSAGE(got.status() == 302, got.raw.body);
    auto const location = got.header("Location");
    REQUIRE(location.starts_with("https://localhost/sandbox-download/"));
    return location.substr(std::string_view("https://localhost").size());
}

std::vector<std::string> lines_of(std::string_view text) {
    std::vector<std::string> lines;
    while (!text.empty()) {
        auto const end = std::min(text.find("\r\n"), text.size());
        lines.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(text.size(), end + 2));
    }
    return lines;
}

// The lines of a report, its byte order mark taken off.
std::vector<std::string> report(fixture& it, std::string_view target) {
    auto const got = it.raw("GET", link_of(it.get(target)));
    REQUIRE(got.status() == 200);
    CHECK(got.header("Content-Type") == "application/octet-stream");
    REQUIRE(got.raw.body.starts_with("\xEF\xBB\xBF"));
    return lines_of(std::string_view(got.raw.body).substr(3));
}

answer count(fixture& it, std::string_view filter) {
    return it.call("GET", fmt::format("/v1.0/users/$count?$filter={}", sandbox::percent_encode(filter)), {},
                   {{"ConsistencyLevel", "eventual"}});
}

std::string has_plan(std::string_view id) {
    return fmt::format("assignedPlans/any(a:a/servicePlanId eq {} and a/capabilityStatus eq 'Enabled')", id);
}

std::string has_any_exchange_plan() {
    return has_plan("efb87545-963c-4e0d-99df-69c6916d9eb0") + " or " +
           has_plan("9aaf7827-d63c-4b61-89c3-182f06f82e5c") + " or " +
           has_plan("4a82b400-a79f-41a4-b4e2-e94f5787b113") + " or " +
           has_plan("1126bef5-da20-4f07-b45e-ad25d2581aa8");
}

}  // namespace

TEST_CASE("the mailboxes of a week, as the report writes them") {
    auto it = with_tenant(R"("mailboxes":2000)");
    auto const lines = report(it, counts_of_a_week);
    REQUIRE(lines.size() == 8);
    CHECK(lines[0] == "Report Refresh Date,Total,Active,Report Date,Report Period");
    CHECK(lines[1] == "2026-02-27,2000,1200,2026-02-27,7");
    CHECK(lines[2] == "2026-02-27,1998,1198,2026-02-26,7");
    CHECK(lines[7].ends_with(",2026-02-21,7"));
}

TEST_CASE("the detailed report has a line for every mailbox, shared and deleted ones too") {
    struct {
        std::string_view entry;
        std::size_t kept;
    } const table[] = {{R"("mailboxes":80)", 90},
                       {R"("mailboxes":80,"shared_mailboxes":0)", 80},
                       {R"("mailboxes":0)", 0},
                       {R"("kind":"no_exchange")", 0}};
    for (auto const& row : table) {
        CAPTURE(row.entry);
        auto it = with_tenant(row.entry);
        auto const lines = report(it, detail_of_a_month);
        REQUIRE_FALSE(lines.empty());
        auto const kept = std::ranges::count_if(
            lines, [](auto const& line) { return line.find(",FALSE,,") != std::string::npos; });
        CHECK(static_cast<std::size_t>(kept) == row.kept);
        for (auto const& line : lines) CHECK(line.ends_with(line == lines[0] ? ",Report Period" : ",30"));
    }
}

TEST_CASE("names are hidden where the tenant says so, and reportSettings tells") {
    for (auto const concealed : {false, true}) {
        CAPTURE(concealed);
        auto given = with_tenants(
            fmt::format(R"({{"tenant_id":"odd.example","mailboxes":1,"concealed_names":{}}})", concealed));
        given.identities.front().roles.emplace_back("ReportSettings.Read.All");
        fixture it(given);
        it.in_tenant = "odd.example";
        CHECK(it.get("/v1.0/admin/reportSettings").body.at("displayConcealedNames") == concealed);
        auto const lines = report(it, detail_of_a_month);
        CHECK((lines.at(1).find('@') == std::string::npos) == concealed);
    }
    fixture without;
    CHECK(without.get("/v1.0/admin/reportSettings").status() == 403);
    CHECK(report_settings_read_all.size() == 36);
}

TEST_CASE("the link to a report is permission enough, for ten minutes, and takes no token") {
    fixture it;
    auto const link = link_of(it.get(counts_of_a_week));
    auto const token = it.token_for(client_id, client_secret, graph_scope);
    CHECK(it.raw("GET", link, {}, {{"Authorization", "Bearer " + token}}).status() == 401);
    CHECK(it.raw("GET", link, {}, {{"Authorization", "x"}}).status() == 401);
    CHECK(it.raw("GET", link + "x").status() == 403);
    it.pass(10min - 1s);
    CHECK(it.raw("GET", link).status() == 200);
    it.pass(1s);
    CHECK(it.raw("GET", link).status() == 403);
}

TEST_CASE("who gets no report") {
    struct {
        std::string_view entry;
        std::string_view target;
        int status;
        std::string_view code;
    } const table[] = {
        {R"("kind":"missing_roles","roles":["Reports.Read.All"])", counts_of_a_week, 403, "S2SUnauthorized"},
        {R"("kind":"no_reports")", counts_of_a_week, 404, "UnknownError"},
        {R"("kind":"ok")", "/v1.0/reports/getMailboxUsageMailboxCounts(period='D8')", 400, "BadRequest"},
        {R"("kind":"ok")", "/v1.0/reports/getMailboxUsageMailboxCounts(days='D7')", 400, "BadRequest"},
        {R"("kind":"ok")", "/v1.0/reports/getMailboxUsageMailboxCounts", 400, "BadRequest"},
    };
    for (auto const& row : table) {
        CAPTURE(row.entry);
        CAPTURE(row.target);
        auto it = with_tenant(row.entry);
        auto const got = it.get(row.target);
        CHECK(got.status() == row.status);
        CHECK(got.code() == row.code);
    }
    for (auto const cloud :
         {sandbox::national_cloud::usgov, sandbox::national_cloud::dod, sandbox::national_cloud::china}) {
        auto given = plain_settings();
        given.cloud = cloud;
        fixture it(given);
        it.use_token(it.token_for(client_id, client_secret, "https://localhost/.default"));
        CHECK(it.get(counts_of_a_week).status() == 404);
    }
}

TEST_CASE("fourteen reports of a kind in ten minutes, forty of all applications, then wait") {
    auto given = plain_settings();
    for (int i = 0; i < 3; ++i) {
        auto other = given.identities.front();
        other.client_id.low += static_cast<std::uint64_t>(i) + 1;
        given.identities.push_back(other);
    }
    fixture it(given);
    auto const ask_as = [&](std::size_t client, std::string_view target) {
        auto const id = to_string(given.identities[client].client_id);
        auto const token = it.token_for(id, client_secret, graph_scope);
        return it.raw("GET", target, {}, {{"Authorization", "Bearer " + token}});
    };
    for (int i = 0; i < 14; ++i) CHECK(ask_as(0, counts_of_a_week).status() == 302);
    auto const refused = ask_as(0, counts_of_a_week);
    CHECK(refused.status() == 429);
    CHECK(refused.header("Retry-After") == "600");
    CHECK(refused.message().find("Retry-After") != std::string::npos);
    CHECK(ask_as(0, detail_of_a_month).status() == 302);
    for (int i = 0; i < 14; ++i) CHECK(ask_as(1, counts_of_a_week).status() == 302);
    for (int i = 0; i < 12; ++i) CHECK(ask_as(2, counts_of_a_week).status() == 302);
    CHECK(ask_as(2, counts_of_a_week).status() == 429);
    CHECK(ask_as(3, counts_of_a_week).status() == 429);
    it.pass(599s);
    ask_as(0, counts_of_a_week);
    CHECK(it.model.counted().early_calls == 1);
    it.pass(1s);
    CHECK(ask_as(0, counts_of_a_week).status() == 302);
}

TEST_CASE("users are counted by plan: fewer than there are mailboxes") {
    auto it = with_tenant(R"("mailboxes":1000)");
    struct {
        std::string filter;
        std::string_view users;
    } const table[] = {
        {has_any_exchange_plan(), "980"},
        {has_plan("9aaf7827-d63c-4b61-89c3-182f06f82e5c"), "392"},
        {has_plan("00000000-0000-4000-8000-000000000000"), "0"},
        {"assignedPlans/any(x: x/servicePlanId eq efb87545-963c-4e0d-99df-69c6916d9eb0 and "
         "x/capabilityStatus eq 'Suspended')",
         "20"},
        {"assignedPlans/any(a:(a/servicePlanId eq efb87545-963c-4e0d-99df-69c6916d9eb0 or a/servicePlanId eq "
         "9aaf7827-d63c-4b61-89c3-182f06f82e5c) and a/capabilityStatus eq 'Enabled')",
         "863"},
        {"assignedPlans/any(a:a/service eq 'exchange')", "1000"},
        {"(assignedPlans/any(a:a/service eq 'exchange') and assignedPlans/any(a:a/capabilityStatus eq "
         "'Suspended'))",
         "20"},
    };
    for (auto const& row : table) {
        CAPTURE(row.filter);
        auto const got = count(it, row.filter);
        CHECK(got.status() == 200);
        CHECK(got.header("Content-Type") == "text/plain");
        CHECK(got.raw.body == row.users);
    }
    CHECK(it.call("GET", "/v1.0/users/$count", {}, {{"ConsistencyLevel", "eventual"}}).raw.body == "1225");
}

TEST_CASE("which filters of users are refused, and how") {
    fixture it;
    struct {
        std::string_view filter;
        std::string_view code;
    } const table[] = {
        {"mail ne null", "Request_UnsupportedQuery"},
        {"assignedPlans/any(a:a/assignedDateTime eq 1)", "Request_UnsupportedQuery"},
        {"assignedPlans/any(a:b/service eq 'exchange')", "BadRequest"},
        {"assignedPlans/any(a:a/service ne 'exchange')", "BadRequest"},
        {"assignedPlans/any(a:a/service eq 'exchange'", "BadRequest"},
        {"assignedPlans/any(a:a/service eq 'exchange)", "BadRequest"},
        {"assignedPlans/any(a:a/service eq 'exchange') or", "BadRequest"},
        {"assignedPlans/any(a:a/service eq 'exchange'))", "BadRequest"},
        {"", "BadRequest"},
    };
    for (auto const& row : table) {
        CAPTURE(row.filter);
        auto const got = count(it, row.filter);
        CHECK(got.status() == 400);
        CHECK(got.code() == row.code);
    }
    auto const without_header =
        it.get("/v1.0/users/$count?$filter=" + sandbox::percent_encode(has_any_exchange_plan()));
    CHECK(without_header.status() == 400);
    CHECK(without_header.message() == "$count is not currently supported.");
}

TEST_CASE("a tenant has as many mailboxes as its id says, every time") {
    auto given = plain_settings();
    given.users.reset();
    fixture one(given);
    given.seed = 7;
    fixture other(given);
    std::string last;
    for (auto const name : {"a.example", "b.example", "c.example"}) {
        one.in_tenant = other.in_tenant = name;
        auto const lines = report(one, counts_of_a_week);
        CHECK(lines == report(other, counts_of_a_week));
        CHECK(lines[1] != last);
        last = lines[1];
    }
}

TEST_SUITE_END();
