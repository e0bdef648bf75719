#pragma once

#include "cli/access_options.hpp"
#include "cli/common_options.hpp"
#include "cli/exit_code.hpp"
#include "cli/plan_input.hpp"

#include <cstdint>
#include <optional>
#include <ostream>
#include <string>

// `poolwright plan`: how many apps, per tenant and in all.

namespace CLI {
class App;
}

namespace poolwright::cli {

struct plan_options {
    std::string file;  // TENANTS.csv, PLAN.json or "-"; empty: --mailboxes
    std::optional<std::int64_t> mailboxes;
    sizing_options sizing;
    bool live = false;   // count the mailboxes first
    access_options who;  // for that: whom to ask and as whom
    std::string save;    // a file; empty: the plan is not saved
    bool detailed_exitcode = false;
};

void add_plan_options(CLI::App& command, plan_options& options);

// Throws failure, and provisioner::ledger_error for a ledger that is there and cannot be read.
exit_code run_plan(plan_options const& options, common_options const& common, std::ostream& out);

}  // namespace poolwright::cli
