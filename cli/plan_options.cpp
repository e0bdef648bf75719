#include "cli/option_checks.hpp"
#include "cli/plan_command.hpp"
#include "planner/sizing_rule.hpp"

namespace poolwright::cli {

void add_plan_options(CLI::App& command, plan_options& options) {
    command.add_option("FILE", options.file, "TENANTS.csv, a saved PLAN.json, or - for standard input")
        ->type_name("");
    command.add_option("--mailboxes", options.mailboxes, "Size one number of mailboxes instead of a file")
        ->type_name("N")
        ->configurable(false)
        ->transform(whole_number(0, planner::most_mailboxes));
    command.add_option("--save", options.save, "Keep the plan for `poolwright provision FILE`")
        ->type_name("FILE")
        ->configurable(false);
    command.add_flag("--detailed-exitcode", options.detailed_exitcode,
                     "End with 2 if there is something to create");
    command
        .add_flag("--live", options.live, "Count the mailboxes in the tenants first, as `poolwright count`")
        ->configurable(false);
    add_sizing_options(command, options.sizing);
    add_who_and_where(command, options.who);
}

}  // namespace poolwright::cli
