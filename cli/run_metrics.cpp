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
    // What an interrupted run did not come to, or one that goes on has not yet.
    auto const open = totals.planned - totals.ready - totals.pending - totals.failed;
    out.value(std::max<std::int64_t>(open, 0), R"({state="open"})");
    out.gauge("run_apps_created", "Apps that the run created.");
    out.value(totals.created);
}

void put_tenants(metrics_writer& out, run_metrics const& run) {
    out.gauge("tenants", "Tenants that the run was about.");
    out.value(run.tenants);
    out.gauge("tenants_failed", "Tenants that failed as a whole.");
    out.value(run.failed_tenants);
}

void put_calls(metrics_writer& out, run_metrics const& run) {
    out.gauge("run_calls", "Requests that the run sent.");
    out.value(run.totals.calls);
    out.gauge("run_writes", "Requests of these that write to Microsoft Graph.");
    out.value(run.totals.writes);
    out.gauge("run_waits", "How often a step of an app had to wait, by why.");
    out.value(run.waits.throttle, R"({reason="throttle"})");
    out.value(run.waits.replication, R"({reason="replication"})");
    out.value(run.waits.error, R"({reason="error"})");
}

}  // namespace

run_metrics metrics_of(run_report const& report, std::chrono::system_clock::time_point finished) {
    return {.totals = report.totals,
            .waits = report.waits,
            .tenants = report.tenants,
            .failed_tenants = report.failed.size(),
            .took = report.took,
            .forecast = report.expected,
            .ended = run_metrics::ending{.code = exit_code_for(report), .at = finished}};
}

std::string metrics_text(run_metrics const& run) {
    metrics_writer out;
    out.gauge("info", "The program that ran.");
    out.value(1, fmt::format(R"({{version="{}"}})", own_version()));
    put_apps(out, run.totals);
    put_tenants(out, run);
    put_calls(out, run);
    out.gauge("run_duration_seconds", "How long the run took, until now if it goes on.");
    out.value(run.took.count());
    out.gauge("run_forecast_seconds", "How long it was expected to take, as the capacity report says it.");
    out.value(run.forecast.count());
    if (!run.ended) return out.text();
    out.gauge("run_exit_code", "How the run ended; 0: all is ready.");
    out.value(static_cast<int>(run.ended->code));
    out.gauge("run_finished_timestamp_seconds", "When it ended.");
    out.value(std::chrono::floor<std::chrono::seconds>(run.ended->at).time_since_epoch().count());
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
