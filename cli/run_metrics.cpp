#include "cli/run_metrics.hpp"

#include "cli/replaced_file.hpp"
#include "cli/version_command.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <system_error>

namespace poolwright::cli {
namespace {

constexpr mode_t mode_for_collectors = 0644;

class metrics_writer {
public:
    void gauge(std::string_view name, std::string_view help) {
        name_ = name;
        text_ += fmt::format("# HELP poolwright_{0} {1}\n# TYPE poolwright_{0} gauge\n", name, help);
    }

    template <class Number>
    void value(Number number, std::string_view labels = {}) {
        text_ += fmt::format("poolwright_{}{} {}\n", name_, labels, number);
    }

    [[nodiscard]] std::string const& text() const noexcept { return text_; }

private:
    std::string_view name_;
    std::string text_;
};

void put_apps(metrics_writer& out, provisioner::fleet_counts const& totals) {
    out.gauge("apps", "Apps of the plan, by how they stand.");
    out.value(totals.ready, R"({state="ready"})");
    out.value(totals.pending, R"({state="pending"})");
    out.value(totals.failed, R"({state="failed"})");
    // What an interrupted run did not come to.
    auto const open = totals.planned - totals.ready - totals.pending - totals.failed;
    out.value(std::max<std::int64_t>(open, 0), R"({state="open"})");
    out.gauge("run_apps_created", "Apps that the run created.");
    out.value(totals.created);
}

void put_tenants(metrics_writer& out, run_report const& report) {
    out.gauge("tenants", "Tenants that the run was about.");
    out.value(report.tenants);
    out.gauge("tenants_failed", "Tenants that failed as a whole.");
    out.value(report.failed.size());
}

void put_calls(metrics_writer& out, run_report const& report) {
    out.gauge("run_calls", "Requests that the run sent.");
    out.value(report.totals.calls);
    out.gauge("run_writes", "Requests of these that write to Microsoft Graph.");
    out.value(report.totals.writes);
    out.gauge("run_waits", "How often a step of an app had to wait, by why.");
    out.value(report.waits.throttle, R"({reason="throttle"})");
    out.value(report.waits.replication, R"({reason="replication"})");
    out.value(report.waits.error, R"({reason="error"})");
}

}  // namespace

std::string metrics_text(run_report const& report, std::chrono::duration<double> forecast,
                         std::chrono::system_clock::time_point finished) {
    metrics_writer out;
    out.gauge("info", "The program that ran.");
    out.value(1, fmt::format(R"({{version="{}"}})", own_version()));
    put_apps(out, report.totals);
    put_tenants(out, report);
    put_calls(out, report);
    out.gauge("run_duration_seconds", "How long the run took.");
    out.value(std::chrono::duration<double>(report.took).count());
    out.gauge("run_forecast_seconds", "How long it was expected to take, as the capacity report says it.");
    out.value(forecast.count());
    out.gauge("run_exit_code", "How the run ended; 0: all is ready.");
    out.value(static_cast<int>(exit_code_for(report)));
    out.gauge("run_finished_timestamp_seconds", "When it ended.");
    out.value(std::chrono::floor<std::chrono::seconds>(finished).time_since_epoch().count());
    return out.text();
}

void write_metrics(std::string const& file, std::string const& text) {
    replaced_file target(file, mode_for_collectors);
    target.stream() << text;
    target.commit();
}

void check_metrics_file(std::string const& file) {
    std::error_code ignored;
    // It would wait for its reader.
    if (std::filesystem::is_fifo(file, ignored)) return;
    replaced_file const probe(file, mode_for_collectors);
}

}  // namespace poolwright::cli
