#include "cli/run_metrics.hpp"

#include "cli/run_forecast.hpp"
#include "cli/version_command.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>
#include <string_view>

using namespace poolwright;
using namespace poolwright::cli;
using namespace std::chrono_literals;

TEST_SUITE_BEGIN("cli");

namespace {

constexpr std::chrono::system_clock::time_point finished{1'700'000'000s + 250ms};

// The sample of that name and those labels, "" if there is none.
std::string sample(run_report const& report, std::string_view name) {
    auto const text = '\n' + metrics_text(metrics_of(report, finished));
    auto const key = fmt::format("\npoolwright_{} ", name);
    auto const at = text.find(key);
    if (at == std::string::npos) return {};
    auto const begin = at + key.size();
    return text.substr(begin, text.find('\n', begin) - begin);
}

run_report busy_run() {
    run_report report;
    report.totals = {
        .planned = 20, .ready = 11, .created = 9, .pending = 2, .failed = 3, .calls = 70, .writes = 41};
    report.tenants = 4;
    report.tenants_entered = 3;
    report.failed.push_back({});
    report.waits = {.throttle = 5, .replication = 6, .error = 7};
    report.took = 1500ms;
    report.expected = 12.5s;
    return report;
}

}  // namespace

TEST_CASE("metrics say how a run went") {
    auto const report = busy_run();
    struct {
        std::string_view name;
        std::string_view value;
    } const cases[] = {
        {R"(apps{state="ready"})", "11"},
        {R"(apps{state="pending"})", "2"},
        {R"(apps{state="failed"})", "3"},
        {R"(apps{state="open"})", "4"},
        {"run_apps_created", "9"},
        {"tenants", "4"},
        {"tenants_failed", "1"},
        {"run_calls", "70"},
        {"run_writes", "41"},
        {R"(run_waits{reason="throttle"})", "5"},
        {R"(run_waits{reason="replication"})", "6"},
        {R"(run_waits{reason="error"})", "7"},
        {"run_duration_seconds", "1.5"},
        {"run_forecast_seconds", "12.5"},
        {"run_exit_code", "1"},
        {"run_finished_timestamp_seconds", "1700000000"},
    };
    for (auto const& one : cases) {
        CAPTURE(one.name);
        CHECK(sample(report, one.name) == one.value);
    }
    CHECK(sample(report, fmt::format(R"(info{{version="{}"}})", own_version())) == "1");
}

TEST_CASE("a run that goes on has no end in its metrics") {
    auto run = metrics_of(busy_run(), finished);
    run.ended.reset();
    auto const text = metrics_text(run);
    CHECK(text.find("poolwright_run_duration_seconds 1.5\n") != std::string::npos);
    CHECK(text.find("exit_code") == std::string::npos);
    CHECK(text.find("finished_timestamp") == std::string::npos);
}

TEST_CASE("a run that had nothing to do has metrics, too") {
    run_report const nothing;
    CHECK(sample(nothing, R"(apps{state="ready"})") == "0");
    CHECK(sample(nothing, "run_exit_code") == "0");
    CHECK(sample(nothing, "run_duration_seconds") == "0");
}

TEST_CASE("waits are counted by their reason") {
    wait_counts waits;
    provisioner::fleet_event event;
    event.type = "waiting";
    for (auto const reason : {"throttle", "throttle", "replication", "error", ""}) {
        event.reason = reason;
        waits.add(event);
    }
    event.type = "app_failed";
    event.reason = "throttle";
    waits.add(event);
    CHECK(waits.throttle == 2);
    CHECK(waits.replication == 1);
    CHECK(waits.error == 1);
}

TEST_CASE("a run is expected to take as long as what is missing") {
    auto const& profile = planner::built_in_profiles().front();
    planner::planned_pool row;
    row.tenant_id = "contoso.example";
    row.mailboxes = 20'000;
    row.apps = 3'000;
    auto const limits = throttle::published_limits();
    run_preview what;
    what.pools.push_back({.row = &row, .ready = 0, .begun = 0});
    auto const all = forecast_for(what, profile, limits, 1).time;
    what.pools.front().ready = 2'900;
    auto const rest = forecast_for(what, profile, limits, 1).time;
    what.pools.front().ready = 3'000;
    CHECK(forecast_for(what, profile, limits, 1).time == 0s);
    CHECK(rest > 0s);
    CHECK(rest < all);
}

TEST_SUITE_END();
