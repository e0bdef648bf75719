#include "examples/sandbox/encoding.hpp"
#include "tests/sandbox/fixture.hpp"

#include <boost/json/array.hpp>
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>

TEST_SUITE_BEGIN("sandbox");

using namespace sandbox_test;

namespace {

// The names on all pages, in their order; counts the pages that were empty.
struct pages {
    std::vector<std::string> names;
    int count = 0;
    int empty = 0;
};

pages read_all(fixture& it, std::string target) {
    pages read;
    while (!target.empty()) {
        auto const got = it.get(target);
        REQUIRE_MESSAGE(got.status() == 200, got.raw.body);
        auto const& values = got.body.at("value").as_array();
        ++read.count;
        if (values.empty()) ++read.empty;
        for (auto const& each : values) read.names.push_back(text_at(each, {"uniqueName"}));
        auto const next = text_at(got.body, {"@odata.nextLink"});
        target = next.empty() ? "" : next.substr(std::string_view("https://localhost").size());
    }
    return read;
}

std::string filtered(std::string_view filter) {
    return "/v1.0/applications?$select=uniqueName&$filter=" + sandbox::percent_encode(filter);
}

fixture with_applications(int count) {
    fixture it;
    for (int i = 1; i <= count; ++i) it.create_application(fmt::format("poolwright-exchange-{:04}", i));
    return it;
}

}  // namespace

TEST_CASE("filters") {
    auto it = with_applications(3);
    it.model.add_foreign_application(tenant, "Payroll 'x'", "payroll", {"hr"}, it.now);
    auto const first = it.get("/v1.0/applications(uniqueName='poolwright-exchange-0001')").body;
    struct {
        std::string filter;
        std::size_t found;
    } const table[] = {
        {"uniqueName eq 'poolwright-exchange-0002'", 1},
        {"uniqueName eq 'POOLWRIGHT-exchange-0002'", 1},
        {"startsWith(uniqueName,'poolwright-')", 3},
        {"startswith(uniqueName, 'poolwright-')", 3},
        {"displayName eq 'Payroll ''x'''", 1},
        {"startsWith(displayName,'Backup')", 3},
        {"appId eq '" + text_at(first, {"appId"}) + "'", 1},
        {"id eq '" + text_at(first, {"id"}) + "'", 1},
        {"uniqueName in ('payroll','poolwright-exchange-0003')", 2},
        {"tags/any(p:p eq 'poolwright')", 3},
        {"tags/any(t:startsWith(t,'poolwright:intent=poolwright-exchange-0003'))", 1},
        {"tags/any(p:p eq 'poolwright') and startsWith(uniqueName,'poolwright-exchange-0001')", 1},
        {"uniqueName eq 'payroll' or uniqueName eq 'poolwright-exchange-0001'", 2},
        {"signInAudience eq 'AzureADMyOrg'", 4},
        {"createdDateTime ge 2026-03-01T12:00:00Z", 4},
        {"createdDateTime le 2026-03-01T11:59:59Z", 0},
    };
    for (auto const& row : table) {
        CAPTURE(row.filter);
        CHECK(read_all(it, filtered(row.filter)).names.size() == row.found);
    }
}

TEST_CASE("filters that are refused") {
    fixture it;
    struct {
        std::string_view filter;
        std::string_view code;
        std::string_view message_start;
    } const table[] = {
        {"colour eq 'blue'", "Request_UnsupportedQuery",
         "Unsupported or invalid query filter clause specified for property 'colour' of resource "
         "'Application'."},
        {"notes eq 'x'", "Request_UnsupportedQuery", "Unsupported or invalid query filter clause"},
        {"endsWith(displayName,'x')", "Request_UnsupportedQuery",
         "Operator 'endsWith' is not supported because the required parameters might be missing."},
        {"displayName ne 'x'", "Request_UnsupportedQuery", "Operator 'ne' is not supported"},
        {"displayName eq 'x", "BadRequest", "Invalid filter clause"},
        {"displayName", "BadRequest", "Invalid filter clause"},
        {"displayName like 'x'", "BadRequest", "Invalid filter clause"},
        {"displayName eq 'x' nonsense", "BadRequest", "Invalid filter clause"},
        {"tags/any(p:p eq 'x'", "BadRequest", "Invalid filter clause"},
        {"", "BadRequest", "Invalid filter clause"},
    };
    for (auto const& row : table) {
        CAPTURE(row.filter);
        auto const got = it.get(filtered(row.filter));
        CHECK(got.status() == 400);
        CHECK(got.code() == row.code);
        CHECK(got.message().starts_with(row.message_start));
    }
}

