#include "cli/plan_view.hpp"

#include <boost/json/parse.hpp>
#include <doctest/doctest.h>

#include <sstream>

using namespace poolwright;
using namespace poolwright::cli;

TEST_SUITE_BEGIN("cli");

namespace {

// A plan that is given as rows.
class rows_plan final : public plan_source {
public:
    explicit rows_plan(std::vector<planner::planned_pool> rows) : rows_(std::move(rows)) {
        header_.rule = planner::built_in_rules().front();
        header_.profile = planner::built_in_profiles().front();
        plan_id_ = std::string(64, '0');
        for (auto const& row : rows_) totals_.add(row);
    }
    void visit(pool_visitor const& visitor) override {
        for (auto const& row : rows_) visitor(row);
    }

private:
    std::vector<planner::planned_pool> rows_;
};

planner::planned_pool row(std::string tenant, std::string name) {
    planner::planned_pool one;
    one.tenant_id = std::move(tenant);
    one.name = std::move(name);
    one.workload = one.pool = "exchange";
    one.rule = "commvault-exchange";
    one.mailboxes = 2501;
    one.apps = one.to_create = 6;
    one.reason = "base 5 for ≤ 2,500; +1 for 1 above";
    one.next_app_at = 3501;
    return one;
}

std::string shown(std::vector<planner::planned_pool> rows, common_options const& common) {
    std::ostringstream out;
    auto const view = plan_view_for(common, out);
    rows_plan plan(std::move(rows));
    plan.visit([&](planner::planned_pool const& one) { view->measure(one); });
    view->begin(plan);
    plan.visit([&](planner::planned_pool const& one) { view->add(one); });
    view->end(plan.totals());
    return out.str();
}

common_options as(std::string output, bool verbose = false) {
    common_options common;
    common.output = std::move(output);
    common.verbose = verbose;
    return common;
}

}  // namespace

TEST_CASE("a table leaves out the columns that say nothing and ends with the totals") {
    CHECK(shown({row("contoso.com", "Contoso"), row("fabrikam.com", "")}, as("table", true)) ==
          "TENANT        DIRECTORY     MAILBOXES  APPS  NEXT APP AT  REASON\n"
          "Contoso       contoso.com       2,501     6        3,501  base 5 for ≤ 2,500; +1 for 1 above\n"
          "fabrikam.com  fabrikam.com      2,501     6        3,501  base 5 for ≤ 2,500; +1 for 1 above\n"
          "Total of 2                      5,002    12\n");
}

TEST_CASE("a table shows what exists and other pools where there are any") {
    auto one = row("contoso.com", "\x1b[2J");
    one.pool = "archive";
    one.existing = 7;
    one.to_create = 0;
    one.surplus = 1;
    one.next_app_at.reset();
    one.reason = "why";
    CHECK(
        shown({one}, as("table", true)) ==
        "TENANT      DIRECTORY    POOL     MAILBOXES  APPS  EXISTING  TO CREATE  SURPLUS  NEXT APP AT  "
        "REASON\n"
        "\\x1b[2J     contoso.com  archive      2,501     6         7          0        1            -  why\n"
        "Total of 1                            2,501     6         7          0        1\n");
}

TEST_CASE("every line of NDJSON is an object with its type; hostile names stay data") {
    auto const text = shown({row("contoso.com", "a\"b\x1b\n")}, as("ndjson"));
    std::istringstream lines(text);
    std::string line;
    std::vector<std::string> types;
    while (std::getline(lines, line)) {
        auto const object = boost::json::parse(line).as_object();
        types.emplace_back(object.at("type").as_string());
        if (types.back() == "tenant") CHECK(object.at("name").as_string() == "a\"b\x1b\n");
        if (types.back() == "totals") CHECK(object.at("apps").as_int64() == 6);
    }
    CHECK(types == std::vector<std::string>{"plan", "tenant", "totals"});
}

TEST_CASE("CSV has a column for every key of a tenant and no totals") {
    CHECK(shown({row("contoso.com", "=x")}, as("csv")) ==
          "tenant_id,name,workload,pool,rule,redirect_uri,cloud,mailboxes,apps,existing,to_create,surplus,"
          "reason,"
          "next_app_at\n"
          "contoso.com,'=x,exchange,exchange,commvault-exchange,,,2501,6,0,6,0,"
          "\"base 5 for ≤ 2,500; +1 for 1 above\",3501\n");
}

TEST_SUITE_END();
