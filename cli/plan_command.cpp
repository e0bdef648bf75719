#include "cli/plan_command.hpp"

#include "cli/advice.hpp"
#include "cli/diagnostics.hpp"
#include "cli/failure.hpp"
#include "cli/paths.hpp"
#include "cli/plan_source.hpp"
#include "cli/plan_view.hpp"
#include "cli/provision_resume.hpp"
#include "cli/replaced_file.hpp"

#include <fmt/format.h>

namespace poolwright::cli {

namespace {

constexpr mode_t mode_of_plans = 0644;

void check_usage(plan_options const& options) {
    if (options.file.empty() && !options.mailboxes) {
        throw failure(wrong_usage, "what is to be planned is missing",
                      "poolwright plan TENANTS.csv, or poolwright plan --mailboxes N");
    }
    if (!options.file.empty() && options.mailboxes)
        throw failure(wrong_usage, "a file and --mailboxes exclude each other", "leave out one of them");
    if (options.live && options.mailboxes)
        throw failure(wrong_usage, "--live counts in tenants, and --mailboxes names none",
                      "leave out one of them");
    if (options.save == "-") {
        throw failure(wrong_usage, "--save needs the name of a file",
                      "`-o json` prints the plan on standard output");
    }
    check_is_not_read("--save", options.save, options.file);
}

std::unique_ptr<plan_source> open(plan_options const& options, common_options const& common,
                                  pool_visitor const& first, exit_code& counted) {
    if (options.mailboxes) return plan_number(*options.mailboxes, options.sizing, first);
    return open_plan(options.file, options.sizing, read_background(common), common, first,
                     counting_for(options.live, options.who, common, counted));
}

// The command that provisions the saved plan with the ledger that the plan was compared with.
std::string next_command(plan_options const& options, common_options const& common) {
    auto command = "poolwright provision " + shell_quoted(options.save);
    if (common.state != default_state()) command += " --state " + shell_quoted(common.state);
    return command;
}

void save(plan_source& plan, std::string const& path) {
    replaced_file file(path, mode_of_plans);
    planner::plan_writer writer(file.stream());
    writer.begin(plan.header(), plan.plan_id());
    plan.visit([&](planner::planned_pool const& row) { writer.add(row); });
    writer.end(plan.totals());
    file.commit();
}

void show(plan_source& plan, plan_view& view) {
    view.begin(plan);
    plan.visit([&](planner::planned_pool const& row) { view.add(row); });
    view.end(plan.totals());
}

void note_saved(plan_options const& options, common_options const& common) {
    auto note = fmt::format("the plan is saved in {}", options.save);
    if (!options.mailboxes) note += "; next: " + next_command(options, common);
    say_note(note, common);
}

}  // namespace

exit_code run_plan(plan_options const& options, common_options const& common, std::ostream& out) {
    check_usage(options);
    pool_advice advice;
    auto const view = plan_view_for(common, out);
    auto const measure = [&](planner::planned_pool const& row) {
        advice.add(row);
        view->measure(row);
    };
    exit_code counted = done;
    auto const plan = open(options, common, measure, counted);
    if (auto const warning = profile_advice(plan->header().profile)) say_warning(*warning, common);
    if (auto const warning = advice.warning()) say_warning(*warning, common);
    // Saved first: a reader that leaves early takes only the picture away.
    if (!options.save.empty()) save(*plan, options.save);
    show(*plan, *view);
    out.flush();
    if (!options.save.empty()) note_saved(options, common);
    if (counted != done) return counted;
    return options.detailed_exitcode && plan->totals().to_create > 0 ? to_create : done;
}

}  // namespace poolwright::cli
