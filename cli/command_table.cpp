#include "cli/command_table.hpp"

#include "cli/doctor.hpp"
#include "cli/plan_view.hpp"
#include "cli/provision.hpp"
#include "cli/report_view.hpp"
#include "cli/status_command.hpp"
#include "cli/version_command.hpp"

#include <algorithm>
#include <array>

namespace poolwright::cli {

namespace {

void add_plan(CLI::App& app, all_options& options) {
    add_plan_options(app, options.plan);
    add_common_options(app, options.common, plan_formats());
}

void note_plan(CLI::App const& app, all_options& options) {
    options.plan.sizing.any_given = any_sizing_given(app);
}

exit_code start_plan(all_options const& options, std::ostream& out) {
    return run_plan(options.plan, options.common.options, out);
}

void add_report(CLI::App& app, all_options& options) {
    add_report_options(app, options.report);
    add_common_options(app, options.common, report_formats());
}

void note_report(CLI::App const& app, all_options& options) {
    options.report.sizing.any_given = any_sizing_given(app);
}

exit_code start_report(all_options const& options, std::ostream& out) {
    return run_report(options.report, options.common.options, out);
}

void add_count(CLI::App& app, all_options& options) {
    add_count_options(app, options.count);
    add_common_options(app, options.common, {"table", "json"});
}

exit_code start_count(all_options const& options, std::ostream& out) {
    return run_count(options.count, options.common.options, out);
}

// Decisions of one run: a file must not make them for all to come.
void add_provision(CLI::App& app, all_options& options) {
    add_provision_options(app, options.provision);
    add_sizing_options(app, options.provision.sizing);
    add_common_options(app, options.common, {"table", "json"});
    for (auto const* name : {"--dry-run", "--yes", "--only", "--verify", "--adopt", "--restore-deleted",
                             "--recreate", "--skip-checks"})
        app.get_option(name)->configurable(false);
}

void note_provision(CLI::App const& app, all_options& options) {
    options.provision.sizing.any_given = any_sizing_given(app);
}

exit_code start_provision(all_options const& options, std::ostream&) {
    return run_provision(options.provision, options.common.options);
}

void add_doctor(CLI::App& app, all_options& options) {
    add_doctor_options(app, options.doctor);
    add_sizing_options(app, options.doctor.sizing);
    add_common_options(app, options.common, {"table", "json"});
}

void note_doctor(CLI::App const& app, all_options& options) {
    options.doctor.sizing.any_given = any_sizing_given(app);
}

exit_code start_doctor(all_options const& options, std::ostream& out) {
    return run_doctor(options.doctor, options.common.options, out);
}

void add_common_only(CLI::App& app, all_options& options) {
    add_common_options(app, options.common, {"table", "json"});
}

exit_code start_status(all_options const& options, std::ostream& out) {
    return run_status(options.common.options, out);
}

void add_export(CLI::App& app, all_options& options) {
    add_export_options(app, options.exporting);
    add_common_only(app, options);
}

exit_code start_export(all_options const& options, std::ostream& out) {
    return run_export(options.exporting, options.common.options, out);
}

void add_key(CLI::App& app, all_options& options) {
    add_key_options(app, options.key);
    add_common_only(app, options);
}

exit_code start_key(all_options const& options, std::ostream& out) {
    return run_key(options.key, options.common.options, out);
}

void add_rules(CLI::App& app, all_options& options) {
    add_rules_options(app, options.catalog);
    add_common_only(app, options);
}

exit_code start_rules(all_options const& options, std::ostream& out) {
    return run_rules(options.catalog, options.common.options, out);
}

void add_profiles(CLI::App& app, all_options& options) {
    add_profiles_options(app, options.catalog);
    add_common_only(app, options);
}

exit_code start_profiles(all_options const& options, std::ostream& out) {
    return run_profiles(options.catalog, options.common.options, out);
}

void add_config(CLI::App& app, all_options& options) {
    add_config_options(app, options.config);
    add_common_only(app, options);
}

void note_config(CLI::App const& app, all_options& options) {
    note_config_options(app, options.config);
}

exit_code start_config(all_options const& options, std::ostream& out) {
    return run_config(options.config, options.common.config, options.common.options, out);
}

void add_completion(CLI::App& app, all_options& options) {
    add_completion_options(app, options.completion);
}

exit_code start_completion(all_options const& options, std::ostream& out) {
    return run_completion(options.completion, out);
}

void add_help(CLI::App& app, all_options& options) {
    add_help_options(app, options.help);
}

exit_code start_help(all_options const& options, std::ostream& out) {
    return run_help(options.help, out);
}

exit_code start_version(all_options const& options, std::ostream& out) {
    return run_version(options.common.options, out);
}

void note_nothing(CLI::App const&, all_options&) {}

constexpr std::array<command, 14> table_of_commands{{
    {"plan", "How many apps, per tenant and in all",
     "poolwright plan tenants.csv\n"
     "poolwright plan --mailboxes 12000 --growth 20\n"
     "poolwright plan tenants.csv --save plan.json\n",
     add_plan, note_plan, start_plan},
    {"report", "What a plan means for quotas, time and people",
     "poolwright report tenants.csv\n"
     "poolwright report tenants.csv --html capacity.html\n"
     "poolwright report plan.json -o markdown > capacity.md\n"
     "poolwright report tenants.csv --growth 20 --latency 500\n",
     add_report, note_report, start_report},
    {"count", "Mailbox counts read from the tenants",
     "poolwright count tenants.csv --to tenants.csv\n"
     "poolwright count tenants.csv -o json\n"
     "poolwright plan tenants.csv --live --save plan.json\n",
     add_count, note_nothing, start_count},
    {"doctor", "Can we get in, are we allowed, is there room; writes nothing",
     "poolwright doctor tenants.csv\n"
     "poolwright doctor plan.json --only contoso.com --verbose\n"
     "poolwright doctor tenants.csv --lifetime max -o json\n",
     add_doctor, note_doctor, start_doctor},
    {"provision", "Create what is missing; resumes after any interruption",
     "poolwright provision plan.json --dry-run\n"
     "poolwright provision plan.json --client-id ID --client-secret-file FILE\n"
     "poolwright provision plan.json --identities identities.json\n",
     add_provision, note_provision, start_provision},
    {"status", "Where every pool stands",
     "poolwright status\n"
     "poolwright status -o json\n",
     add_common_only, note_nothing, start_status},
    {"export", "The recorded values, for the backup product's guided setup",
     "poolwright export --format csv --to apps.csv\n"
     "poolwright export --format commvault --tenant contoso.com --to apps.json\n"
     "poolwright export --format ews-allow-list --to allow.ps1\n",
     add_export, note_nothing, start_export},
    {"key", "Another key pair for the ledger, and the passphrase of the private key",
     "poolwright key rotate\n"
     "poolwright key protect\n"
     "poolwright key rotate --key-passphrase-file /run/secrets/passphrase\n",
     add_key, note_nothing, start_key},
    {"rules", "The built-in sizing rules, as data",
     "poolwright rules\n"
     "poolwright rules commvault-exchange > my-rule.json\n",
     add_rules, note_nothing, start_rules},
    {"profiles", "The built-in permission profiles, as data",
     "poolwright profiles\n"
     "poolwright profiles commvault-exchange-2026 > my-profile.json\n",
     add_profiles, note_nothing, start_profiles},
    {"config", "What every setting is, and where it comes from",
     "poolwright config show --origin\n"
     "poolwright config show provision --origin\n"
     "poolwright config show -o json\n",
     add_config, note_config, start_config},
    {"completion", "What your shell reads to complete commands and options",
     "poolwright completion bash \\\n"
     "    > ~/.local/share/bash-completion/completions/poolwright\n"
     "poolwright completion zsh > ~/.zfunc/_poolwright    # a folder of $fpath\n"
     "poolwright completion fish > ~/.config/fish/completions/poolwright.fish\n"
     "poolwright completion powershell >> $PROFILE\n",
     add_completion, note_nothing, start_completion},
    {"help", "A command or a topic explained; the manual's pages",
     "poolwright help provision\n"
     "poolwright help exit-codes\n"
     "poolwright help --man-pages DIR && man DIR/poolwright-plan.1\n",
     add_help, note_nothing, start_help},
    {"version", "The version of the program and its libraries", "poolwright version -o json\n",
     add_common_only, note_nothing, start_version},
}};

}  // namespace

std::span<command const> commands() {
    return table_of_commands;
}

command const* find_command(std::string_view name) {
    auto const found = std::find_if(table_of_commands.begin(), table_of_commands.end(),
                                    [&](command const& one) { return one.name == name; });
    return found == table_of_commands.end() ? nullptr : &*found;
}

}  // namespace poolwright::cli
