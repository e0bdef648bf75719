#include "provisioner/graph_request.hpp"

#include "tests/provisioner/printing.hpp"
#include "tests/provisioner/replies.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <string_view>

using namespace poolwright::provisioner;
using namespace poolwright::provisioner::test;
namespace json = boost::json;
namespace planner = poolwright::planner;

TEST_SUITE_BEGIN("provisioner");

namespace {

struct fixture {
    cloud services = *find_cloud("global");
    graph_access access{.graph = &services.graph,
                        .bearer = std::make_shared<secret const>("the-bearer"),
                        .client_request_id = "0a0a0a0a-0000-4000-8000-000000000001"};
    planner::permission_profile profile = *planner::find_profile("commvault-exchange-2020");
    std::vector<app_role> roles{{id(0xB1), id(1)}, {id(0xB2), id(2)}, {id(0xB2), id(3)}};
    application_spec spec{.pool = "exchange",
                          .ordinal = 7,
                          .intent = id(0xAB),
                          .display_name = "Büro \"7\" \\ {x}",
                          .redirect_uri = "https://console.example/adminconsole",
                          .credential_until = std::chrono::sys_seconds(std::chrono::seconds(1'790'848'800)),
                          .profile = &profile,
                          .roles = &roles};
};

json::value body_of(http_request const& asked) {
    return json::parse(std::string(asked.body.reveal()));
}

void check_common(http_request const& asked) {
    CHECK(asked.to == endpoint{.host = "graph.microsoft.com", .port = 443});
    REQUIRE(asked.bearer != nullptr);
    CHECK(asked.bearer->reveal() == "the-bearer");
    CHECK(asked.headers == header_list{{"client-request-id", "0a0a0a0a-0000-4000-8000-000000000001"}});
    CHECK(std::none_of(asked.target.begin(), asked.target.end(), [](char c) { return c <= ' ' || c > '~'; }));
    CHECK(asked.body.empty() == asked.content_type.empty());
}

void check_read(http_request const& asked, std::string_view target) {
    check_common(asked);
    CHECK(asked.method == http_method::get);
    CHECK(asked.target == target);
    CHECK(asked.body.empty());
}

void check_write(http_request const& asked, std::string_view target, std::string_view body) {
    check_common(asked);
    CHECK(asked.method == http_method::post);
    CHECK(asked.target == target);
    CHECK(asked.content_type == "application/json");
    CHECK(body_of(asked) == json::parse(std::string(body)));
}

}  // namespace

TEST_CASE_FIXTURE(fixture, "what is read, and with which $select") {
    check_read(resource_principal_request(access, "00000003-0000-0000-c000-000000000000"),
               "/v1.0/servicePrincipals(appId='00000003-0000-0000-c000-000000000000')"
               "?$select=id,appId,appRoles");
    check_read(look_up_application_request(access, "poolwright-exchange-0007"),
               "/v1.0/applications(uniqueName='poolwright-exchange-0007')"
               "?$select=id,appId,uniqueName,tags,passwordCredentials,keyCredentials");
    check_read(inspect_application_request(access, id(0xA1)),
               "/v1.0/applications/a1a1a1a1-a1a1-a1a1-a1a1-a1a1a1a1a1a1"
               "?$select=id,appId,uniqueName,tags,passwordCredentials,keyCredentials");
    check_read(search_deleted_request(access, ""),
               "/v1.0/directory/deletedItems/microsoft.graph.application"
               "?$select=id,appId,uniqueName,tags,deletedDateTime&$top=999");
    check_read(look_up_principal_request(access, id(0xA2)),
               "/v1.0/servicePrincipals(appId='a2a2a2a2-a2a2-a2a2-a2a2-a2a2a2a2a2a2')?$select=id");
    check_read(inspect_grants_request(access, id(0xC0), ""),
               "/v1.0/servicePrincipals/c0c0c0c0-c0c0-c0c0-c0c0-c0c0c0c0c0c0/appRoleAssignments");
}

TEST_CASE_FIXTURE(fixture, "what is written, byte for byte but for order") {
    check_write(restore_application_request(access, id(0xA1)),
                "/v1.0/directory/deletedItems/a1a1a1a1-a1a1-a1a1-a1a1-a1a1a1a1a1a1/restore", "{}");
    check_write(
        add_credential_request(access, id(0xA1), spec.credential_until),
        "/v1.0/applications/a1a1a1a1-a1a1-a1a1-a1a1-a1a1a1a1a1a1/addPassword",
        R"({"passwordCredential":{"displayName":"poolwright","endDateTime":"2026-10-01T10:00:00Z"}})");
    check_write(remove_credential_request(access, id(0xA1), id(0x0F)),
                "/v1.0/applications/a1a1a1a1-a1a1-a1a1-a1a1-a1a1a1a1a1a1/removePassword",
                R"({"keyId":"0f0f0f0f-0f0f-0f0f-0f0f-0f0f0f0f0f0f"})");
    check_write(create_principal_request(access, id(0xA2)), "/v1.0/servicePrincipals",
                R"({"appId":"a2a2a2a2-a2a2-a2a2-a2a2-a2a2a2a2a2a2"})");
    check_write(grant_request(access, id(0xC0), roles[1]),
                "/v1.0/servicePrincipals/c0c0c0c0-c0c0-c0c0-c0c0-c0c0c0c0c0c0/appRoleAssignments",
                R"({"principalId":"c0c0c0c0-c0c0-c0c0-c0c0-c0c0c0c0c0c0",
                    "resourceId":"b2b2b2b2-b2b2-b2b2-b2b2-b2b2b2b2b2b2",
                    "appRoleId":"02020202-0202-0202-0202-020202020202"})");
}

TEST_CASE_FIXTURE(fixture, "an application is created with everything that it needs, in one write") {
    auto const asked = create_application_request(access, spec);
    auto body = body_of(asked).as_object();
    auto const notes = std::string(body["notes"].as_string());
    CHECK(notes.find("poolwright") != std::string::npos);
    CHECK(notes.find("backup") != std::string::npos);
    CHECK(notes.size() <= 1024);
    body["notes"] = "";
    CHECK(body == json::parse(R"({
        "displayName": "Büro \"7\" \\ {x}",
        "uniqueName": "poolwright-exchange-0007",
        "signInAudience": "AzureADMyOrg",
        "notes": "",
        "tags": ["poolwright", "poolwright:pool=exchange",
                 "poolwright:intent=abababababababababababababababab"],
        "requiredResourceAccess": [
            {"resourceAppId": "00000002-0000-0ff1-ce00-000000000000",
             "resourceAccess": [{"id": "01010101-0101-0101-0101-010101010101", "type": "Role"}]},
            {"resourceAppId": "00000003-0000-0000-c000-000000000000",
             "resourceAccess": [{"id": "02020202-0202-0202-0202-020202020202", "type": "Role"},
                                {"id": "03030303-0303-0303-0303-030303030303", "type": "Role"}]}],
        "passwordCredentials": [{"displayName": "poolwright", "endDateTime": "2026-10-01T10:00:00Z"}],
        "web": {"redirectUris": ["https://console.example/adminconsole"]}})")
                      .as_object());
    body["notes"] = notes;
    check_write(asked, "/v1.0/applications", json::serialize(body));
}

