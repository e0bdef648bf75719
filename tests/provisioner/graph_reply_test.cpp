#include "provisioner/graph_reply.hpp"

#include "tests/provisioner/printing.hpp"
#include "tests/provisioner/replies.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <type_traits>

using namespace poolwright::provisioner;
using namespace poolwright::provisioner::test;
namespace planner = poolwright::planner;

TEST_SUITE_BEGIN("provisioner");

namespace {

// The only copy of a secret is never in a type that can be printed.
static_assert(std::is_same_v<decltype(created_application::secret_text), secret>);
static_assert(std::is_same_v<decltype(created_credential::secret_text), secret>);

constexpr std::string_view two_ids =
    R"("id":"a1a1a1a1-a1a1-a1a1-a1a1-a1a1a1a1a1a1","appId":"a2a2a2a2-a2a2-a2a2-a2a2-a2a2a2a2a2a2")";

http_reply with_ids(std::string_view more) {
    return reply(200, "{" + std::string(two_ids) + std::string(more) + "}");
}

// Bodies that are not what anybody asked for.
std::vector<std::string> const& garbage() {
    static std::vector<std::string> const texts{
        "",
        "null",
        "[]",
        "{}",
        "\"text\"",
        "<html></html>",
        "{\"id\":",
        R"({"id":null,"appId":null})",
        R"({"id":7,"appId":true,"value":{},"appRoles":"x"})",
        R"({"id":"not-a-guid","appId":"x","keyId":"y","value":null})",
        R"({"id":1e999})",
        R"({"id":123456789012345678901234567890})",
        "{\"id\":\"\xFF\xFE\"}",
        std::string(10'000, '['),
        R"({"value":)" + std::string(10'000, '[') + std::string(10'000, ']') + "}"};
    return texts;
}

}  // namespace

TEST_CASE("a refusal's code, message, detail and request id") {
    auto const found =
        read_graph_error(refusal(400, "Request_BadRequest", "It is bad", "NoBackingApplicationObject"));
    CHECK(found.code == "Request_BadRequest");
    CHECK(found.message == "It is bad");
    CHECK(found.detail == "NoBackingApplicationObject");
    for (std::string_view const error :
         {"null", "7", "[]", "{}", R"({"code":null,"message":7,"details":{}})", R"({"details":[]})",
          R"({"details":[null]})", R"({"details":[{"code":null}]})", R"({"details":["x"]})"}) {
        CAPTURE(error);
        auto const empty = read_graph_error(reply(400, R"({"error":)" + std::string(error) + "}"));
        CHECK(empty.code.empty());
        CHECK(empty.message.empty());
        CHECK(empty.detail.empty());
    }
    for (auto const& text : garbage()) CHECK(read_graph_error(reply(500, text)).code.empty());
}

TEST_CASE("garbage is nothing, to every reader") {
    planner::profile_resource const wanted{.name = "API", .application_id = "x", .permissions = {"A"}};
    for (auto const& text : garbage()) {
        CAPTURE(text.substr(0, 60));
        auto const answer = reply(200, text);
        CHECK_FALSE(read_created_application(answer).has_value());
        CHECK_FALSE(read_application(answer).has_value());
        CHECK_FALSE(read_application_page(answer).has_value());
        CHECK_FALSE(read_created_credential(answer).has_value());
        CHECK(read_object_id(answer).empty());
        REQUIRE(read_roles(answer, wanted).has_error());
        CHECK(read_roles(answer, wanted).error().name.empty());
        CHECK_FALSE(read_grant_page(answer).has_value());
    }
}

TEST_CASE("what an application is") {
    shown_application const shown{.tags = {"HideApp", "poolwright", "poolwright:pool=exchange",
                                           "poolwright:intent=abababababababababababababababab"},
                                  .credentials = {{id(1)}, {id(2), "backup product"}, {id(3), ""}, {id(4)}}};
    auto const facts = read_application(application(shown));
    REQUIRE(facts.has_value());
    CHECK(facts->object_id == id(0xA1));
    CHECK(facts->application_id == id(0xA2));
    CHECK(facts->unique_name == "poolwright-exchange-0007");
    CHECK(facts->ours);
    CHECK(facts->intent == id(0xAB));
    CHECK(facts->credentials == std::vector<guid>{id(1), id(4)});
}

TEST_CASE("only the very tags make an application ours") {
    struct row {
        std::string_view tags;
        bool ours;
        bool intent;
    };
    constexpr row rows[] = {
        {R"(["poolwright"])", true, false},
        {R"(["Poolwright"])", false, false},
        {R"(["poolwright "])", false, false},
        {R"(["poolwright:pool=exchange"])", false, false},
        {R"(["poolwright:intent=abababababababababababababababab"])", false, true},
        {R"(["poolwright","poolwright:intent=ABABABABABABABABABABABABABABABAB"])", true, true},
        {R"(["poolwright","poolwright:intent=abab"])", true, false},
        {R"(["poolwright","poolwright:intent="])", true, false},
        {R"(["poolwright","poolwright:intent=ababababababababababababababababab"])", true, false},
        {R"(["poolwright","poolwright:intent=zzabababababababababababababababab"])", true, false},
        {R"([null,7,["poolwright"],{"poolwright":1}])", false, false},
        {R"("poolwright")", false, false},
        {"null", false, false},
        {"{}", false, false},
    };
    for (auto const& each : rows) {
        CAPTURE(each.tags);
        auto const facts = read_application(with_ids(",\"tags\":" + std::string(each.tags)));
        REQUIRE(facts.has_value());
        CHECK(facts->ours == each.ours);
        CHECK(facts->intent.empty() != each.intent);
    }
}

TEST_CASE("a list with an entry that has no usable key does not say which credentials there are") {
    for (std::string_view const entry : {"null", "7", "[]", "{}", R"({"displayName":"poolwright"})",
                                         R"({"displayName":"poolwright","keyId":null})", R"({"keyId":"x"})",
                                         R"({"keyId":"00000000-0000-0000-0000-000000000000"})"}) {
        CAPTURE(entry);
        auto const list = R"([{"displayName":"poolwright","keyId":"01010101-0101-0101-0101-010101010101"},)" +
                          std::string(entry) + "]";
        CHECK_FALSE(read_application(with_ids(",\"passwordCredentials\":" + list)).has_value());
    }
}

TEST_CASE("a credential of another name is not one of ours") {
    for (std::string_view const list :
         {"null", "{}", "\"x\"", "[]",
          R"([{"displayName":"Poolwright","keyId":"01010101-0101-0101-0101-010101010101"}])",
          R"([{"displayName":null,"keyId":"01010101-0101-0101-0101-010101010101"}])",
          R"([{"keyId":"01010101-0101-0101-0101-010101010101"}])"}) {
        CAPTURE(list);
        auto const facts = read_application(with_ids(",\"passwordCredentials\":" + std::string(list)));
        REQUIRE(facts.has_value());
        CHECK(facts->credentials.empty());
    }
}

TEST_CASE("an application lacks neither of its ids") {
    for (
        std::string_view const body :
        {R"({"id":"a1a1a1a1-a1a1-a1a1-a1a1-a1a1a1a1a1a1"})",
         R"({"appId":"a2a2a2a2-a2a2-a2a2-a2a2-a2a2a2a2a2a2"})",
         R"({"id":"00000000-0000-0000-0000-000000000000","appId":"a2a2a2a2-a2a2-a2a2-a2a2-a2a2a2a2a2a2"})",
         R"({"ID":"a1a1a1a1-a1a1-a1a1-a1a1-a1a1a1a1a1a1","appId":"a2a2a2a2-a2a2-a2a2-a2a2-a2a2a2a2a2a2"})"}) {
        CAPTURE(body);
        CHECK_FALSE(read_application(reply(200, body)).has_value());
        CHECK_FALSE(read_created_application(reply(201, body)).has_value());
    }
    auto const twice = read_object_id(reply(
        200, R"({"id":"a1a1a1a1-a1a1-a1a1-a1a1-a1a1a1a1a1a1","id":"a3a3a3a3-a3a3-a3a3-a3a3-a3a3a3a3a3a3"})"));
    CHECK(twice == id(0xA3));
}

TEST_CASE("a created application comes with its one credential") {
    auto const made = read_created_application(created(id(5), "Xyz8Q~secret"));
    REQUIRE(made.has_value());
    CHECK(made->facts.object_id == id(0xA1));
    CHECK(made->key_id == id(5));
    CHECK(made->secret_text.reveal() == "Xyz8Q~secret");
}

TEST_CASE("a created application whose secret did not come") {
    for (std::string_view const list :
         {"null", "[]", "{}", "[null]", "[[]]", "[{}]",
          R"([{"keyId":"01010101-0101-0101-0101-010101010101","secretText":null}])",
          R"([{"keyId":"01010101-0101-0101-0101-010101010101","secretText":""}])",
          R"([{"keyId":"01010101-0101-0101-0101-010101010101","secretText":17}])",
          R"([{"keyId":"01010101-0101-0101-0101-010101010101"}])", R"([{"keyId":null,"secretText":"s"}])",
          R"([{"keyId":"x","secretText":"s"}])", R"([{"secretText":"s"}])"}) {
        CAPTURE(list);
        auto const made = read_created_application(with_ids(",\"passwordCredentials\":" + std::string(list)));
        REQUIRE(made.has_value());
        CHECK(made->key_id.empty());
        CHECK(made->secret_text.empty());
    }
}

TEST_CASE("an added credential is whole or nothing") {
    auto const made = read_created_credential(added(id(5), "Xyz8Q~secret"));
    REQUIRE(made.has_value());
    CHECK(made->key_id == id(5));
    CHECK(made->secret_text.reveal() == "Xyz8Q~secret");
    CHECK_FALSE(read_created_credential(added(id(0), "Xyz8Q~secret")).has_value());
    CHECK_FALSE(read_created_credential(added(id(5), "")).has_value());
    CHECK_FALSE(read_created_credential(reply(200, R"({"secretText":"s"})")).has_value());
}

TEST_CASE("a page of applications passes over what is none") {
    shown_application const shown{.tags = {}, .credentials = {}};
    auto const found =
        read_application_page(page({"null", "{}", json_of(shown), R"({"id":"x"})", "[]", json_of(shown)}));
    REQUIRE(found.has_value());
    CHECK(found->applications.size() == 2);
    CHECK(found->next.empty());
    auto const empty = read_application_page(page({}, "https://graph.microsoft.com/v1.0/x?$skiptoken=1"));
    REQUIRE(empty.has_value());
    CHECK(empty->applications.empty());
    CHECK(empty->next == "https://graph.microsoft.com/v1.0/x?$skiptoken=1");
    for (std::string_view const link : {"null", "7", "[]"}) {
        auto const last =
            read_application_page(reply(200, R"({"value":[],"@odata.nextLink":)" + std::string(link) + "}"));
        REQUIRE(last.has_value());
        CHECK(last->next.empty());
    }
}

TEST_CASE("a page of grants") {
    app_role const role{.resource_principal = id(0xB0), .role = id(1)};
    auto const found = read_grant_page(page({grant_json(id(0xC0), role), "null", R"({"appRoleId":7})"}));
    REQUIRE(found.has_value());
    REQUIRE(found->grants.size() == 2);
    CHECK((found->grants[0] == role));
    CHECK((found->grants[1] == app_role{}));
}

TEST_CASE("permission names become role ids, in the order of the profile") {
    planner::profile_resource const wanted{
        .name = "Microsoft Graph", .application_id = "x", .permissions = {"B.Read", "A.Read"}};
    constexpr std::string_view principal_id = R"("id":"b0b0b0b0-b0b0-b0b0-b0b0-b0b0b0b0b0b0")";
    auto const read = [&](std::string_view app_roles) {
        return read_roles(
            reply(200, "{" + std::string(principal_id) + ",\"appRoles\":" + std::string(app_roles) + "}"),
            wanted);
    };
    auto const found = read(
        R"([null,{"value":null},{"value":"A.Read","id":"01010101-0101-0101-0101-010101010101"},{"value":"C"},
            {"value":"B.Read","id":"02020202-0202-0202-0202-020202020202"}])");
    REQUIRE(found.has_value());
    CHECK((*found == std::vector<app_role>{{id(0xB0), id(2)}, {id(0xB0), id(1)}}));

    struct row {
        std::string_view app_roles;
        std::string_view missing;
    };
    constexpr row rows[] = {
        {"[]", "B.Read"},
        {R"([{"value":"b.read","id":"02020202-0202-0202-0202-020202020202"}])", "B.Read"},
        {R"([{"value":"B.Read","id":"02020202-0202-0202-0202-020202020202"}])", "A.Read"},
        {R"([{"value":"B.Read"}])", "B.Read"},
        {R"([{"value":"B.Read","id":null}])", "B.Read"},
        {R"([{"value":"B.Read","id":"no guid"}])", "B.Read"},
        {"null", ""},
        {"{}", ""},
        {"\"x\"", ""},
    };
    for (auto const& each : rows) {
        CAPTURE(each.app_roles);
        auto const refused = read(each.app_roles);
        REQUIRE(refused.has_error());
        CHECK(refused.error().name == each.missing);
    }
}

TEST_SUITE_END();
