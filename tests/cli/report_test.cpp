#include "cli/report.hpp"

#include <doctest/doctest.h>

using namespace poolwright;
using namespace poolwright::cli;
using namespace std::chrono_literals;

TEST_SUITE_BEGIN("cli");

namespace {

planner::plan_header header_with(std::string_view rule, int growth = 0) {
    return {.rule = *planner::find_rule(rule),
            .growth_percent = growth,
            .pool = {},
            .profile = planner::built_in_profiles().front(),
            .based_on = {}};
}

// A row as the planner makes it.
planner::planned_pool row(std::string tenant, std::int64_t mailboxes, std::string_view rule,
                          std::string workload = "exchange") {
    planner::planned_pool one;
    auto const sized = planner::size(*planner::find_rule(rule), mailboxes, 0);
    one.tenant_id = one.name = std::move(tenant);
    one.workload = one.pool = std::move(workload);
    one.rule = rule;
    one.mailboxes = mailboxes;
    one.apps = one.to_create = sized.apps;
    one.next_app_at = sized.next_app_at;
    return one;
}

report_assumptions assumed() {
    report_assumptions what{.conditions = {}, .most_in_flight = 1'024, .limits_file = {}};
    what.conditions.latency = 300ms;
    what.conditions.replication_lag = 5s;
    what.conditions.concurrency = 116;
    what.conditions.per_tenant = 64;
    return what;
}

capacity_report report_of(planner::plan_header header, std::vector<planner::planned_pool> const& rows) {
    report_builder builder(std::move(header), assumed());
    for (auto const& each : rows) builder.add(each);
    return std::move(builder).finish();
}

}  // namespace

TEST_CASE("every built-in rule stands beside the chosen one") {
    auto const report =
        report_of(header_with("commvault-exchange-2022e"),
                  {row("a", 2'501, "commvault-exchange-2022e"), row("b", 50'000, "commvault-exchange-2022e"),
                   // sized by rules of their own, which they keep
                   row("c", 2'501, "commvault-2024"), row("d", 2'501, "single-app", "sharepoint")});
    REQUIRE(report.rules.size() == 4);
    CHECK(report.rules[0].name == "commvault-exchange-2022e");
    CHECK(report.rules[0].is_chosen);
    CHECK(report.rules[0].apps == 5 + 52 + 3 + 1);
    CHECK(report.rules[1].name == "commvault-exchange");
    CHECK(report.rules[1].apps == 6 + 53 + 3 + 1);
    CHECK(report.rules[2].name == "commvault-2024");
    CHECK(report.rules[2].apps == 3 + 10 + 3 + 1);
    CHECK(report.rules[3].name == "single-app");
    CHECK(report.rules[3].apps == 1 + 1 + 3 + 1);
    CHECK(report.totals.apps == report.rules[0].apps);
}

TEST_CASE("a rule of one's own stands beside all that are built in") {
    auto header = header_with("commvault-exchange");
    header.rule.name = "mine";
    header.rule.step_mailboxes = 500;
    auto mine = row("a", 3'500, "commvault-exchange");
    mine.rule = "mine";
    mine.apps = mine.to_create = 7;
    auto const report = report_of(header, {mine});
    REQUIRE(report.rules.size() == 5);
    CHECK(report.rules[0].apps == 7);
    CHECK(report.rules[1].name == "commvault-exchange");
    CHECK(report.rules[1].apps == 6);
}

TEST_CASE("writes are counted for what is missing") {
    auto partly = row("a", 2'501, "commvault-exchange");
    partly.existing = 4;
    partly.to_create = 2;
    auto const report =
        report_of(header_with("commvault-exchange"), {partly, row("b", 10, "commvault-exchange")});
    CHECK(report.writes_per_app == 5);
    CHECK(report.writes == (2 + 5) * 5);
    CHECK(report.forecast.binding == "critical path");
    CHECK(report.forecast.critical_path.count() == doctest::Approx(13.0));
    REQUIRE(report.identities.size() == report_times.size());
    CHECK(report.identities.back().within == 5min);
    CHECK(report.identities.back().identities == 1);
}

TEST_CASE("nothing to create takes no time") {
    auto there = row("a", 10, "commvault-exchange");
    there.existing = there.apps;
    there.to_create = 0;
    auto const report = report_of(header_with("commvault-exchange"), {there});
    CHECK(report.writes == 0);
    CHECK(report.forecast.time.count() == 0);
    CHECK(report.forecast.binding.empty());
    CHECK(report.identities.empty());
}

TEST_CASE("within a tenth of its mailboxes is near the next app") {
    struct nearness {
        std::int64_t mailboxes;
        bool is_near;
    };
    nearness const rows[] = {{0, false},     {2'273, false}, {2'274, true}, {2'500, true},
                             {2'501, false}, {3'182, false}, {3'183, true}, {20'000, true}};
    for (auto const& each : rows) {
        INFO(each.mailboxes);
        auto const report =
            report_of(header_with("commvault-exchange"), {row("a", each.mailboxes, "commvault-exchange")});
        CHECK((report.thresholds.size() == 1) == each.is_near);
    }
    auto const report =
        report_of(header_with("commvault-exchange"),
                  {row("far", 20'000, "commvault-exchange"), row("near", 3'500, "commvault-exchange")});
    REQUIRE(report.thresholds.size() == 2);
    CHECK(report.thresholds[0].tenant_id == "near");
    CHECK(report.thresholds[0].next_app_at == 3'501);
    // No rule makes it more.
    CHECK(report_of(header_with("single-app"), {row("a", 900, "single-app")}).thresholds.empty());
}

TEST_CASE("the pools of a tenant share its directory") {
    auto teams = row("a", 39'000, "single-app", "teams");
    teams.surplus = 3;
    teams.existing = 4;
    teams.to_create = 0;
    auto const report =
        report_of(header_with("commvault-exchange"),
                  {row("small", 1, "commvault-exchange"), row("a", 39'900, "commvault-exchange"), teams,
                   row("none", 0, "commvault-exchange")});
    REQUIRE(report.directories.size() == 2);
    auto const& fullest = report.directories[0];
    CHECK(fullest.tenant_id == "a");
    CHECK(fullest.apps == 43 + 4);
    CHECK(fullest.objects_of_apps() == 94);
    CHECK(fullest.objects() == 39'994);
    CHECK_FALSE(fullest.is_near());
    CHECK(report_of(header_with("commvault-exchange"), {row("a", 40'000, "commvault-exchange")})
              .directories[0]
              .is_near());
}

TEST_CASE("a pool where the publisher advises against one is a risk of its tenant") {
    auto pool = row("a", 2'500, "commvault-2024", "sharepoint");
    auto const report =
        report_of(header_with("commvault-exchange"),
                  {pool, row("b", 2'500, "single-app", "onedrive"), row("c", 2'500, "commvault-exchange")});
    REQUIRE(report.risks.size() == 2);
    CHECK(report.risks[0].kind == "ews_retirement");
    CHECK(report.risks[0].tenant_id.empty());
    CHECK(report.risks[1].kind == "pool_of_apps");
    CHECK(report.risks[1].tenant_id == "a");
    CHECK(report.risks[1].text.starts_with("a pool of 3 apps for sharepoint: "));
}

TEST_SUITE_END();
