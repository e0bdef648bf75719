#include "cli/provision_report.hpp"

#include "cli/provision_summary.hpp"
#include "cli/provision_words.hpp"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

TEST_SUITE_BEGIN("cli");

using namespace poolwright;
using namespace poolwright::cli;
using namespace std::chrono_literals;
using provisioner::meaning;
using provisioner::tenant_end;

namespace {

tenant_label const contoso{.id = "11111111-1111-1111-1111-111111111111", .name = "Contoso"};
tenant_label const fabrikam{.id = "22222222-2222-2222-2222-222222222222", .name = "Fabrikam"};

// A run over some tenants with ten apps planned.
run_report report_of(std::int64_t ready, std::size_t entered, std::vector<tenant_end> const& ends,
                     bool was_interrupted = false) {
    run_report report;
    report.totals.planned = 10;
    report.totals.ready = ready;
    report.tenants_entered = entered;
    report.interrupted = was_interrupted;
    for (auto const end : ends) report.failed.push_back({.tenant = contoso, .end = end, .why = "why"});
    return report;
}

unready_app app(tenant_label const& tenant, int ordinal, bool pending, std::string why) {
    return {
        .tenant = tenant, .pool = "exchange", .ordinal = ordinal, .pending = pending, .why = std::move(why)};
}

next_commands const next_words{.when_ready = "EXPORT", .to_continue = "AGAIN", .to_list = "STATUS"};

}  // namespace

TEST_CASE("Provision: the exit code follows from how the tenants ended") {
    using enum tenant_end;
    struct {
        std::int64_t ready;
        std::size_t entered;
        std::vector<tenant_end> ends;
        bool was_interrupted;
        int expected;
    } const table[] = {
        {10, 1, {}, false, done},
        {10, 0, {}, false, done},  // all was ready before
        {9, 1, {}, false, incomplete},
        {0, 0, {unreachable}, false, 69},
        {0, 0, {unreachable, untrusted}, false, 69},
        {0, 1, {unreachable}, false, incomplete},
        {0, 0, {identity_refused, identity_refused}, false, 77},
        {0, 1, {identity_refused}, false, incomplete},
        {0, 0, {identity_refused, unreachable}, false, incomplete},
        {0, 0, {refused}, false, incomplete},
        {0, 0, {unreachable, refused}, false, incomplete},
        {10, 0, {unreachable}, false, 69},  // ready, but not to be verified
        {10, 1, {refused}, false, incomplete},
        {3, 1, {}, true, 130},
        {0, 0, {unreachable}, true, 130},
    };
    for (auto const& row : table) {
        CAPTURE(row.ready);
        CAPTURE(row.ends.size());
        CHECK(exit_code_for(report_of(row.ready, row.entered, row.ends, row.was_interrupted)) ==
              row.expected);
    }
}

TEST_CASE("Provision: a first run that got nowhere leaves no ledger behind") {
    using enum tenant_end;
    struct {
        run_report report;
        bool expected;
    } const table[] = {
        {report_of(0, 0, {unreachable}), false},
        {report_of(0, 0, {unreachable, untrusted}), false},
        {report_of(0, 0, {identity_refused, identity_refused}), false},
        {report_of(0, 0, {}, true), false},
        {report_of(0, 0, {unreachable}, true), false},
        {report_of(0, 1, {}, true), true},
        {report_of(0, 1, {unreachable}), true},
        {report_of(0, 0, {identity_refused, unreachable}), true},
        {report_of(0, 0, {refused}), true},  // its reason is for `status`
        {report_of(9, 1, {}), true},
        {report_of(10, 1, {}), true},
        {report_of(10, 0, {}), true},  // a plan without apps
    };
    for (auto const& row : table) {
        CAPTURE(exit_code_for(row.report));
        CAPTURE(row.report.tenants_entered);
        CHECK(worth_a_ledger(row.report) == row.expected);
    }
}

TEST_CASE("Provision: a domain that leads nowhere is a failed tenant") {
    struct {
        meaning what;
        tenant_end expected;
    } const table[] = {{meaning::transient, tenant_end::unreachable},
                       {meaning::untrusted, tenant_end::untrusted},
                       {meaning::tenant_refused, tenant_end::refused}};
    for (auto const& row : table) {
        provisioner::fleet_result result;
        result.counts.planned = 4;
        result.counts.ready = 4;
        result.tenants_entered = 1;
        std::vector<tenant_label> const tenants{fabrikam};
        std::vector<lost_tenant> const lost{
            {.tenant = contoso, .apps = 6, .reason = provisioner::lookup_failure(row.what, "no such")}};
        auto const report = make_report(result, tenants, lost, 3s);
        CHECK(report.totals.planned == 10);
        CHECK(report.totals.failed == 6);
        CHECK(report.tenants == 2);
        REQUIRE(report.failed.size() == 1);
        CHECK(report.failed[0].end == row.expected);
        CHECK(report.failed[0].why == "no such");
        CHECK_FALSE(report.all_ready());
    }
}

