#include "tests/sandbox/fixture.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

// A sandbox answers as one national cloud; tenants of another one are only described.

TEST_SUITE_BEGIN("sandbox");

using namespace sandbox_test;
using sandbox::national_cloud;

namespace {

fixture in_cloud(national_cloud cloud) {
    auto given = plain_settings();
    given.cloud = cloud;
    given.faults.tenants["odd.example"] = sandbox::tenant_kind::wrong_cloud;
    return fixture(std::move(given));
}

}  // namespace

TEST_CASE("every cloud has its hosts, and its tokens are for its Graph") {
    struct {
        national_cloud cloud;
        std::string_view graph;
        std::string_view login;
        std::string_view instance;
        std::string_view elsewhere;  // where a tenant of another cloud lives
    } const table[] = {
        {national_cloud::global, "graph.microsoft.com", "login.microsoftonline.com", "microsoftonline.com",
         "microsoftonline.us"},
        {national_cloud::usgov, "graph.microsoft.us", "login.microsoftonline.us", "microsoftonline.us",
         "microsoftonline.com"},
        {national_cloud::dod, "dod-graph.microsoft.us", "login.microsoftonline.us", "microsoftonline.us",
         "microsoftonline.com"},
        {national_cloud::china, "microsoftgraph.chinacloudapi.cn", "login.chinacloudapi.cn",
         "chinacloudapi.cn", "microsoftonline.com"},
    };
    for (auto const& row : table) {
        CAPTURE(row.graph);
        auto it = in_cloud(row.cloud);
        auto const audience_of = [&](std::string_view scope) {
            return text_at(claims_of(it.token_for(client_id, client_secret, scope)), {"aud"});
        };
        auto const graph = fmt::format("https://{}", row.graph);
        CHECK(audience_of(graph + "/.default") == graph);
        CHECK(audience_of("https://localhost/.default") == graph);
        auto const described = [&](std::string_view name) {
            return it.raw("GET", fmt::format("/{}/v2.0/.well-known/openid-configuration", name)).body;
        };
        auto const ours = described(tenant);
        CHECK(text_at(ours, {"msgraph_host"}) == row.graph);
        CHECK(text_at(ours, {"cloud_instance_name"}) == row.instance);
        CHECK(text_at(ours, {"issuer"}) == fmt::format("https://{}/{}/v2.0", row.login, tenant));
        CHECK(text_at(ours, {"token_endpoint"}).starts_with("https://localhost/"));
        auto const theirs = described("odd.example");
        CHECK(text_at(theirs, {"cloud_instance_name"}) == row.elsewhere);
        CHECK(
            text_at(theirs, {"token_endpoint"}).starts_with(fmt::format("https://login.{}/", row.elsewhere)));
        it.in_tenant = "odd.example";
        auto const refused = it.token(client_id, client_secret, graph_scope);
        CHECK(refused.body.at("error_codes").as_array().at(0) == 90038);
        CHECK(text_at(refused.body, {"error_description"}).find(fmt::format("'{}'", row.elsewhere)) !=
              std::string::npos);
        it.in_tenant = "fine.example";
        it.use_token(it.token_for(client_id, client_secret, graph + "/.default"));
        CHECK(it.get("/v1.0/organization").status() == 200);
    }
}

TEST_CASE("the Graph of another cloud is no resource here") {
    auto it = in_cloud(national_cloud::usgov);
    auto const got = it.token(client_id, client_secret, graph_scope);
    CHECK(got.body.at("error_codes").as_array().at(0) == 500011);
}

TEST_SUITE_END();
