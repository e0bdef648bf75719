#include "planner/plan_pool.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>

TEST_SUITE_BEGIN("planner");

using namespace poolwright::planner;

namespace {

tenant_row row_of(std::string workload, std::string rule, std::int64_t mailboxes = 2501) {
    tenant_row row;
    row.tenant_id = "a.com";
    row.workload = std::move(workload);
    row.rule = std::move(rule);
    row.mailboxes = mailboxes;
    return row;
}

plan_options options_with(std::string_view rule) {
    return {*find_rule(rule), 0, "", 200};
}

sizing_rule teams_rule() {
    return {"mine", "teams", 2, 10, 10, rounding::up, 0, std::nullopt, "", "2026-01-31"};
}

}  // namespace

TEST_CASE("which rule sizes a row") {
    struct row {
        std::string_view asked, workload, named, used;
    };
    std::array<row, 9> const table{
        {{"commvault-exchange", "exchange", "", "commvault-exchange"},
         {"commvault-2024", "exchange", "", "commvault-2024"},
         {"commvault-2024", "exchange", "commvault-exchange-2022e", "commvault-exchange-2022e"},
         {"commvault-exchange", "teams", "", "single-app"},
         {"commvault-exchange", "onedrive", "single-app", "single-app"},
         {"single-app", "exchange", "", "single-app"},
         {"single-app", "sharepoint", "", "single-app"},
         {"single-app", "exchange", "commvault-2024", "commvault-2024"},
         {"commvault-2024", "sharepoint", "", "single-app"}}};
    for (auto const& [asked, workload, named, used] : table) {
        auto const pool = plan_row(row_of(std::string(workload), std::string(named)), options_with(asked));
        REQUIRE(pool.has_value());
        CHECK(pool->rule == used);
        CHECK(pool->apps == apps_for(*find_rule(used), 2501, 0));
    }
}

TEST_CASE("a rule of one's own applies to the rows of its workload") {
    plan_options const options{teams_rule(), 0, "", 1000};
    CHECK(plan_row(row_of("teams", ""), options)->rule == "mine");
    CHECK(plan_row(row_of("onedrive", ""), options)->rule == "single-app");
    CHECK(plan_row(row_of("exchange", "commvault-2024"), options)->rule == "commvault-2024");
    auto const refused = plan_row(row_of("exchange", ""), options);
    REQUIRE(refused.has_error());
    CHECK(refused.error().message == "the rule `mine` is for the workload `teams`, this row's is `exchange`");
    CHECK(refused.error().column == tenant_column::workload);
}

TEST_CASE("everything that a row says is in its pool") {
    tenant_row row = row_of("exchange", "", 2400);
    row.name = "A";
    row.redirect_uri = "https://a.com/";
    row.cloud = "dod";
    auto options = options_with("commvault-exchange");
    options.growth_percent = 20;
    auto const pool = plan_row(row, options);
    REQUIRE(pool.has_value());
    planned_pool const expected{"a.com",
                                "A",
                                "exchange",
                                "exchange",
                                "commvault-exchange",
                                "https://a.com/",
                                "dod",
                                2400,
                                6,
                                0,
                                6,
                                0,
                                "2,400 mailboxes + 20 % growth = 2,880: base 5 for ≤ 2,500; +1 for 380 above",
                                2917};
    CHECK(*pool == expected);
    options.pool = "mine";
    CHECK(plan_row(row, options)->pool == "mine");
}

TEST_CASE("nothing of the row before is left in a pool that is used again") {
    auto options = options_with("commvault-exchange");
    options.growth_percent = 20;
    tenant_row full = row_of("exchange", "", 9000);
    full.name = "A name";
    full.redirect_uri = "https://a.com/";
    full.cloud = "dod";
    planned_pool pool;
    REQUIRE(!plan_row(pool, full, options));
    pool.existing = 3;
    pool.surplus = 4;
    for (auto const& row : {row_of("teams", "", 7), row_of("exchange", "commvault-2024", 0)}) {
        REQUIRE(!plan_row(pool, row, options));
        CHECK(pool == *plan_row(row, options));
    }
}

TEST_CASE("a typing error does not create thousands of apps") {
    auto options = options_with("commvault-exchange");
    CHECK(plan_row(row_of("exchange", "", 197'500), options)->apps == 200);
    auto const refused = plan_row(row_of("exchange", "", 197'501), options);
    REQUIRE(refused.has_error());
    CHECK(refused.error().message ==
          "`a.com` needs 201 apps for 197,501 mailboxes, more than --max-apps 200: correct the number or "
          "raise the limit");
    CHECK(refused.error().column == tenant_column::mailboxes);
    options.max_apps = 201;
    CHECK(plan_row(row_of("exchange", "", 197'501), options)->apps == 201);
}

TEST_CASE("a number without a tenant") {
    auto const pool = plan_total(10'000, options_with("commvault-exchange"));
    REQUIRE(pool.has_value());
    CHECK(pool->tenant_id.empty());
    CHECK(pool->workload == "exchange");
    CHECK(pool->apps == 13);
    CHECK(pool->next_app_at == 10'501);
    CHECK(plan_total(100, options_with("single-app"))->workload == "exchange");
    CHECK(plan_total(100, {teams_rule(), 0, "", 200})->workload == "teams");
    auto const refused = plan_total(1'000'000, options_with("commvault-exchange"));
    REQUIRE(refused.has_error());
    CHECK(refused.error().message ==
          "this number needs 1,003 apps for 1,000,000 mailboxes, more than --max-apps 200: correct the "
          "number or raise the limit");
}

TEST_SUITE_END();