TEST_CASE("Provision: what happened is named by its tenant") {
    provisioner::fleet_result result;
    result.tenants.push_back({.tenant = 1, .end = tenant_end::refused, .why = "quota"});
    result.slots.push_back({.tenant = 0, .pool = "exchange", .ordinal = 7, .pending = true, .why = "slow"});
    std::vector<tenant_label> const tenants{contoso, fabrikam};
    auto const report = make_report(result, tenants, {}, 1s);
    REQUIRE(report.failed.size() == 1);
    CHECK(report.failed[0].tenant.name == "Fabrikam");
    REQUIRE(report.unready.size() == 1);
    CHECK(report.unready[0].tenant.name == "Contoso");
    CHECK(report.unready[0].ordinal == 7);
    CHECK(report.unready[0].pending);
}

TEST_CASE("Provision: one reason is said once, whatever request ids it carries") {
    auto report = report_of(0, 2, {});
    for (int i = 1; i <= 5; ++i) {
        auto const id = "0000000" + std::to_string(i) + "-aaaa-bbbb-cccc-dddddddddddd";
        report.unready.push_back(app(contoso, i, false, "cannot create: 400 (request-id " + id + ")"));
    }
    report.unready.push_back(app(contoso, 6, true, "cannot create: 400 (request-id 7-a)"));
    report.unready.push_back(app(fabrikam, 1, false, "cannot create: 400 (request-id 8-a)"));
    report.unready.push_back(app(contoso, 7, false, "another reason"));
    auto const groups = group_unready(report);
    REQUIRE(groups.size() == 3);
    CHECK(groups[0].apps == 6);
    CHECK_FALSE(groups[0].pending);
    REQUIRE(groups[0].tenants.size() == 2);
    CHECK(groups[0].tenants[1].name == "Fabrikam");
    CHECK(groups[0].why.find("00000001-aaaa") != std::string::npos);
    CHECK(groups[1].apps == 1);
    CHECK(groups[1].pending);
    CHECK(groups[2].why == "another reason");
}

TEST_CASE("Provision: tenants that failed alike share a line, and their apps are not said again") {
    auto report = report_of(0, 0, {});
    for (auto const& tenant : {contoso, fabrikam}) {
        report.failed.push_back(
            {.tenant = tenant, .end = tenant_end::refused, .why = "quota (request-id " + tenant.id + ")"});
        report.unready.push_back(app(tenant, 1, false, "quota (request-id 0a-1)"));
        report.unready.push_back(app(tenant, 2, false, "something else"));
    }
    auto const groups = group_unready(report);
    REQUIRE(groups.size() == 2);
    CHECK(groups[0].apps == 0);
    CHECK(groups[0].tenants.size() == 2);
    CHECK(groups[1].why == "something else");
    CHECK(groups[1].apps == 2);
    CHECK(groups[1].tenants.size() == 2);
}

TEST_CASE("Provision: the summary says what is ready, what is not, and what to type") {
    auto report = report_of(10, 2, {});
    report.tenants = 2;
    report.took = 200s;
    report.totals.created = 10;
    report.totals.calls = 12'345;
    report.totals.writes = 1;
    CHECK(summary_text(report, next_words) ==
          "10 of 10 apps ready in 2 tenants (10 created, 12,345 calls, 1 write, 3 min 20 s)\nnext: EXPORT\n");

    report.totals.ready = 7;
    report.unready = {app(contoso, 1, false, "refused \x1b[31m"), app(contoso, 2, false, "refused \x1b[31m"),
                      app(contoso, 3, true, "slow")};
    auto const text = summary_text(report, next_words);
    CHECK(text.find("7 of 10 apps ready") == 0);
    CHECK(text.find("  Contoso (11111111-1111-1111-1111-111111111111): 2 apps failed: refused \\x1b[31m\n") !=
          std::string::npos);
    CHECK(text.find(": 1 app pending: slow\n") != std::string::npos);
    CHECK(text.find("to continue: AGAIN\n") != std::string::npos);
    CHECK(text.find("EXPORT") == std::string::npos);

    CHECK(summary_text({}, next_words).find("next:") == std::string::npos);
}

TEST_CASE("Provision: a long list of reasons is cut, and many tenants are counted") {
    auto report = report_of(0, 3, {});
    for (int i = 0; i < 26; ++i) {
        std::string const reason = "reason " + std::string(1, static_cast<char>('a' + i)) + "!";
        report.unready.push_back(
            app(contoso, i + 1, false, reason + std::string(static_cast<std::size_t>(i), '!')));
    }
    auto const text = summary_text(report, next_words, 20);
    CHECK(std::count(text.begin(), text.end(), '\n') == 1 + 20 + 1 + 1);
    CHECK(text.find("  and 6 more: STATUS\n") != std::string::npos);

    auto unlucky = report_of(0, 0, {});
    for (int i = 0; i < 5; ++i) {
        unlucky.failed.push_back({.tenant = {.id = "d" + std::to_string(i) + ".example", .name = {}},
                                  .end = tenant_end::unreachable,
                                  .why = "cannot connect"});
    }
    CHECK(summary_text(unlucky, next_words)
              .find("  d0.example, d1.example, d2.example and 2 other tenants: cannot connect\n") !=
          std::string::npos);
}

