#include "cli/provision_options.hpp"

#include "cli/credential_options.hpp"
#include "cli/dashboard_address.hpp"
#include "cli/option_checks.hpp"
#include "planner/tenant_cells.hpp"
#include "provisioner/naming.hpp"
#include "throttle/in_flight.hpp"

#include <string_view>

namespace poolwright::cli {
namespace {

constexpr int longest_deadline = 86'400;  // seconds

// A fault of a cell begins with the name of its column; here the option is named in front of it.
std::string fault_of_redirect_uri(std::string const& text) {
    constexpr std::string_view column = "redirect_uri ";
    auto const fault = planner::check_redirect_uri(text).value_or("");
    return fault.starts_with(column) ? fault.substr(column.size()) : fault;
}

std::string fault_of_display_name(std::string const& text) {
    auto const parsed = provisioner::display_pattern::parse(text);
    return parsed ? std::string() : parsed.error();
}

std::string fault_of_dashboard(std::string const& text) {
    auto const where = read_dashboard_address(text);
    return where ? std::string() : where.error();
}

void add_keys(CLI::App& command, provision_options& options) {
    constexpr auto* group = "Keys";
    command
        .add_option("--public-key", options.public_key,
                    "The key that secrets are sealed to (default: fleet.pub in the configuration folder)")
        ->type_name("FILE")
        ->group(group);
    command
        .add_option("--key-file", options.key_file,
                    "The private key, used if it is there (default: fleet.key beside it)")
        ->type_name("FILE")
        ->group(group);
    command
        .add_option("--key-passphrase-file", options.key_passphrase_file,
                    "The file that holds its passphrase; without one a protected key is not used")
        ->type_name("FILE")
        ->group(group);
}

void add_made(CLI::App& command, provision_options& options) {
    constexpr auto* group = "What is made";
    command
        .add_option("--redirect-uri", options.redirect_uri,
                    "The backup product's console, registered with each app")
        ->type_name("URL")
        ->group(group)
        ->check(checked_by(fault_of_redirect_uri));
    command
        .add_option("--display-name", options.display_name,
                    "How apps are shown; fields {pool}, {ordinal}, {tenant}")
        ->type_name("PATTERN")
        ->default_str(std::string(provisioner::display_pattern::standard))
        ->group(group)
        ->check(checked_by(fault_of_display_name));
    add_credential_option(command, options.credential, group);
    command
        .add_option("--certificate", options.certificate,
                    "One for all apps of a tenant, or one for each: per-tenant, per-app")
        ->type_name("SHARE")
        ->group(group)
        ->capture_default_str()
        ->check(one_of_words({"per-tenant", "per-app"}));
    add_lifetime_option(command, options.lifetime, group);
    command.add_flag("--verify", options.verify, "Also compare ready apps with their tenant, and mend them")
        ->configurable(false)
        ->group(group);
    command
        .add_flag("--adopt", options.adopt,
                  "Take over apps of another ledger, by adding a credential to them")
        ->configurable(false)
        ->group(group);
    command.add_flag("--restore-deleted", options.restore_deleted, "Restore deleted apps that hold a name")
        ->configurable(false)
        ->group(group);
    command
        .add_flag("--recreate", options.recreate,
                  "Make apps again that --verify finds missing; their old keys are gone")
        ->configurable(false)
        ->group(group);
}

void add_pace(CLI::App& command, provision_options& options) {
    constexpr auto* group = group_of_pace;
    command
        .add_option("--per-tenant", options.per_tenant,
                    "Those in one tenant, 1 to 64; auto: quota × latency, at least 8")
        ->type_name("N|auto")
        ->group(group)
        ->capture_default_str()
        ->check(number_or_auto(throttle::most_in_tenant));
    command
        .add_option("--step-deadline", options.step_deadline,
                    "How long a step may wait for replication before the app is pending")
        ->type_name("SECONDS")
        ->group(group)
        ->capture_default_str()
        ->check(whole_number(1, longest_deadline));
    command
        .add_option("--priority", options.priority,
                    "Whom Graph refuses first when a tenant is busy: low, for bulk runs in business hours; "
                    "normal or high")
        ->type_name("LEVEL")
        ->group(group)
        ->capture_default_str()
        ->check(one_of_words({"low", "normal", "high"}));
}

}  // namespace

void add_provision_options(CLI::App& command, provision_options& options) {
    command.add_option("FILE", options.file, "TENANTS.csv, a saved PLAN.json, or - for standard input")
        ->type_name("")
        ->required();
    command.add_flag("--dry-run", options.dry_run, "Say what would be done; send nothing, make nothing")
        ->configurable(false);
    command.add_flag("-y,--yes", options.yes, "Do not ask; required without a terminal")->configurable(false);
    command
        .add_flag("--skip-checks", options.skip_checks,
                  "Do not ask each tenant first what it allows: what it refuses is found out on the way")
        ->configurable(false);
    command.add_option("--events", options.events, "Write what happens as JSON lines; - is standard output")
        ->type_name("FILE|-");
    command
        .add_option("--metrics", options.metrics, "Write how the run went, for Prometheus, when it is over")
        ->type_name("FILE");
    command
        .add_flag("--dashboard{0}", options.dashboard,
                  "Show the run in a browser of this machine while it lasts; at a free port, or at ADDR")
        ->type_name("ADDR")
        ->configurable(false)
        ->check(checked_by(fault_of_dashboard));
    add_made(command, options);
    add_access_options(command, options.access);
    add_keys(command, options);
    add_pace(command, options);
}

}  // namespace poolwright::cli
