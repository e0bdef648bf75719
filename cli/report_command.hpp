#pragma once

#include "cli/access_options.hpp"
#include "cli/common_options.hpp"
#include "cli/exit_code.hpp"
#include "cli/plan_input.hpp"
#include "cli/usual_conditions.hpp"

#include <cstdint>
#include <ostream>
#include <string>

// `poolwright report`: what a plan means for quotas, time and people, before anything is created.

namespace CLI {
class App;
}

namespace poolwright::cli {

struct report_options {
    std::string file;  // TENANTS.csv, PLAN.json or "-"
    sizing_options sizing;
    bool live = false;                             // count the mailboxes first
    access_options who;                            // for that: whom to ask and as whom
    std::int64_t latency = usual_latency.count();  // milliseconds, of every call
    // milliseconds, until what was made can be referred to
    std::int64_t replication_lag = usual_replication_lag.count();
    std::string limits_file;  // empty: the published ones
    std::string html;         // where the page goes, "-": standard output; empty: no page
};

void add_report_options(CLI::App& command, report_options& options);

// Throws failure, and provisioner::ledger_error for a ledger that is there and cannot be read.
exit_code run_report(report_options const& options, common_options const& common, std::ostream& out);

}  // namespace poolwright::cli
