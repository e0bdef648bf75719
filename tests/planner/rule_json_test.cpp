#include "planner/sizing_rule.hpp"

#include <boost/json/serialize.hpp>
#include <doctest/doctest.h>

#include <array>
#include <string>

TEST_SUITE_BEGIN("planner");

using namespace poolwright::planner;

namespace {

constexpr std::string_view good =
    R"({"schema":"poolwright.rule/1","name":"mine","workload":"teams","base_apps":1,"base_mailboxes":2,)"
    R"("step_mailboxes":3,"rounding":"down","min":4,"max":5,"source":"me","as_of":"2026-01-31"})";

// The good rule with one part replaced.
std::string with(std::string_view part, std::string_view by) {
    std::string out(good);
    auto const at = out.find(part);
    REQUIRE(at != std::string::npos);
    return out.replace(at, part.size(), by);
}

std::string problems_of(std::string_view json) {
    auto const rule = parse_rule(json, "r.json");
    return rule ? "none" : rule.error().text();
}

}  // namespace

TEST_CASE("a rule is read") {
    auto const rule = parse_rule(good, "r.json");
    REQUIRE(rule.has_value());
    CHECK(*rule == sizing_rule{"mine", "teams", 1, 2, 3, rounding::down, 4, 5, "me", "2026-01-31"});
    CHECK(boost::json::serialize(to_json(*rule)) == good);
}

TEST_CASE("no step and no maximum may be null or left out") {
    for (auto const& json :
         {with(R"("step_mailboxes":3,)", R"("step_mailboxes":null,)"), with(R"("step_mailboxes":3,)", "")}) {
        auto const rule = parse_rule(json, "r.json");
        REQUIRE(rule.has_value());
        CHECK_FALSE(rule->step_mailboxes);
    }
    auto const rule = parse_rule(with(R"("max":5,)", R"("max":null,)"), "r.json");
    REQUIRE(rule.has_value());
    CHECK_FALSE(rule->max);
}

TEST_CASE("a byte order mark is skipped") {
    CHECK(parse_rule("\xef\xbb\xbf" + std::string(good), "r.json").has_value());
}

TEST_CASE("built-in rules can be printed and read again") {
    for (auto const& rule : built_in_rules()) {
        auto const again = parse_rule(boost::json::serialize(to_json(rule)), "r.json");
        REQUIRE(again.has_value());
        CHECK(*again == rule);
        CHECK(rule.source.starts_with("https://"));
    }
}

TEST_CASE("what is wrong with a rule, and where") {
    struct row {
        std::string json;
        std::string_view problems;
    };
    std::array<row, 26> const table{{
        {"", "r.json:1:1: this is not JSON: incomplete JSON"},
        {"{\n  \"schema\": 1,,\n}", "r.json:2:15: this is not JSON: syntax error"},
        {std::string(good) + " x", "r.json:1:186: there is something after the end of the document"},
        {"[]", "r.json: this must be a JSON object of schema `poolwright.rule/1`"},
        {"{}", "r.json: the schema is missing: this must be a document of schema `poolwright.rule/1`"},
        {with("rule/1", "rule/2"),
         "r.json: the schema is `poolwright.rule/2`: this must be a document of schema `poolwright.rule/1`"},
        {with(R"("min":4)", "\"min\":4,\n\"min\":4"), "r.json:2:1: the key `min` stands here twice"},
        {with("step_mailboxes", "step_mailbox"),
         "r.json: unknown key `step_mailbox`, did you mean `step_mailboxes`?"},
        {with(R"("min":4)", R"("min":4,"zzz":1)"), "r.json: unknown key `zzz`"},
        {with(R"("name":"mine",)", ""), "r.json: name: is missing"},
        {with("mine", ""), "r.json: name: must be 1 to 64 of a-z, 0-9 and `-`: ``"},
        {with("mine", "Mine"), "r.json: name: must be 1 to 64 of a-z, 0-9 and `-`: `Mine`"},
        {with("mine", std::string(65, 'a')),
         "r.json: name: must be 1 to 64 of a-z, 0-9 and `-`: "
         "`aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…`"},
        {with(R"("mine")", "7"), "r.json: name: must be a text"},
        {with("mine", "single-app"),
         "r.json: name: the built-in rule `single-app` is another one, choose a name of your own"},
        {with("teams", "mail"),
         "r.json: workload: must be `exchange`, `onedrive`, `sharepoint`, `teams` or `any`: `mail`"},
        {with(R"("base_apps":1)", R"("base_apps":-1)"),
         "r.json: base_apps: must be a whole number from 0 to 1000000000"},
        {with(R"("base_apps":1)", R"("base_apps":1000000001)"),
         "r.json: base_apps: must be a whole number from 0 to 1000000000"},
        {with(R"("base_mailboxes":2)", R"("base_mailboxes":2.5)"),
         "r.json: base_mailboxes: must be a whole number from 0 to 1000000000"},
        {with(R"("base_mailboxes":2)", R"("base_mailboxes":18446744073709551615)"),
         "r.json: base_mailboxes: must be a whole number from 0 to 1000000000"},
        {with(R"("step_mailboxes":3)", R"("step_mailboxes":0)"),
         "r.json: step_mailboxes: must be a whole number from 1 to 1000000000"},
        {with(R"("step_mailboxes":3)", R"("step_mailboxes":"3")"),
         "r.json: step_mailboxes: must be a whole number from 1 to 1000000000"},
        {with("down", "sideways"), "r.json: rounding: must be `up` or `down`: `sideways`"},
        {with(R"("min":4)", R"("min":6)"), "r.json: min: 6 is above max, which is 5"},
        {with("2026-01-31", "2026-02-30"), "r.json: as_of: must be a date as 2026-01-31: `2026-02-30`"},
        {with(R"("min":4,"max":5)", R"("min":"a","max":[])"),
         "r.json: min: must be a whole number from 0 to 1000000000\n"
         "r.json: max: must be a whole number from 0 to 1000000000"},
    }};
    for (auto const& [json, problems] : table) CHECK(problems_of(json) == problems);
}

TEST_CASE("a hostile document ends early") {
    std::string many = "{\"schema\":\"poolwright.rule/1\"";
    for (int i = 0; i < 100; ++i) many += ",\"k" + std::to_string(i) + "\":1";
    CHECK(problems_of(many + "}").find("is not JSON: object too large") != std::string::npos);
    CHECK(problems_of(std::string(100, '[')).find("is not JSON: too deep") != std::string::npos);
}

TEST_SUITE_END();
