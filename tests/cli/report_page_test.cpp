#include "cli/report_page.hpp"

#include <boost/json/parse.hpp>
#include <doctest/doctest.h>

#include <algorithm>
#include <sstream>
#include <vector>

using namespace poolwright;
using namespace poolwright::cli;
using namespace std::chrono_literals;
namespace json = boost::json;

TEST_SUITE_BEGIN("cli");

namespace {

// A row as the planner makes it.
planner::planned_pool row(std::string tenant, std::string name, std::int64_t mailboxes) {
    planner::planned_pool one;
    auto const sized = planner::size(planner::built_in_rules().front(), mailboxes, 0);
    one.tenant_id = std::move(tenant);
    one.name = std::move(name);
    one.workload = one.pool = "exchange";
    one.rule = planner::built_in_rules().front().name;
    one.mailboxes = mailboxes;
    one.apps = one.to_create = sized.apps;
    one.reason = sized.reason;
    one.next_app_at = sized.next_app_at;
    return one;
}

// What a page shows.
struct shown {
    capacity_report report;
    std::vector<planner::planned_pool> rows;

    explicit shown(std::vector<planner::planned_pool> of) : rows(std::move(of)) {
        report_assumptions assumed{.conditions = {}, .most_in_flight = 1'024, .limits_file = {}};
        assumed.conditions.latency = 300ms;
        assumed.conditions.replication_lag = 5s;
        assumed.conditions.concurrency = 116;
        assumed.conditions.per_tenant = 64;
        report_builder builder({.rule = planner::built_in_rules().front(),
                                .growth_percent = 0,
                                .pool = {},
                                .profile = planner::built_in_profiles().front(),
                                .based_on = {}},
                               std::move(assumed));
        for (auto const& each : rows) builder.add(each);
        report = std::move(builder).finish();
    }

    [[nodiscard]] page_rows visit() const {
        return [this](pool_visitor const& visitor) {
            for (auto const& each : rows) visitor(each);
        };
    }

    [[nodiscard]] json::object data() const {
        std::ostringstream out;
        write_page_data(report, visit(), out);
        CHECK(out.str().find('<') == std::string::npos);
        return json::parse(out.str()).as_object();
    }

    [[nodiscard]] std::string page() const {
        std::ostringstream out;
        write_report_page(report,
                          {.plan = {.file = "tenants.csv", .is_saved = false, .plan_options = {}},
                           .day = "2026-11-26",
                           .version = "0"},
                          visit(), out);
        return out.str();
    }
};

bool holds(std::string const& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

std::vector<std::string> commands_of(capacity_report const& report, reported_plan const& plan) {
    std::vector<std::string> commands;
    for (auto const& each : next_steps(report, plan)) commands.push_back(each.command);
    return commands;
}

}  // namespace

TEST_CASE("Page: each row is in its data, texts that many rows share once") {
    auto partly = row("b", "", 2'501);
    partly.existing = 4;
    partly.to_create = 2;
    partly.surplus = 1;
    auto teams = row("c", "C", 0);
    teams.pool = "teams";
    teams.next_app_at.reset();
    auto const data = shown({row("a", "A\n", 12), partly, teams}).data();
    json::array const rows{json::array{"a", "A\\n", 0, 12, 5, 0, 5, 0, 2'501, 0},
                           json::array{"b", "", 0, 2'501, 6, 4, 2, 1, 3'501, 1},
                           json::array{"c", "C", 1, 0, 0, 0, 0, 0, 0, 2}};
    CHECK(data.at("rows") == rows);
    CHECK(data.at("pools") == json::array{"exchange", "teams"});
    CHECK(data.at("reasons").as_array().size() == 3);
    CHECK(data.at("totals") == json::object{{"apps", 11}, {"to_create", 7}});
}

TEST_CASE("Page: the stairs are where the rule has them, as far as the fleet reaches") {
    auto const stairs = shown({row("a", "", 4'600)}).data().at("stairs");
    CHECK(stairs == json::array{json::array{1, 5}, json::array{2'501, 6}, json::array{3'501, 7},
                                json::array{4'501, 8}});
    // However large a tenant is, there are not many more than a picture can show.
    auto const many = shown({row("a", "", 1'000'000'000)}).data().at("stairs").as_array();
    CHECK(many.size() < 2'000);
    CHECK(many.back().as_array()[0].as_int64() > 900'000'000);
    CHECK(shown({}).data().at("stairs").as_array().size() == 1);
}

TEST_CASE("Page: whatever the tenants are called, it is text") {
    char const* const names[] = {"<script>alert(1)</script>",
                                 "</script><script>alert(1)</script>",
                                 "<!--<script>",
                                 "\" onload=\"alert(1)",
                                 "{{data}}",
                                 "=cmd|' /C calc'!A0"};
    auto const plain = shown({row("a", "A", 2'500), row("b", "B", 45'000)}).page();
    auto const count = [](std::string const& page, std::string_view what) {
        std::size_t found = 0;
        for (auto at = page.find(what); at != std::string::npos; at = page.find(what, at + 1)) ++found;
        return found;
    };
    for (auto const* name : names) {
        INFO(name);
        auto const page = shown({row(name, name, 2'500), row("b", name, 45'000)}).page();
        for (auto const* markup : {"<script", "</script", "<!--", "onload=\"", "<th", "<dd"})
            CHECK(count(page, markup) == count(plain, markup));
    }
}

TEST_CASE("Page: it allows itself nothing but what is in it") {
    auto const page = shown({row("a", "A", 10)}).page();
    CHECK(holds(page, "content=\"default-src &#39;none&#39;; style-src &#39;sha256-"));
    CHECK_FALSE(holds(page, "unsafe"));
    CHECK_FALSE(holds(page, " src="));
    CHECK_FALSE(holds(page, "url("));
}

TEST_CASE("Page: the figures say what there is, what is missing and what it costs") {
    auto there = row("a", "A", 10);
    there.existing = there.apps;
    there.to_create = 0;
    there.surplus = 2;
    auto const done = shown({there}).page();
    CHECK(holds(done, "Apps</a></dt><dd>5<small>all of them there; 2 surplus</small>"));
    CHECK(holds(done, "Time to create</a></dt><dd>none<small>nothing is to be created</small>"));
    auto const partly = shown({there, row("b", "B", 2'501)}).page();
    CHECK(holds(partly, "<dd>11<small>5 there, 6 to be created; 2 surplus</small>"));
    CHECK(holds(partly, "Tenants</a></dt><dd>2<small>2,511 mailboxes</small>"));
    CHECK(holds(partly,
                "Time to create</a></dt><dd>13 s<small>with one identity; the chain of one app decides"));
    CHECK(holds(partly,
                "Writes of quota</a></dt><dd>30<small>5 an app; an identity has 35,000 in 5 min</small>"));
    CHECK(holds(shown({}).page(), "Apps</a></dt><dd>0<small>none is needed</small>"));
}

TEST_CASE("Page: what happens next depends on what is missing and how the plan came about") {
    auto const missing = shown({row("a", "A", 2'500)}).report;
    CHECK(commands_of(missing, {.file = "my fleet.csv", .is_saved = false, .plan_options = " --growth 20"}) ==
          std::vector<std::string>{"poolwright plan 'my fleet.csv' --growth 20 --save plan.json",
                                   "poolwright doctor plan.json", "poolwright provision plan.json",
                                   "poolwright export --format csv --to apps.csv",
                                   "poolwright export --format ews-allow-list --to allow.ps1", ""});
    CHECK(commands_of(missing, {.file = "p.json", .is_saved = true, .plan_options = {}}).front() ==
          "poolwright doctor p.json");
    auto there = row("a", "A", 10);
    there.existing = there.apps;
    there.to_create = 0;
    CHECK(commands_of(shown({there}).report, {.file = "p.json", .is_saved = true, .plan_options = {}})
              .front() == "poolwright status");
    CHECK(commands_of(shown({}).report, {.file = "p.json", .is_saved = true, .plan_options = {}}).size() ==
          1);
}

TEST_SUITE_END();
