#include "throttle/limits.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

TEST_SUITE_BEGIN("throttle");

namespace {

using namespace poolwright::throttle;
using namespace std::chrono_literals;

using problems = std::vector<std::string>;

problems problems_of(std::string_view text) {
    auto const parsed = parse_limits(text);
    return parsed ? problems{} : parsed.error();
}

std::string with_writes(std::string_view quota_text) {
    return R"({"schema":"poolwright.limits/1","application":{"writes":)" + std::string(quota_text) + "}}";
}

constexpr std::string_view whole_document = R"({
    "schema": "poolwright.limits/1",
    "application": {
        "writes": {"limit": 1, "window": "1s", "shape": "sliding"},
        "resource_units": {"limit": 2, "window": "2s", "shape": "fixed"}},
    "tenant": {"writes": {"limit": 3, "window": "3s", "shape": "bucket"}},
    "application_tenant": {
        "writes": {"limit": 4, "window": "4s"},
        "resource_units": {
            "S": {"limit": 5, "window": "5s"},
            "M": {"limit": 6, "window": "6s"},
            "L": {"limit": 7, "window": "7s"}}}})";

}  // namespace

TEST_CASE("the published limits are those of January 2026, all of them buckets") {
    auto const published = published_limits();
    CHECK(published.application_writes == quota{35'000, 300s, quota_shape::bucket});
    CHECK(published.application_resource_units == quota{150'000, 20s, quota_shape::bucket});
    CHECK(published.tenant_writes == quota{18'000, 300s, quota_shape::bucket});
    CHECK(published.application_tenant_writes == quota{3'000, 150s, quota_shape::bucket});
    CHECK(published.application_tenant_resource_units[0] == quota{3'500, 10s, quota_shape::bucket});
    CHECK(published.application_tenant_resource_units[1] == quota{5'000, 10s, quota_shape::bucket});
    CHECK(published.application_tenant_resource_units[2] == quota{8'000, 10s, quota_shape::bucket});
}

TEST_CASE("a tenant is S below 50, M to 500, L above") {
    struct row {
        std::int64_t mailboxes;
        tenant_size size;
    };
    for (auto [mailboxes, size] : {row{0, tenant_size::S}, row{49, tenant_size::S}, row{50, tenant_size::M},
                                   row{500, tenant_size::M}, row{501, tenant_size::L}}) {
        CAPTURE(mailboxes);
        CHECK(tenant_size_for(mailboxes) == size);
    }
}

TEST_CASE("every quota of a document is read") {
    auto const parsed = parse_limits(whole_document);
    REQUIRE(parsed.has_value());
    CHECK(parsed->application_writes == quota{1, 1s, quota_shape::sliding});
    CHECK(parsed->application_resource_units == quota{2, 2s, quota_shape::fixed});
    CHECK(parsed->tenant_writes == quota{3, 3s, quota_shape::bucket});
    CHECK(parsed->application_tenant_writes == quota{4, 4s, quota_shape::bucket});
    CHECK(parsed->application_tenant_resource_units[0] == quota{5, 5s, quota_shape::bucket});
    CHECK(parsed->application_tenant_resource_units[1] == quota{6, 6s, quota_shape::bucket});
    CHECK(parsed->application_tenant_resource_units[2] == quota{7, 7s, quota_shape::bucket});
}

TEST_CASE("what a document leaves out keeps the published value") {
    auto const empty = parse_limits(R"({"schema":"poolwright.limits/1"})");
    REQUIRE(empty.has_value());
    CHECK(*empty == published_limits());

    auto const one_key = parse_limits(with_writes(R"({"limit":70000})"));
    REQUIRE(one_key.has_value());
    CHECK(one_key->application_writes == quota{70'000, 300s, quota_shape::bucket});
}

TEST_CASE("windows") {
    struct row {
        std::string_view text;
        std::chrono::nanoseconds window;  // 0: refused
    };
    for (auto [text, window] : {
             row{"300s", 300s},
             row{"1.5s", 1500ms},
             row{"500ms", 500ms},
             row{"5m", 5min},
             row{"0.5m", 30s},
             row{"1ms", 1ms},
             row{"1.25ms", 1250us},
             row{"1440m", 24h},
             row{"86400s", 24h},
             row{"86400000ms", 24h},
             row{"0.001s", 1ms},
             row{"1.000000001s", 1s + 1ns},
             row{"0s", 0ns},
             row{"0.999ms", 0ns},
             row{"86400.000000001s", 0ns},
             row{"1441m", 0ns},
             row{"-1s", 0ns},
             row{"+1s", 0ns},
             row{"1e3s", 0ns},
             row{"300", 0ns},
             row{"s", 0ns},
             row{".5s", 0ns},
             row{"5.s", 0ns},
             row{"1 s", 0ns},
             row{"", 0ns},
             row{"1h", 0ns},
             row{"1.2.3s", 0ns},
             row{"999999999s", 0ns},
             row{"1.0000000001s", 0ns},
             row{"18446744073709551617s", 0ns},
         }) {
        CAPTURE(text);
        auto const parsed = parse_limits(with_writes(R"({"window":")" + std::string(text) + "\"}"));
        CHECK(parsed.has_value() == (window != 0ns));
        if (parsed) CHECK(parsed->application_writes.window == window);
    }
}

TEST_CASE("limits go from 1 to a billion") {
    struct row {
        std::string_view text;
        bool accepted;
    };
    for (auto [text, accepted] :
         {row{"1", true}, row{"1000000000", true}, row{"0", false}, row{"-1", false},
          row{"1000000001", false}, row{"18446744073709551616", false}, row{"1.5", false}, row{"1e3", false},
          row{"\"5\"", false}, row{"null", false}, row{"true", false}, row{"[1]", false}}) {
        CAPTURE(text);
        CHECK(parse_limits(with_writes("{\"limit\":" + std::string(text) + "}")).has_value() == accepted);
    }
}

TEST_CASE("every problem is said at once, each with its path") {
    std::string const bad_window =
        R"(: must be a duration from "1ms" to "1440m", such as "300s", "1.5s", "500ms" or "5m", not )";
    CHECK(
        problems_of(R"({"application":{"writes":{"limit":0,"window":5,"shape":"round","burst":1},"wrties":{}},
                          "tenant":[],"schema":"poolwright.limits/2"})") ==
        problems{
            "application.writes.limit: must be a whole number from 1 to 1000000000, not 0",
            "application.writes.window" + bad_window + "5",
            "application.writes.shape: must be \"bucket\", \"sliding\" or \"fixed\", not \"round\"",
            "application.writes.burst: unknown key; known here: limit, window, shape",
            "application.wrties: unknown key; known here: writes, resource_units",
            "tenant: must be an object, not an array",
            "schema: must be \"poolwright.limits/1\", not \"poolwright.limits/2\"",
        });
    CHECK(problems_of("{}") == problems{"schema: is missing; write \"poolwright.limits/1\""});
    CHECK(problems_of("[]") == problems{"document: must be an object, not an array"});
    CHECK(problems_of(
              R"({"schema":"poolwright.limits/1","application_tenant":{"resource_units":{"XL":{}}}})") ==
          problems{"application_tenant.resource_units.XL: unknown key; known here: S, M, L"});
}

TEST_CASE("a long value is not repeated in a problem") {
    auto const found = problems_of(with_writes("{\"shape\":\"" + std::string(1000, 'x') + "\"}"));
    REQUIRE(found.size() == 1);
    CHECK(found.front().ends_with("not 1002 characters of text"));
}

TEST_CASE("an odd key makes no line of its own in a problem") {
    CHECK(
        problems_of(R"({"schema":"poolwright.limits/1","x\n/etc/limits: all is well":1,"tenant":{"":1}})") ==
        problems{R"("x\n/etc/limits: all is well": unknown key; known here: schema, application, tenant, )"
                 "application_tenant",
                 "tenant.\"\": unknown key; known here: writes"});
    auto const found =
        problems_of(R"({"schema":"poolwright.limits/1",")" + std::string(1000, 'x') + R"(":{}})");
    REQUIRE(found.size() == 1);
    CHECK(found.front().starts_with("1002 characters of text: unknown key"));
}

TEST_CASE("malformed JSON is told with its line and column") {
    struct row {
        std::string_view text;
        std::string_view begin;
    };
    for (auto [text, begin] : {row{"{\n  \"a\": tru}", "line 2, column 8: not JSON"},
                               row{"{}\n x", "line 2, column 2: not JSON: text after the end"},
                               row{"{\"a\":\n", "line 2, column 1: not JSON: the text ends too early"},
                               row{"", "line 1, column 1: not JSON: the text ends too early"}}) {
        CAPTURE(text);
        auto const found = problems_of(text);
        REQUIRE(found.size() == 1);
        CHECK(std::string_view(found.front()).starts_with(begin));
    }
}

TEST_SUITE_END();
