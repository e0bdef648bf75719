#include "provisioner/managed_identity.hpp"

#include "tests/provisioner/printing.hpp"
#include "tests/provisioner/replies.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

using namespace poolwright::provisioner;
using namespace poolwright::provisioner::test;
using namespace std::chrono_literals;

TEST_SUITE_BEGIN("provisioner");

namespace {

constexpr std::chrono::sys_seconds now{std::chrono::seconds(1'790'848'800)};
constexpr std::string_view user_assigned = "11111111-2222-3333-4444-555555555555";

std::shared_ptr<secret const> shared(std::string_view text) {
    return std::make_shared<secret const>(text);
}

std::string fault_of(platform_variables const& variables) {
    auto const found = managed_platform::find(variables);
    return found ? std::string() : found.error();
}

http_reply given(std::string_view token, std::string_view life) {
    return reply(200, R"({"access_token":")" + std::string(token) + R"(",)" + std::string(life) + "}");
}

}  // namespace

TEST_CASE("a platform is asked as it wants to be, in clear, with no more than its own key") {
    auto const ask = [](platform_variables const& variables, std::string_view id) {
        auto const found = managed_platform::find(variables);
        REQUIRE(found.has_value());
        auto asked = found->token_request("https://graph.microsoft.com", id);
        CHECK(asked.bearer == nullptr);
        CHECK(asked.grant == nullptr);
        CHECK(asked.body.empty());
        REQUIRE(asked.in_clear.has_value());
        CHECK(asked.in_clear->at() == asked.to);
        return asked;
    };
    auto const imds = ask({}, {});
    CHECK(imds.to == endpoint{"169.254.169.254", 80});
    CHECK(imds.target ==
          "/metadata/identity/oauth2/"
          "token?api-version=2018-02-01&resource=https%3A%2F%2Fgraph.microsoft.com");
    CHECK(imds.headers == header_list{{"Metadata", "true"}});
    CHECK(imds.credential == nullptr);

    auto const pod = ask({.imds_host = "http://127.0.0.1:4242/"}, user_assigned);
    CHECK(pod.to == endpoint{"127.0.0.1", 4242});
    CHECK(pod.target ==
          "/metadata/identity/oauth2/token?api-version=2018-02-01"
          "&resource=https%3A%2F%2Fgraph.microsoft.com&client_id=11111111-2222-3333-4444-555555555555");

    auto const service = ask({.identity_endpoint = "http://localhost:8081/msi/token",
                              .identity_header = shared("key-of-platform"),
                              .msi_endpoint = "http://127.0.0.1/old"},
                             user_assigned);
    CHECK(service.to == endpoint{"127.0.0.1", 8081});
    CHECK(service.target ==
          "/msi/token?api-version=2019-08-01&resource=https%3A%2F%2Fgraph.microsoft.com"
          "&client_id=11111111-2222-3333-4444-555555555555");
    CHECK(service.credential_header == "X-IDENTITY-HEADER");
    CHECK(service.credential->reveal() == "key-of-platform");
    CHECK(service.headers.empty());

    auto const before =
        ask({.msi_endpoint = "http://[::1]:80/token", .msi_secret = shared("old-key")}, user_assigned);
    CHECK(before.to == endpoint{"::1", 80});
    CHECK(before.target ==
          "/token?api-version=2017-09-01&resource=https%3A%2F%2Fgraph.microsoft.com"
          "&clientid=11111111-2222-3333-4444-555555555555");
    CHECK(before.credential_header == "secret");
}

TEST_CASE("nothing is asked in clear but this computer and its own link") {
    for (std::string const url :
         {"http://10.0.0.1/token", "http://graph.microsoft.com/token", "https://127.0.0.1/token",
          "http://localhost.evil.example/", "http://user@127.0.0.1/", "http://127.0.0.1@evil.example/",
          "http://127.0.0.1/?a=b", "http://169.255.0.1/", "http://[2001:db8::1]/", "http://0.0.0.0/",
          "http://127.0.0.1:0/", "127.0.0.1", "", "http://[::ffff:10.0.0.1]/", "http://2130706433/"}) {
        CAPTURE(url);
        if (!url.empty()) {
            CHECK(fault_of({.imds_host = url}).find("AZURE_POD_IDENTITY_AUTHORITY_HOST must ") == 0);
            CHECK(fault_of({.identity_endpoint = url, .identity_header = shared("x")})
                      .find("IDENTITY_ENDPOINT must ") == 0);
        }
    }
    CHECK(fault_of({.identity_endpoint = "http://127.0.0.1/"}).find("without IDENTITY_HEADER") !=
          std::string::npos);
    CHECK(fault_of({.msi_endpoint = "http://127.0.0.1/"}).find("without MSI_SECRET") != std::string::npos);
}

TEST_CASE("a platform's token lives as long as it says, in whatever form") {
    struct row {
        std::string_view life;
        std::chrono::seconds expected;
    };
    constexpr row rows[] = {
        {R"("expires_in":3600)", 3600s},
        {R"("expires_in":"86399","expires_on":"1")", 86'399s},
        {R"("expires_on":"1790852400")", 3600s},
        {R"("expires_on":1790852400,"expires_in":"")", 3600s},
        {R"("expires_in":"99999999999")", 604'800s},
    };
    for (auto const& [life, expected] : rows) {
        auto const read = read_managed_reply(given(jwt(R"({"tid":"11111111-2222-3333-4444-555555555555",
            "appid":"21111111-2222-3333-4444-555555555555"})"),
                                                   life),
                                             now);
        REQUIRE(read.has_value());
        CHECK(read->expires_in == expected);
        CHECK(to_string(read->tenant) == "11111111-2222-3333-4444-555555555555");
        CHECK(to_string(read->application) == "21111111-2222-3333-4444-555555555555");
    }
    for (std::string_view const life : {R"("expires_in":0)", R"("expires_on":"1790848800")", R"("x":1)"})
        CHECK(read_managed_reply(given(jwt("{}"), life), now).has_error());
    CHECK(read_managed_reply(reply(200, "[]"), now).has_error());
    CHECK(read_managed_reply(
              reply(400, R"({"error":"invalid_request","error_description":"Identity not found"})"), now)
              .error() == "the platform gives no token of a managed identity: 400 Identity not found");
}

TEST_CASE("an assertion is renewed by one request after nine tenths of its life, while it is still used") {
    auto const platform = managed_platform::find({});
    REQUIRE(platform.has_value());
    managed_assertion source({*platform, {}}, "api://AzureADTokenExchange");
    CHECK(source.request().target.ends_with("resource=api%3A%2F%2FAzureADTokenExchange"));
    CHECK(source.current(now) == nullptr);
    CHECK(source.absorb(given(jwt(R"({"n":1})"), R"("expires_in":1000)"), now).empty());
    std::vector<managed_assertion::answer> asked;
    auto clock = now;
    source.renew_by([&](http_request, managed_assertion::answer told) { asked.push_back(std::move(told)); },
                    [&] { return clock; });
    auto const first = source.current(now + 899s);
    REQUIRE(first != nullptr);
    CHECK(asked.empty());
    for (int i = 0; i < 3; ++i) CHECK(source.current(now + 900s) == first);
    REQUIRE(asked.size() == 1);

    // A platform in trouble is asked again, not at once.
    clock = now + 901s;
    asked[0](transport_failure(transport_failure::phase::connect, false, false, "nobody there"));
    CHECK(source.current(now + 902s) == first);
    CHECK(asked.size() == 1);
    CHECK(source.current(now + 911s) == first);
    REQUIRE(asked.size() == 2);
    CHECK(source.current(now + 1000s) == nullptr);
    CHECK(source.why_none().find("has ended") != std::string::npos);
    clock = now + 1001s;
    asked[1](given(jwt(R"({"n":2})"), R"("expires_in":1000)"));
    auto const second = source.current(now + 1002s);
    REQUIRE(second != nullptr);
    CHECK(second->reveal() == jwt(R"({"n":2})"));
}

TEST_SUITE_END();
