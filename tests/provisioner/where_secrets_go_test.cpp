#include "provisioner/device_code.hpp"
#include "provisioner/graph_request.hpp"
#include "provisioner/http_wire.hpp"
#include "provisioner/managed_identity.hpp"
#include "provisioner/token.hpp"
#include "tests/provisioner/a_certificate.hpp"
#include "tests/provisioner/printing.hpp"
#include "tests/provisioner/replies.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

// No bearer token, secret, assertion or refresh token goes to any host but the authority or the Graph that
// the run is configured with.

using namespace poolwright::provisioner;
using namespace poolwright::provisioner::test;

TEST_SUITE_BEGIN("provisioner");

namespace {

service const authority{.at = {.host = "login.here.example", .port = 8443}, .path = "/a"};
service const graph{.at = {.host = "graph.here.example", .port = 9443}, .path = "/g"};

// Every address that a service may try to send us to.
std::vector<std::string_view> const hostile_links{"",
                                                  "https://evil.example/v1.0/x",
                                                  "https://graph.here.example.evil.example/x",
                                                  "https://graph.here.example:9443@evil.example/x",
                                                  "http://graph.here.example:9443/x",
                                                  "//evil.example/x"};

std::vector<http_request> requests_to_graph() {
    graph_access const access{
        .graph = &graph, .bearer = std::make_shared<secret const>("bearer"), .client_request_id = "id"};
    auto const profile = *poolwright::planner::find_profile("commvault-exchange-2020");
    std::vector<app_role> const roles(3);
    application_spec spec;
    spec.pool = "p";
    spec.profile = &profile;
    spec.roles = &roles;
    std::vector<http_request> all;
    all.push_back(resource_principal_request(access, "x"));
    all.push_back(create_application_request(access, spec));
    all.push_back(look_up_application_request(access, "x"));
    all.push_back(inspect_application_request(access, id(1)));
    all.push_back(restore_application_request(access, id(1)));
    all.push_back(add_credential_request(access, id(1), {}));
    all.push_back(remove_credential_request(access, id(1), id(2)));
    all.push_back(create_principal_request(access, id(1)));
    all.push_back(look_up_principal_request(access, id(1)));
    all.push_back(grant_request(access, id(1), {}));
    for (auto const link : hostile_links) {
        all.push_back(search_deleted_request(access, link));
        all.push_back(inspect_grants_request(access, id(1), link));
    }
    return all;
}

struct a_source final : assertion_source {
    std::shared_ptr<secret const> current(std::chrono::system_clock::time_point) override {
        return std::make_shared<secret const>("a.b.c");
    }
    [[nodiscard]] std::string why_none() const override { return {}; }
};

std::vector<http_request> requests_to_authority() {
    std::vector<http_request> all;
    for (auto const& refresh_token : {std::shared_ptr<secret const>(), std::make_shared<secret const>("r")}) {
        token_question const what{.authority = &authority,
                                  .directory = id(1),
                                  .client_id = "c",
                                  .resource_application_id = "r",
                                  .number = id(2),
                                  .now = valid_from,
                                  .refresh_token = refresh_token};
        all.push_back(token_request(what, {}));
        all.push_back(token_request(what, std::make_shared<secret const>("s")));
        all.push_back(token_request(
            what, certificate_credential{std::make_shared<certificate const>(a_certificate()), true}));
        all.push_back(token_request(what, std::make_shared<a_source>()));
    }
    for (std::string_view const tenant : {"contoso.com", "../../evil", "@evil.example", "evil.example/"})
        all.push_back(directory_request(authority, tenant));
    sign_in_question const who{
        .authority = &authority, .tenant = "t", .client_id = "c", .resource_application_id = "r"};
    all.push_back(device_code_request(who));
    device_code given;
    given.code = std::make_shared<secret const>("d");
    all.push_back(device_token_request(who, given));
    return all;
}

}  // namespace

TEST_CASE("what Graph is asked with a bearer goes to the Graph of the run, over TLS") {
    for (auto const& each : requests_to_graph()) {
        CAPTURE(each.target);
        CHECK(each.to == graph.at);
        CHECK(each.target.starts_with("/g/"));
        CHECK(each.bearer != nullptr);
        CHECK_FALSE(each.in_clear.has_value());
        CHECK_NOTHROW(check(each));
    }
}

TEST_CASE("secrets, assertions, refresh tokens and device codes go to the authority of the run, over TLS") {
    for (auto const& each : requests_to_authority()) {
        CAPTURE(each.target);
        CHECK(each.to == authority.at);
        CHECK(each.target.starts_with("/a/"));
        CHECK(each.bearer == nullptr);
        CHECK_FALSE(each.in_clear.has_value());
        CHECK_NOTHROW(check(each));
    }
}

TEST_CASE("in clear nothing goes but the key that the platform itself gave") {
    auto const platform = managed_platform::find({.identity_endpoint = "http://127.0.0.1:1/x",
                                                  .identity_header = std::make_shared<secret const>("key")});
    REQUIRE(platform.has_value());
    auto const fresh = [&] { return platform->token_request("r", {}); };
    auto const something = std::make_shared<secret const>("x");
    CHECK_NOTHROW(check(fresh()));
    auto request = fresh();
    request.bearer = something;
    CHECK_THROWS_AS(check(request), std::invalid_argument);
    request = fresh();
    request.grant = something;
    CHECK_THROWS_AS(check(request), std::invalid_argument);
    request = fresh();
    request.credential_header = "";
    CHECK_THROWS_AS(check(request), std::invalid_argument);
    request = fresh();
    request.content_type = "text/plain";
    request.body = secret("x");
    CHECK_THROWS_AS(check(request), std::invalid_argument);
    request = fresh();
    request.to.host = "10.0.0.1";
    CHECK_THROWS_AS(check(request), std::invalid_argument);
}

TEST_SUITE_END();
