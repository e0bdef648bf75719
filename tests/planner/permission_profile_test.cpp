#include "planner/permission_profile.hpp"

#include <boost/json/serialize.hpp>
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <array>
#include <string>

TEST_SUITE_BEGIN("planner");

using namespace poolwright::planner;

namespace {

constexpr std::string_view good =
    R"({"schema":"poolwright.profile/1","name":"mine","workload":"exchange","resources":[)"
    R"({"name":"Microsoft Graph","application_id":"00000003-0000-0000-C000-000000000000","permissions":["User.Read.All"]},)"
    R"({"name":"Other","application_id":"11111111-2222-3333-4444-555555555555","permissions":["a_b","Group.Write.All"]}],)"
    R"("source":"me","as_of":"2026-01-31"})";

std::string with(std::string_view part, std::string_view by) {
    std::string out(good);
    auto const at = out.find(part);
    REQUIRE(at != std::string::npos);
    return out.replace(at, part.size(), by);
}

std::string problems_of(std::string_view json) {
    auto const profile = parse_profile(json, "p.json");
    return profile ? "none" : profile.error().text();
}

// Names of `count` permissions, as JSON.
std::string many(int count) {
    std::string out;
    for (int i = 0; i < count; ++i) out += fmt::format("{}\"P{}.Read\"", i == 0 ? "" : ",", i);
    return out;
}

}  // namespace

TEST_CASE("the built-in profiles") {
    std::vector<std::string> const graph_2026{"Directory.Read.All",
                                              "Group.Read.All",
                                              "User.Read.All",
                                              "MailboxSettings.Read",
                                              "MailboxItem.ImportExport.All",
                                              "MailboxItem.Read.All",
                                              "MailboxFolder.Read.All"};
    profile_resource const exchange{
        "Office 365 Exchange Online", "00000002-0000-0ff1-ce00-000000000000", {"full_access_as_app"}};
    profile_resource const graph{"Microsoft Graph",
                                 "00000003-0000-0000-c000-000000000000",
                                 {"Directory.Read.All", "Group.ReadWrite.All"}};
    auto const profiles = built_in_profiles();
    REQUIRE(profiles.size() == 2);
    CHECK(profiles[0].name == "commvault-exchange-2020");
    CHECK(profiles[0].resources == std::vector{exchange, graph});
    CHECK(profiles[0].permission_count() == 3);
    CHECK(profiles[1].name == "commvault-exchange-2026");
    REQUIRE(profiles[1].resources.size() == 2);
    CHECK(profiles[1].resources[0] == profile_resource{graph.name, graph.application_id, graph_2026});
    CHECK(profiles[1].resources[1] == profile_resource{exchange.name,
                                                       exchange.application_id,
                                                       {"full_access_as_app", "Exchange.ManageAsApp"}});
    CHECK(profiles[1].permission_count() == 9);
    CHECK(profiles[1].asks_for("full_access_as_app"));
    CHECK_FALSE(profiles[0].asks_for("Group.Write.All"));
    CHECK(find_profile("commvault-exchange-2026") == &profiles[1]);
    CHECK(find_profile("none") == nullptr);
}

TEST_CASE("a profile is read, its ids in lower case, and printed") {
    auto const profile = parse_profile(good, "p.json");
    REQUIRE(profile.has_value());
    CHECK(profile->resources[0].application_id == "00000003-0000-0000-c000-000000000000");
    CHECK(profile->resources[1].permissions == std::vector<std::string>{"a_b", "Group.Write.All"});
    CHECK(boost::json::serialize(to_json(*profile)) == with("0000-C000", "0000-c000"));
    for (auto const& one : built_in_profiles()) {
        auto const again = parse_profile(boost::json::serialize(to_json(one)), "p.json");
        REQUIRE(again.has_value());
        CHECK(*again == one);
    }
}

TEST_CASE("at most 64 permissions in all") {
    CHECK(parse_profile(with(R"("User.Read.All")", many(62)), "p.json").has_value());
    CHECK(problems_of(with(R"("User.Read.All")", many(63))) ==
          "p.json: resources: 65 permissions are too many, at most 64 are allowed");
}

TEST_CASE("what is wrong with a profile") {
    struct row {
        std::string json;
        std::string_view problems;
    };
    std::array<row, 17> const table{{
        {with("profile/1", "rule/1"),
         "p.json: the schema is `poolwright.rule/1`: this must be a document of schema "
         "`poolwright.profile/1`"},
        {with("User.Read.All", "Group.Write.All"),
         "p.json: resources[0].permissions: Microsoft Graph has no permission `Group.Write.All`, use "
         "`Group.ReadWrite.All`"},
        {with("11111111-2222-3333-4444-555555555555", "00000003-0000-0000-c000-000000000000"),
         "p.json: resources[1].permissions: Microsoft Graph has no permission `Group.Write.All`, use "
         "`Group.ReadWrite.All`\n"
         "p.json: resources[1].application_id: stands there twice, put all permissions of one API together"},
        {with("11111111-", "1-"),
         "p.json: resources[1].application_id: must be the application id (a GUID) of the API: "
         "`1-2222-3333-4444-555555555555`"},
        {with("a_b", "a b"), "p.json: resources[1].permissions: is not the name of a permission: `a b`"},
        {with("a_b", "Group.Write.All"),
         "p.json: resources[1].permissions: `Group.Write.All` stands there twice"},
        {with("\"a_b\"", "7"), "p.json: resources[1].permissions: must hold names of permissions only"},
        {with("\"User.Read.All\"", ""),
         "p.json: resources[0].permissions: must hold at least one permission"},
        {with("[\"User.Read.All\"]", "{}"), "p.json: resources[0].permissions: must be an array"},
        {with(R"("name":"Other",)", ""), "p.json: resources[1].name: is missing"},
        {with(R"("name":"Other",)", R"("name":"",)"),
         "p.json: resources[1].name: must be 1 to 128 bytes long: ``"},
        {with(R"("name":"Other",)", R"("name":"Other","id":1,)"), "p.json: resources[1]: unknown key `id`"},
        {with(R"("name":"Other",)", R"("name":"Other","name":"x",)"),
         "p.json:1:214: the key `name` stands here twice"},
        {with("\"exchange\"", "\"any\""),
         "p.json: workload: must be `exchange`, `onedrive`, `sharepoint` or `teams`: `any`"},
        {with("mine", "commvault-exchange-2020"),
         "p.json: name: the built-in profile `commvault-exchange-2020` is another one, choose a name of your "
         "own"},
        {R"({"schema":"poolwright.profile/1","name":"a","workload":"teams","resources":[],"source":"","as_of":"2026-01-31"})",
         "p.json: resources: must hold at least one resource"},
        {R"({"schema":"poolwright.profile/1","name":"a","workload":"teams","resources":[1],"source":"","as_of":"2026-01-31"})",
         "p.json: resources[0]: must be an object"},
    }};
    for (auto const& [json, problems] : table) CHECK(problems_of(json) == problems);
}

TEST_SUITE_END();
