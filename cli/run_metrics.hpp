#pragma once

#include "cli/exit_code.hpp"
#include "cli/provision_report.hpp"

#include <chrono>
#include <string>

// What `provision --metrics` writes when a run is over: how it went, in Prometheus' text format, for the
// textfile collector of a node exporter or a push gateway. Numbers of the fleet only: no tenant is named.

namespace poolwright::cli {

// https://prometheus.io/docs/instrumenting/exposition_formats/. All are gauges, since each run counts anew.
std::string metrics_text(run_report const& report, std::chrono::duration<double> forecast,
                         std::chrono::system_clock::time_point finished);

// Whole or not there; readable by all, since a collector runs as somebody else. Throws failure(broken).
void write_metrics(std::string const& file, std::string const& text);

// Says before a run what would be in the way of that after it. Throws failure(broken).
void check_metrics_file(std::string const& file);

}  // namespace poolwright::cli
