#pragma once

#include "cli/exit_code.hpp"
#include "cli/provision_report.hpp"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>

// How a run goes, in Prometheus' text format: what `provision --metrics` writes when it is over, for the
// textfile collector of a node exporter or a push gateway, and what the dashboard gives at /metrics
// meanwhile. Numbers of the fleet only: no tenant is named.

namespace poolwright::cli {

struct run_metrics {
    provisioner::fleet_counts totals;
    wait_counts waits;
    std::size_t tenants = 0;  // that the run is about
    std::size_t failed_tenants = 0;
    std::chrono::duration<double> took{0};
    std::chrono::duration<double> forecast{0};  // how long it was expected to take
    struct ending {
        exit_code code;
        std::chrono::system_clock::time_point at;
    };
    std::optional<ending> ended;  // nothing: it goes on
};

// Of a run that is over.
run_metrics metrics_of(run_report const& report, std::chrono::system_clock::time_point finished);

// https://prometheus.io/docs/instrumenting/exposition_formats/. All are gauges, since each run counts anew.
std::string metrics_text(run_metrics const& run);

// Whole or not there; readable by all, since a collector runs as somebody else. Throws failure(broken).
void write_metrics(std::string const& file, std::string const& text);

// Says before a run what would be in the way of that after it. Throws failure(broken).
void check_metrics_file(std::string const& file);

}  // namespace poolwright::cli
