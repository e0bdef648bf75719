#include "cli/report_view.hpp"

#include <boost/json/parse.hpp>
#include <doctest/doctest.h>

#include <sstream>

using namespace poolwright;
using namespace poolwright::cli;
using namespace std::chrono_literals;

TEST_SUITE_BEGIN("cli");

namespace {

capacity_report example() {
    capacity_report report;
    report.header = {.rule = planner::built_in_rules().front(),
                     .growth_percent = 20,
                     .pool = {},
                     .profile = planner::built_in_profiles().front(),
                     .based_on = {}};
    report.totals = {
        .tenants = 2, .mailboxes = 48'500, .apps = 60, .existing = 11, .to_create = 50, .surplus = 1};
    report.assumptions.conditions.latency = 300ms;
    report.assumptions.conditions.replication_lag = 1500ms;
    report.assumptions.conditions.concurrency = 1'024;
    report.assumptions.conditions.per_tenant = 64;
    report.rules = {{.name = "commvault-exchange", .apps = 60, .is_chosen = true},
                    {.name = "b", .apps = 1'000}};
    report.writes_per_app = 5;
    report.writes = 250;
    report.forecast = {.time = 1'234.56s, .binding = "application.writes", .critical_path = 12.4s};
    report.identities = {{.within = 1h, .identities = 1},
                         {.within = 30min, .identities = 1},
                         {.within = 10min, .identities = 3}};
    report.thresholds = {{.tenant_id = "contoso.com",
                          .name = "Con|toso\x1b[31m",
                          .pool = "exchange",
                          .mailboxes = 48'000,
                          .next_app_at = 48'001}};
    report.directories = {{.tenant_id = "contoso.com", .name = "Con|toso", .mailboxes = 48'000, .apps = 51},
                          {.tenant_id = "b.com", .name = "", .mailboxes = 500, .apps = 5}};
    report.risks = {{.tenant_id = "", .name = "", .kind = "ews_retirement", .text = "it ends"},
                    {.tenant_id = "b.com", .name = "", .kind = "pool_of_apps", .text = "a pool"}};
    return report;
}

std::string printed(capacity_report const& report, std::string const& format) {
    common_options common;
    common.output = format;
    std::ostringstream out;
    print_report(report, common, out);
    return out.str();
}

bool holds(std::string const& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("the document") {
    auto const text = printed(example(), "json");
    auto const document = boost::json::parse(text);
    auto const at = [&](char const* path) { return document.at_pointer(path); };
    CHECK(at("/schema") == "poolwright.report/1");
    CHECK(at("/totals") == boost::json::parse(R"({"tenants":2,"mailboxes":48500,"apps":60,"existing":11,
                                                 "to_create":50,"surplus":1})"));
    CHECK(at("/rules/0") == boost::json::parse(R"({"name":"commvault-exchange","apps":60,"chosen":true})"));
    CHECK(at("/writes") == boost::json::parse(R"({"per_app":5,"total":250})"));
    CHECK(holds(text, R"("seconds": 1234.6,)"));
    CHECK(at("/forecast/binding_limit") == "application.writes");
    CHECK(at("/forecast/critical_path_seconds") == 12.4);
    CHECK(at("/forecast/identities_for/2") == boost::json::parse(R"({"seconds":600,"identities":3})"));
    CHECK(at("/forecast/assumptions/replication_lag_ms") == 1500);
    CHECK(at("/thresholds/0/tenant_id") == "contoso.com");
    CHECK(at("/thresholds/0/mailboxes") == 48'000);
    CHECK(at("/thresholds/0/next_app_at") == 48'001);
    CHECK(at("/quota/0/objects_of_apps") == 102);
    CHECK(at("/quota/0/near") == true);
    CHECK(at("/quota/1/near") == false);
    CHECK(at("/risks/0") ==
          boost::json::parse(R"({"tenant_id":null,"kind":"ews_retirement","text":"it ends"})"));
    CHECK(at("/risks/1/tenant_id") == "b.com");
}

TEST_CASE("nothing to create has no limit that decides") {
    auto report = example();
    report.writes = 0;
    report.forecast = {};
    report.identities = {};
    auto const document = boost::json::parse(printed(report, "json"));
    CHECK(document.at_pointer("/forecast/binding_limit").is_null());
    CHECK(document.at_pointer("/forecast/identities_for").as_array().empty());
    CHECK_FALSE(holds(printed(report, "table"), "With one identity"));
}

TEST_CASE("the words") {
    auto const text = printed(example(), "table");
    for (std::string const part :
         {"by the rule commvault-exchange with 20 % growth",
          "10 exist and 50 are to be created; 1 are surplus", "commvault-exchange     60  chosen",
          "about 20 min 35 s", "the limit application.writes", "10 min           3",
          "No number of identities does it within 5 min.", "300 ms for every call",
          "1.5 s of replication lag", "Con|toso\\x1b[31m", "48,001    +1", "96 %", "  - It ends.",
          "  - b.com: a pool."}) {
        INFO(part);
        CHECK(holds(text, part));
    }
    CHECK_FALSE(holds(text, "\x1b"));
    CHECK_FALSE(holds(text, "contoso.com"));  // ids come with --verbose
}

TEST_CASE("in Markdown names cannot end a cell") {
    auto const text = printed(example(), "markdown");
    CHECK(text.starts_with("# Capacity report\n\n## Apps\n"));
    CHECK(holds(text, "| Con\\|toso\\\\x1b\\[31m | contoso.com | exchange | 48,000 | 48,001 | +1 |"));
    CHECK(holds(text, "| Within | Identities |\n| ---: | ---: |\n"));
    CHECK(holds(text, "- It ends.\n- b.com: a pool.\n"));
}

TEST_CASE("a table of many tenants is cut, unless all of it is wanted") {
    auto report = example();
    report.thresholds.resize(30, report.thresholds.front());
    report.risks.resize(30, report.risks.back());
    auto const text = printed(report, "table");
    CHECK(holds(text, "And 10 more: --verbose and -o json list them all."));
    common_options verbose;
    verbose.verbose = true;
    std::ostringstream out;
    print_report(report, verbose, out);
    CHECK_FALSE(holds(out.str(), " more: "));
    CHECK(holds(out.str(), "contoso.com"));
}

TEST_SUITE_END();
