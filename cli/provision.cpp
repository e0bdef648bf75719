#include "cli/provision.hpp"

#include "cli/advice.hpp"
#include "cli/diagnostics.hpp"
#include "cli/failure.hpp"
#include "cli/identity_start.hpp"
#include "cli/ledger_access.hpp"
#include "cli/passphrase.hpp"
#include "cli/provision_output.hpp"
#include "cli/provision_resume.hpp"
#include "cli/provision_run.hpp"
#include "cli/provisioning_identities.hpp"
#include "cli/run_metrics.hpp"
#include "cli/terminal.hpp"
#include "planner/wording.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <string>
#include <unistd.h>
#include <utility>

// Everything that `provision` reads, checks, says and asks before it touches a ledger or sends a byte.

namespace poolwright::cli {
namespace {

// What a script gets wrong must not depend on what there is to do.
void check_usage(provision_options const& options, common_options const& common) {
    if (common.output != "table" && common.output != "json") {
        throw failure(wrong_usage, fmt::format("--output: provision knows `table` and `json`, not {}",
                                               planner::shown(common.output)));
    }
    if (options.yes || options.dry_run) return;
    bool const can_ask =
        !common.no_input && options.file != "-" && is_terminal(STDIN_FILENO) && is_terminal(STDERR_FILENO);
    if (!can_ask) {
        throw failure(wrong_usage, "provision cannot ask whether to go on",
                      "look at it with --dry-run, then say --yes");
    }
}

void read_rows(prepared_run& what) {
    what.input = read_plan_input(what.options.file, what.options.sizing, what.common);
    auto const& profile = what.input.plan.header.profile;
    what.rows = chosen_rows(what.input.plan, what.options.access.only);
    check_rows(what.rows, profile, what.settings.access.named_addresses, what.options.file);
    what.settings.fleet.policy.profile = profile;
    auto const book = provisioner::open_ledger_reader(what.where);
    what.preview = preview(what.rows, book.get(), provisioner::writes_per_app(profile), what.options.verify);
}

void advise(prepared_run const& what) {
    if (auto const warning = profile_advice(what.input.plan.header.profile))
        say_warning(*warning, what.common);
    pool_advice pools;
    for (auto const* row : what.rows) pools.add(*row);
    if (auto const warning = pools.warning()) say_warning(*warning, what.common);
    bool const all_have_an_address = std::all_of(what.rows.begin(), what.rows.end(), [](auto const* row) {
        return row->apps == 0 || !row->redirect_uri.empty();
    });
    if (!what.options.redirect_uri.empty() || all_have_an_address) return;
    say_note(
        "without --redirect-uri the apps have no address to come back to, so the backup product's console "
        "cannot check them by signing an administrator in",
        what.common);
}

key_paths keys_of(provision_options const& options) {
    auto paths = paths_of_keys(options.public_key, options.key_file);
    paths.passphrase = passphrase_in(options.key_passphrase_file);
    return paths;
}

// --dry-run: what would be done, as far as it can be known without a call.
exit_code rehearse(prepared_run& what) {
    advise(what);
    what.identities = find_identities(what.options.access);
    if (what.identities.empty())
        say_note("no identity to provision with is given; a run needs one", what.common);
    tell_of_identities(what.identities, what.common);
    what.preview.identities = what.identities.size();
    auto const book = provisioner::open_ledger_reader(what.where);
    check_keys(what.keys, book ? book->key_fingerprint() : std::string());
    auto const color = what.options.events == "-" ? what.common.color_errors : what.common.color;
    print_result(what, preview_text(what.preview, color), preview_json(what.preview));
    return done;
}

void take_identities(prepared_run& what) {
    what.identities = find_identities(what.options.access);
    if (what.identities.empty()) refuse_no_identity();
    tell_of_identities(what.identities, what.common);
    if (what.common.verbose && !provisioner::all_is_locked()) {
        say_note("secrets may be written to swap: more memory cannot be locked here (see `ulimit -l`)",
                 what.common);
    }
}

bool agreed(prepared_run const& what) {
    if (what.options.yes || what.preview.nothing_to_do()) return true;
    static_cast<void>(
        write_all(STDERR_FILENO, question(what.preview, what.settings.access.services) + " [y/N] "));
    std::string answer;
    std::getline(std::cin, answer);
    return answer == "y" || answer == "Y" || answer == "yes";
}

}  // namespace

exit_code run_provision(provision_options const& options, common_options const& common) {
    check_usage(options, common);
    prepared_run what{.options = options,
                      .common = common,
                      .settings = read_settings(options, environment("AZURE_AUTHORITY_HOST")),
                      .where = ledger_location_of(common),
                      .input = {},
                      .rows = {},
                      .keys = keys_of(options),
                      .preview = {}};
    read_rows(what);
    if (what.rows.empty()) return conclude(what, {});
    if (options.dry_run) return rehearse(what);
    if (!options.metrics.empty()) check_metrics_file(options.metrics);
    // First, so that who lacks one is told so alone, without advice on a run that will not be.
    take_identities(what);
    advise(what);
    auto& access = what.settings.access;
    access.concurrency = fit_to_open_files(access.concurrency, access.limits, common);
    what.settings.fleet.concurrency = access.concurrency;
    auto machine = session_for(options.access, access, common, resume_command(options.command_line));
    machine.patience = what.settings.fleet.patience;
    provision_session session(std::move(machine));
    if (!agreed(what)) {
        say_note("nothing was done", common);
        return incomplete;
    }
    identity_surroundings const around{.services = what.settings.access.services,
                                       .tenants = tenants_of(what.rows),
                                       .keys = what.keys,
                                       .may_ask = !common.no_input};
    start_identities(what.identities, around, session);
    return carry_out(what, session);
}

}  // namespace poolwright::cli
