#include "provisioner/management_policy.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>

TEST_SUITE_BEGIN("provisioner");

using namespace poolwright::provisioner;
using std::chrono::days;

namespace {

constexpr std::chrono::sys_days now{std::chrono::year(2026) / 11 / 26};

http_reply reply_of(std::string const& body) {
    http_reply reply;
    reply.status = 200;
    reply.body = secret(body);
    return reply;
}

http_reply default_policy(std::string_view restrictions, bool enabled = true) {
    return reply_of(
        fmt::format(R"({{"isEnabled":{},"applicationRestrictions":{{{}}}}})", enabled, restrictions));
}

}  // namespace

TEST_CASE("Policy: durations are read in whole days, and nothing else is one") {
    struct {
        std::string_view text;
        std::optional<days> expected;
    } const table[] = {
        {"P90D", days(90)},
        {"P1Y6M", days(545)},
        {"P2W", days(14)},
        {"P4DT12H30M5S", days(4)},
        {"PT36H", days(0)},
        {"P0D", days(0)},
        {"", std::nullopt},
        {"P", std::nullopt},
        {"90", std::nullopt},
        {"P90", std::nullopt},
        {"PD", std::nullopt},
        {"P-3D", std::nullopt},
        {"P9999999999D", std::nullopt},
        {"P3X", std::nullopt},
    };
    for (auto const& row : table) {
        CAPTURE(row.text);
        CHECK((read_days(row.text) == row.expected));
    }
}

TEST_CASE("Policy: only what is on, and meant for applications that are made now, restricts") {
    struct {
        std::string_view restrictions;
        bool enabled;
        bool forbidden;
        std::optional<days> secret;
        std::optional<days> certificate;
    } const table[] = {
        {"", true, false, {}, {}},
        {R"("passwordCredentials":[{"restrictionType":"passwordAddition","state":"enabled"}])",
         true,
         true,
         {},
         {}},
        {R"("passwordCredentials":[{"restrictionType":"passwordAddition","state":"enabled"}])",
         false,
         false,
         {},
         {}},
        {R"("passwordCredentials":[{"restrictionType":"passwordAddition","state":"disabled"}])",
         true,
         false,
         {},
         {}},
        {R"("passwordCredentials":[{"restrictionType":"customPasswordAddition","state":"enabled"},7,)"
         R"({"restrictionType":"passwordLifetime","state":"enabled","maxLifetime":"P180D"},)"
         R"({"restrictionType":"passwordLifetime","state":"enabled","maxLifetime":"P90D"}],)"
         R"("keyCredentials":[{"restrictionType":"asymmetricKeyLifetime","state":"enabled","maxLifetime":"P1Y"}])",
         true, false, days(90), days(365)},
    };
    for (auto const& row : table) {
        CAPTURE(row.restrictions);
        auto const rules = read_default_policy(default_policy(row.restrictions, row.enabled), now);
        REQUIRE(rules.has_value());
        CHECK(rules->secrets_forbidden == row.forbidden);
        CHECK((rules->longest_secret == row.secret));
        CHECK((rules->longest_certificate == row.certificate));
    }
    CHECK_FALSE(read_default_policy(reply_of("[]"), now).has_value());
}

TEST_CASE("Policy: a restriction begins at its second, and at once if nobody can read when") {
    struct {
        std::string_view from;
        bool forbidden;
    } const table[] = {
        {"2026-11-25T10:37:00Z", true},  {"2026-11-26T00:00:00Z", true}, {"2026-11-26T00:00:01.5Z", false},
        {"2027-01-01T00:00:00Z", false}, {"this evening", true},         {"", true},
    };
    for (auto const& row : table) {
        CAPTURE(row.from);
        auto const restriction =
            fmt::format(R"("passwordCredentials":[{{"restrictionType":"passwordAddition","state":"enabled",)"
                        R"("restrictForAppsCreatedAfterDateTime":"{}"}}])",
                        row.from);
        auto const rules = read_default_policy(default_policy(restriction), now);
        REQUIRE(rules.has_value());
        CHECK(rules->secrets_forbidden == row.forbidden);
    }
}

TEST_CASE("Policy: of several for single applications the strictest counts, page by page") {
    auto const page = read_policy_page(
        reply_of(R"({"@odata.nextLink":"https://graph.microsoft.com/v1.0/x","value":[1,)"
                 R"({"isEnabled":false,"restrictions":{"passwordCredentials":[)"
                 R"({"restrictionType":"passwordAddition","state":"enabled"}]}},)"
                 R"({"isEnabled":true,"restrictions":{"passwordCredentials":[)"
                 R"({"restrictionType":"passwordLifetime","state":"enabled","maxLifetime":"P30D"}]}},)"
                 R"({"isEnabled":true,"restrictions":{"passwordCredentials":[)"
                 R"({"restrictionType":"passwordLifetime","state":"enabled","maxLifetime":"P60D"}]}}]})"),
        now);
    REQUIRE(page.has_value());
    CHECK_FALSE(page->rules.secrets_forbidden);
    CHECK((page->rules.longest_secret == days(30)));
    CHECK(page->next == "https://graph.microsoft.com/v1.0/x");
    CHECK_FALSE(read_policy_page(reply_of("{}"), now).has_value());
}

TEST_SUITE_END();