TEST_CASE("advanced queries need the header and the count") {
    auto it = with_applications(2);
    sandbox::header_list const eventual{{"ConsistencyLevel", "eventual"}};
    auto const target = filtered("endsWith(uniqueName,'0002')");
    CHECK(it.call("GET", target, {}, eventual).status() == 400);
    CHECK(it.call("GET", target + "&$count=true").status() == 400);
    auto const got = it.call("GET", target + "&$count=true", {}, eventual);
    REQUIRE(got.status() == 200);
    CHECK(got.body.at("@odata.count").as_int64() == 1);
    auto const notes = filtered("notes eq 'made by a test'") + "&$count=true";
    CHECK(it.call("GET", notes, {}, eventual).body.at("@odata.count").as_int64() == 2);
    CHECK_FALSE(it.get("/v1.0/applications?$count=true").body.contains("@odata.count"));

    CHECK(it.call("GET", "/v1.0/applications/$count", {}, eventual).raw.body == "2");
    CHECK(it.call("GET", "/v1.0/applications/$count", {}, eventual).header("Content-Type") == "text/plain");
    auto const refused = it.get("/v1.0/applications/$count");
    CHECK(refused.status() == 400);
    CHECK(refused.message() == "$count is not currently supported.");
}

TEST_CASE("pages of a long list, some of them empty") {
    auto it = with_applications(250);
    auto const whole = read_all(it, "/v1.0/applications?$select=uniqueName");
    CHECK(whole.names.size() == 250);
    CHECK(whole.count - whole.empty == 3);
    CHECK(std::ranges::is_sorted(whole.names));

    int empty = 0;
    for (int i = 0; i < 5; ++i) {
        auto const small = read_all(it, "/v1.0/applications?$select=uniqueName&$top=10");
        CHECK(small.names == whole.names);
        CHECK(small.count - small.empty == 25);
        empty += small.empty;
    }
    CHECK(empty > 0);
}

TEST_CASE("a page link survives what happens between two pages") {
    auto it = with_applications(4);
    auto got = it.get("/v1.0/applications?$select=uniqueName&$top=2");
    while (got.body.at("value").as_array().empty())
        got = it.get("/v1.0/applications?$select=uniqueName&$top=2");
    auto const next = text_at(got.body, {"@odata.nextLink"});
    CHECK(next.starts_with("https://localhost/v1.0/applications?$select=uniqueName&$top=2&$skiptoken="));
    auto const first = it.get("/v1.0/applications(uniqueName='poolwright-exchange-0001')").body;
    REQUIRE(it.call("DELETE", "/v1.0/applications/" + text_at(first, {"id"})).status() == 204);
    auto const rest = read_all(it, next.substr(17));
    CHECK(rest.names == std::vector<std::string>{"poolwright-exchange-0003", "poolwright-exchange-0004"});
}

TEST_CASE("options that are refused") {
    fixture it;
    struct {
        std::string_view query;
        std::string_view code;
    } const table[] = {
        {"$top=0", "Request_UnsupportedQuery"},
        {"$top=1000", "Request_UnsupportedQuery"},
        {"$top=x", "Request_UnsupportedQuery"},
        {"$skiptoken=x", "DirectoryPageTokenNotFoundException"},
        {"$skiptoken=RFNwdAIAAQAA", "DirectoryPageTokenNotFoundException"},
        {"$search=x", "Request_UnsupportedQuery"},
        {"$orderby=displayName", "Request_UnsupportedQuery"},
        {"$expand=owners", "Request_UnsupportedQuery"},
        {"$select=colour", "BadRequest"},
    };
    for (auto const& row : table) {
        CAPTURE(row.query);
        auto const got = it.get(fmt::format("/v1.0/applications?{}", row.query));
        CHECK(got.status() == 400);
        CHECK(got.code() == row.code);
    }
}

TEST_CASE("service principals are listed with those that every tenant has") {
    auto it = with_applications(1);
    CHECK(it.get("/v1.0/servicePrincipals").body.at("value").as_array().size() == 3);
    auto const app_id = text_at(it.get("/v1.0/applications").body, {"value", "appId"});
    REQUIRE(it.call("POST", "/v1.0/servicePrincipals", fmt::format(R"({{"appId":"{}"}})", app_id)).status() ==
            201);
    auto const found = [&](std::string_view filter) {
        auto const got = it.get("/v1.0/servicePrincipals?$filter=" + sandbox::percent_encode(filter));
        return got.body.at("value").as_array().size();
    };
    CHECK(found("appId eq '" + app_id + "'") == 1);
    CHECK(found("displayName eq 'Office 365 Exchange Online'") == 1);
    CHECK(found("tags/any(t:t eq 'poolwright')") == 1);
    auto const count =
        it.call("GET", "/v1.0/servicePrincipals/$count", {}, {{"ConsistencyLevel", "eventual"}});
    CHECK(count.raw.body == "4");
}

TEST_SUITE_END();