TEST_CASE("Provision: where every tenant failed alike, what is common to them is looked at first") {
    using enum tenant_end;
    struct {
        run_report report;
        std::string_view expected;
    } const table[] = {
        {report_of(0, 0, {identity_refused, identity_refused}),
         "no tenant lets it in: look first at its client id"},
        {report_of(0, 0, {identity_refused}), ""},
        {report_of(0, 1, {identity_refused, identity_refused}), ""},
        {report_of(0, 0, {identity_refused, refused}), ""},
        {report_of(0, 0, {unreachable}), "to mend it: check the network"},
        {report_of(0, 0, {unreachable, untrusted}), "to mend it: check the network"},
        {report_of(0, 0, {untrusted, untrusted}), ""},
        {report_of(0, 1, {unreachable}), ""},
    };
    for (auto const& [report, expected] : table) {
        auto const text = summary_text(report, next_words);
        CHECK(text.find(expected) != std::string::npos);
        CHECK((text.find("look first") == std::string::npos &&
               text.find("to mend it") == std::string::npos) == expected.empty());
    }
}

TEST_CASE("Provision: the document holds every failed tenant and every app that is not ready") {
    auto report = report_of(3, 1, {tenant_end::identity_refused});
    report.took = 1500ms;
    report.unready.push_back(app(fabrikam, 4, true, "slow"));
    auto const document = summary_json(report);
    CHECK(document.at("schema").as_string() == "poolwright.run/1");
    CHECK(document.at("seconds").as_double() == 1.5);
    CHECK(document.at("totals").at("planned").as_int64() == 10);
    CHECK(document.at("totals").at("ready").as_int64() == 3);
    CHECK_FALSE(document.at("interrupted").as_bool());
    auto const& tenant = document.at("failed_tenants").as_array().at(0);
    CHECK(tenant.at("tenant_id").as_string() == contoso.id);
    CHECK(tenant.at("end").as_string() == "identity_refused");
    auto const& slow = document.at("unready_apps").as_array().at(0);
    CHECK(slow.at("state").as_string() == "pending");
    CHECK(slow.at("ordinal").as_int64() == 4);
    CHECK(slow.at("reason").as_string() == "slow");
}

TEST_CASE("Provision: where another identity went on is said once for each that was refused") {
    auto report = report_of(10, 2, {});
    report.fallbacks = {{.tenant = contoso, .from = "one", .to = "two", .why = "bad secret"},
                        {.tenant = fabrikam, .from = "one", .to = "two", .why = "bad secret"},
                        {.tenant = fabrikam, .from = "two", .to = "three", .why = "no consent"}};
    auto const text = summary_text(report, next_words);
    CHECK(
        text.find("  the identity one was refused in 2 tenants, where another one went on; first in Contoso "
                  "(11111111-1111-1111-1111-111111111111): bad secret\n") != std::string::npos);
    CHECK(text.find(
              "  the identity two was refused in 1 tenant, where another one went on; first in Fabrikam") !=
          std::string::npos);
    CHECK(exit_code_for(report) == done);
    auto const document = summary_json(report);
    auto const& fallbacks = document.at("identity_fallbacks").as_array();
    REQUIRE(fallbacks.size() == 3);
    CHECK(fallbacks[2].at("tenant_id").as_string() == fabrikam.id);
    CHECK(fallbacks[2].at("refused").as_string() == "two");
    CHECK(fallbacks[2].at("went_on").as_string() == "three");
    CHECK(fallbacks[2].at("reason").as_string() == "no consent");
    CHECK(summary_text(report_of(10, 1, {}), next_words).find("identity") == std::string::npos);
}

TEST_CASE("Provision: times and numbers in words") {
    struct {
        std::chrono::nanoseconds time;
        std::string_view expected;
    } const table[] = {{0s, "0.0 s"},           {449ms, "0.4 s"},      {9'900ms, "9.9 s"},
                       {10s, "10 s"},           {59'400ms, "59 s"},    {59'600ms, "1 min 0 s"},
                       {3'599s, "59 min 59 s"}, {3'600s, "1 h 0 min"}, {25h + 5min, "25 h 5 min"}};
    for (auto const& row : table) CHECK(duration_words(row.time) == row.expected);
    CHECK(counted(1, "app") == "1 app");
    CHECK(counted(0, "app") == "0 apps");
    CHECK(counted(1'234, "app") == "1,234 apps");
    CHECK(words_for({.id = "a.example", .name = "a.example"}) == "a.example");
    CHECK(words_for({.id = "a.example", .name = "A\nB"}) == "A\\nB (a.example)");
}

TEST_SUITE_END();
