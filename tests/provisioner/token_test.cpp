#include "provisioner/token.hpp"

#include "tests/provisioner/printing.hpp"
#include "tests/provisioner/replies.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using namespace poolwright::provisioner;
using namespace poolwright::provisioner::test;

TEST_SUITE_BEGIN("provisioner");

namespace {

constexpr std::string_view graph_api = "00000003-0000-0000-c000-000000000000";
constexpr std::string_view exchange_api = "00000002-0000-0ff1-ce00-000000000000";

service global_authority() {
    return find_cloud("global")->authority;
}

token_question question() {
    static service const authority = global_authority();
    return {.authority = &authority,
            .directory = id(0xD0),
            .client_id = "11111111-2222-3333-4444-555555555555",
            .resource_application_id = graph_api,
            .number = id(0xA1),
            .now = std::chrono::sys_seconds(std::chrono::seconds(1'790'848'800))};
}

// What somebody else signed, as long as there is some.
struct given_assertion final : assertion_source {
    std::shared_ptr<secret const> text;
    std::shared_ptr<secret const> current(std::chrono::system_clock::time_point) override { return text; }
    [[nodiscard]] std::string why_none() const override { return "nobody signed"; }
};

guid directory_of(std::string_view issuer) {
    return read_directory_reply(reply(200, R"({"issuer":")" + std::string(issuer) + "\"}"));
}

}  // namespace

TEST_CASE("each national cloud has its authority and its Graph") {
    struct row {
        std::string_view name;
        std::string_view authority;
        std::string_view graph;
    };
    constexpr row rows[] = {
        {"global", "https://login.microsoftonline.com", "https://graph.microsoft.com"},
        {"usgov", "https://login.microsoftonline.us", "https://graph.microsoft.us"},
        {"dod", "https://login.microsoftonline.us", "https://dod-graph.microsoft.us"},
        {"china", "https://login.chinacloudapi.cn", "https://microsoftgraph.chinacloudapi.cn"},
    };
    for (auto const& each : rows) {
        auto const found = find_cloud(each.name);
        REQUIRE(found.has_value());
        CHECK(found->authority.url() == each.authority);
        CHECK(found->graph.url() == each.graph);
    }
    for (std::string_view const name : {"", "Global", "germany", "global "}) CHECK_FALSE(find_cloud(name));
    CHECK(service{.at = {.host = "::1", .port = 8443}, .path = "/t"}.url() == "https://[::1]:8443/t");
}

TEST_CASE("a domain's directory is asked for without a credential") {
    auto const asked = directory_request(global_authority(), "contoso.onmicrosoft.com");
    CHECK(asked.method == http_method::get);
    CHECK(asked.to.host == "login.microsoftonline.com");
    CHECK(asked.target == "/contoso.onmicrosoft.com/v2.0/.well-known/openid-configuration");
    CHECK(asked.bearer == nullptr);
    CHECK(asked.body.empty());
    CHECK(asked.content_type.empty());
}

TEST_CASE("a domain cannot break out of its place in the path") {
    service const behind{.at = {.host = "gateway.example", .port = 8443}, .path = "/login"};
    auto const asked = directory_request(behind, "a/../b?c#d\r\ne ä%");
    CHECK(asked.target ==
          "/login/a%2F..%2Fb%3Fc%23d%0D%0Ae%20%C3%A4%25/v2.0/.well-known/openid-configuration");
    CHECK(asked.to.port == 8443);
}

TEST_CASE("the directory id is in the issuer") {
    auto const expected = *parse_guid("72f988bf-86f1-41af-91ab-2d7cd011db47");
    CHECK(directory_of("https://login.microsoftonline.com/72f988bf-86f1-41af-91ab-2d7cd011db47/v2.0") ==
          expected);
    CHECK(directory_of("https://login.microsoftonline.us/72F988BF-86F1-41AF-91AB-2D7CD011DB47/v2.0") ==
          expected);
    for (std::string_view const issuer :
         {"", "/v2.0", "https://login.microsoftonline.com/{tenantid}/v2.0",
          "https://login.microsoftonline.com/72f988bf-86f1-41af-91ab-2d7cd011db47/",
          "https://login.microsoftonline.com/72f988bf-86f1-41af-91ab-2d7cd011db4/v2.0"}) {
        CAPTURE(issuer);
        CHECK(directory_of(issuer).empty());
    }
    for (std::string_view const body : {"", "[]", "{}", R"({"issuer":null})", R"({"issuer":7})", "<html>"})
        CHECK(read_directory_reply(reply(200, body)).empty());
}

TEST_CASE("a token is asked for by a form, and the secret is in nothing else") {
    auto const asked = token_request(question(), std::make_shared<secret const>("a+b/c=d&e f~ü"));
    CHECK(asked.method == http_method::post);
    CHECK(asked.target == "/d0d0d0d0-d0d0-d0d0-d0d0-d0d0d0d0d0d0/oauth2/v2.0/token");
    CHECK(asked.content_type == "application/x-www-form-urlencoded");
    CHECK(asked.bearer == nullptr);
    CHECK(asked.headers.empty());
    CHECK(asked.body.reveal() ==
          "grant_type=client_credentials&client_id=11111111-2222-3333-4444-555555555555"
          "&client_secret=a%2Bb%2Fc%3Dd%26e%20f~%C3%BC"
          "&scope=00000003-0000-0000-c000-000000000000%2F.default");
}

TEST_CASE("an assertion takes the place of a secret, and is as secret") {
    auto source = std::make_shared<given_assertion>();
    source->text = std::make_shared<secret const>("head.body.signature");
    auto const asked = token_request(question(), source);
    CHECK(asked.body.reveal() ==
          "grant_type=client_credentials&client_id=11111111-2222-3333-4444-555555555555"
          "&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer"
          "&client_assertion=head.body.signature"
          "&scope=00000003-0000-0000-c000-000000000000%2F.default");
    CHECK(asked.credential == source->text);
    source->text = nullptr;
    auto const without = token_request(question(), source);
    CHECK(without.body.reveal().find("client_assertion") == std::string_view::npos);
    CHECK(without.missing == "nobody signed");
}

TEST_CASE("a token says whom it is for, what it may and how long") {
    auto const read = read_token_reply(token(graph_api, {"Directory.Read.All", "Group.ReadWrite.All"}));
    REQUIRE(read.has_value());
    CHECK(read->audience == graph_api);
    CHECK(read->expires_in == std::chrono::seconds(3599));
    CHECK(read->has_role("Group.ReadWrite.All"));
    CHECK_FALSE(read->has_role("Group.ReadWrite"));
    CHECK_FALSE(read->has_role(""));
    CHECK(read->text->reveal().starts_with("ey"));
}

TEST_CASE("a token without consent has no roles") {
    auto const read = read_token_reply(raw_token(jwt(R"({"aud":"x"})")));
    REQUIRE(read.has_value());
    CHECK(read->roles.empty());
}

TEST_CASE("a token that cannot be read into has no roles and no audience, and is still a token") {
    std::string const texts[] = {"opaque",
                                 "a.b",
                                 "..",
                                 "a..c",
                                 "a.!!!!.c",
                                 "a.e30=.c",  // padded
                                 jwt("not json"),
                                 jwt("[]"),
                                 jwt("{"),
                                 jwt(R"({"aud":7,"roles":"Directory.Read.All"})"),
                                 jwt(R"({"aud":["x"],"roles":{"0":"Directory.Read.All"}})"),
                                 jwt(R"({"aud":null,"roles":null})"),
                                 jwt(std::string(10'000, '[')),
                                 jwt("{\"aud\":\"\xFF\"}")};
    for (auto const& text : texts) {
        CAPTURE(text.substr(0, 60));
        auto const read = read_token_reply(raw_token(text));
        REQUIRE(read.has_value());
        CHECK(read->audience.empty());
        CHECK(read->roles.empty());
    }
}

TEST_CASE("roles that are not texts are passed over") {
    auto const read = read_token_reply(raw_token(jwt(R"({"aud":"x","roles":[null,7,["a"],"b"],"more":{}})")));
    REQUIRE(read.has_value());
    CHECK(read->roles == std::vector<std::string>{"b"});
}

TEST_CASE("how long a token lives is believed between nothing and a day") {
    struct row {
        std::string_view expires_in;
        long seconds;
    };
    constexpr row rows[] = {
        {"3599", 3599}, {"86400", 86400}, {"86401", 86400}, {"9223372036854775807", 86400}, {"-1", 0},
        {"0", 0},       {"null", 0},      {"{}", 0},        {"18446744073709551615", 0}};
    for (auto const& each : rows) {
        CAPTURE(each.expires_in);
        auto const body = R"({"access_token":"t","expires_in":)" + std::string(each.expires_in) + "}";
        auto const read = read_token_reply(reply(200, body));
        REQUIRE(read.has_value());
        CHECK(read->expires_in.count() == each.seconds);
    }
}

TEST_CASE("an access token that no header could carry is none") {
    for (std::string_view const text : {"", "two words", "line\\nbreak", "nul\\u0000", "\\u00e4", "tab\\t"}) {
        auto const read =
            read_token_reply(reply(200, R"({"expires_in":1,"access_token":")" + std::string(text) + "\"}"));
        CAPTURE(text);
        CHECK(read.has_error());
    }
}

TEST_CASE("a refusal of the authority has its number and the first line of its text") {
    auto const read = read_token_reply(authority_refusal(401, 7'000'215));
    REQUIRE(read.has_error());
    CHECK(read.error().code == 7'000'215);
    CHECK(read.error().error == "invalid_client");
    CHECK(read.error().text == "AADSTS7000215: It is refused.");
}

TEST_CASE("a reply that is neither a token nor a refusal has no number") {
    for (std::string_view const body :
         {"", "<html>", "[]", "{}", R"({"error":null,"error_codes":null})", R"({"error_codes":[]})",
          R"({"error_codes":["7000215"]})", R"({"error_codes":7000215})", R"({"error_codes":[7000215.5]})",
          R"({"access_token":null})", R"({"access_token":{}})"}) {
        for (int const status : {200, 400, 502}) {
            CAPTURE(body);
            auto const read = read_token_reply(reply(status, body));
            REQUIRE(read.has_error());
            CHECK(read.error().code == 0);
        }
    }
}

TEST_CASE("a token in a refusal is no token") {
    CHECK(read_token_reply(reply(400, R"({"access_token":"t","expires_in":3599})")).has_error());
}

TEST_CASE("an audience stands for an API by its id or by the address that tokens name") {
    struct row {
        std::string_view audience;
        std::string_view api;
        bool same;
    };
    constexpr row rows[] = {
        {graph_api, graph_api, true},
        {"https://graph.microsoft.com", graph_api, true},
        {"https://graph.microsoft.com/", graph_api, true},
        {"https://outlook.office365.com", exchange_api, true},
        {"https://outlook.office365.com/", exchange_api, true},
        {"https://outlook.office.com", exchange_api, true},
        {"https://graph.microsoft.com", exchange_api, false},
        {"https://outlook.office.com", graph_api, false},
        {exchange_api, graph_api, false},
        {"https://graph.microsoft.com.evil.example", graph_api, false},
        {"", graph_api, false},
        {"/", graph_api, false},
    };
    for (auto const& each : rows) {
        CAPTURE(each.audience);
        CAPTURE(each.api);
        CHECK(is_audience(each.audience, each.api) == each.same);
    }
}

TEST_CASE("where an administrator consents") {
    CHECK(admin_consent_url(global_authority(), "tenant", "client") ==
          "https://login.microsoftonline.com/tenant/adminconsent?client_id=client");
}

TEST_SUITE_END();
