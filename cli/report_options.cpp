#include "cli/option_checks.hpp"
#include "cli/report_command.hpp"

namespace poolwright::cli {
namespace {

constexpr std::int64_t longest_latency = 60'000;             // milliseconds
constexpr std::int64_t longest_replication_lag = 3'600'000;  // milliseconds

}  // namespace

void add_report_options(CLI::App& command, report_options& options) {
    constexpr auto* group = "What the forecast assumes";
    command.add_option("FILE", options.file, "TENANTS.csv, a saved PLAN.json, or - for standard input")
        ->type_name("")
        ->required();
    command.add_option("--latency", options.latency, "How long every call takes, 0 to 60,000")
        ->type_name("MS")
        ->group(group)
        ->capture_default_str()
        ->transform(whole_number(0, longest_latency));
    command
        .add_option("--replication-lag", options.replication_lag,
                    "How long until what was made can be referred to, 0 to 3,600,000")
        ->type_name("MS")
        ->group(group)
        ->capture_default_str()
        ->transform(whole_number(0, longest_replication_lag));
    command.add_option("--limits", options.limits_file, "Quotas other than the published ones")
        ->type_name("FILE")
        ->group(group);
    command
        .add_option(
            "--html", options.html,
            "Also write the report as one page for a browser, which needs nothing from anywhere; - is "
            "standard output, which then has the page alone")
        ->type_name("FILE|-")
        ->configurable(false);
    command
        .add_flag("--live", options.live, "Count the mailboxes in the tenants first, as `poolwright count`")
        ->configurable(false);
    add_sizing_options(command, options.sizing);
    add_who_and_where(command, options.who);
}

}  // namespace poolwright::cli
