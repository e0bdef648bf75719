#pragma once

#include "cli/existing_apps.hpp"
#include "cli/live_counts.hpp"
#include "cli/plan_input.hpp"
#include "planner/plan.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>

// A plan that need not be in memory: its rows can be visited several times, each time the same ones. Made by
// `plan`, which shows it, and by read_plan_input, which keeps it.

namespace poolwright::cli {

using pool_visitor = std::function<void(planner::planned_pool const&)>;

class plan_source {
public:
    virtual ~plan_source() = default;

    [[nodiscard]] planner::plan_header const& header() const noexcept { return header_; }
    [[nodiscard]] std::string const& plan_id() const noexcept { return plan_id_; }
    [[nodiscard]] planner::plan_totals const& totals() const noexcept { return totals_; }
    [[nodiscard]] bool from_file() const noexcept { return from_file_; }

    virtual void visit(pool_visitor const& visitor) = 0;

protected:
    planner::plan_header header_;
    std::string plan_id_;
    planner::plan_totals totals_;
    bool from_file_ = false;  // a saved plan
};

// What the ledger tells a plan.
struct plan_background {
    existing_apps existing;
    std::optional<planner::plan_basis> basis;  // nothing: there is no ledger
};

// From the ledger that --state names, if it is there. Throws provisioner::ledger_error, and
// failure(wrong_usage) if --state names none.
plan_background read_background(common_options const& common);

// How the tenants of a CSV are counted; empty: its own numbers are taken.
using live_counting = std::function<live_counts(planner::input_file&)>;

// Counts with these options for --live, and says on standard error what came of it; `code` becomes that of
// the command. None without --live.
live_counting counting_for(bool live, access_options const& who, common_options const& common,
                           exit_code& code);

// Reads a CSV or a saved plan once, to find every problem and to compute its identity; `first` is told the
// rows at that time already, also when a later one has a problem. Prints warnings about the file. Throws
// failure(bad_input), and failure(wrong_usage) for sizing options or `live` together with a saved plan. Rows
// of tenants that could not be counted and have no number of their own are left out.
std::unique_ptr<plan_source> open_plan(std::string const& file, sizing_options const& options,
                                       plan_background background, common_options const& common,
                                       pool_visitor const& first, live_counting const& live = {});

// A plan of one number of mailboxes, without a tenant.
std::unique_ptr<plan_source> plan_number(std::int64_t mailboxes, sizing_options const& options,
                                         pool_visitor const& first);

}  // namespace poolwright::cli