TEST_CASE_FIXTURE(fixture, "without a redirect URI nothing is said about it") {
    spec.redirect_uri.clear();
    CHECK_FALSE(body_of(create_application_request(access, spec)).as_object().contains("web"));
}

TEST_CASE_FIXTURE(fixture, "no tag has white space in it") {
    for (std::string_view const pool : {"a", "Nord-2", "pppppppppppppppppppppppppppppppppppppppp"}) {
        spec.pool = pool;
        auto const body = body_of(create_application_request(access, spec));
        for (auto const& tag : body.at("tags").as_array()) {
            CHECK(tag.as_string().size() <= 256);
            CHECK(tag.as_string().find(' ') == json::string::npos);
        }
    }
}

TEST_CASE_FIXTURE(fixture, "a Graph behind a prefix and another port") {
    service const sandbox{.at = {.host = "127.0.0.1", .port = 8443}, .path = "/graph"};
    access.graph = &sandbox;
    auto const asked = create_principal_request(access, id(0xA2));
    CHECK(asked.to == sandbox.at);
    CHECK(asked.target == "/graph/v1.0/servicePrincipals");
    auto const next = search_deleted_request(access, "https://127.0.0.1:8443/graph/v1.0/next?$skiptoken=a");
    CHECK(next.target == "/graph/v1.0/next?$skiptoken=a");
}

TEST_CASE_FIXTURE(fixture, "the next page is the address that the reply named") {
    constexpr std::string_view next =
        "https://graph.microsoft.com/v1.0/directory/deletedItems/microsoft.graph.application"
        "?$top=999&$skiptoken=RFNwdAIAAQ%3d%3d";
    REQUIRE(is_next_page(services.graph, next));
    check_read(search_deleted_request(access, next),
               next.substr(std::string_view("https://graph.microsoft.com").size()));
    check_read(inspect_grants_request(access, id(0xC0), "https://graph.microsoft.com/v1.0/x?$skiptoken=1"),
               "/v1.0/x?$skiptoken=1");
}

TEST_CASE_FIXTURE(fixture, "no address of another service is a next page") {
    for (std::string_view const next :
         {"", "/v1.0/applications", "http://graph.microsoft.com/v1.0/x", "https://graph.microsoft.com",
          "https://evil.example/v1.0/x", "https://graph.microsoft.com.evil.example/v1.0/x",
          "https://graph.microsoft.com@evil.example/v1.0/x", "https://graph.microsoft.com:8443/v1.0/x",
          "https://graph.microsoft.com\\@evil.example/v1.0/x", "//evil.example/x",
          "https://graph.microsoft.com/v1.0/x y", "https://graph.microsoft.com/v1.0/x\r\nHost: evil",
          "https://graph.microsoft.com/v1.0/ä"}) {
        CAPTURE(next);
        CHECK_FALSE(is_next_page(services.graph, next));
    }
    auto const asked = search_deleted_request(access, "https://evil.example/v1.0/x");
    CHECK(asked.to.host == "graph.microsoft.com");
    CHECK(asked.target.starts_with("/v1.0/directory/deletedItems/"));
}

TEST_SUITE_END();
