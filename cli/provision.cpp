#include "cli/provision.hpp"

#include "cli/advice.hpp"
#include "cli/diagnostics.hpp"
#include "cli/failure.hpp"
#include "cli/identities_file.hpp"
#include "cli/identity_options.hpp"
#include "cli/identity_start.hpp"
#include "cli/ledger_access.hpp"
#include "cli/open_files.hpp"
#include "cli/passphrase.hpp"
#include "cli/provision_output.hpp"
#include "cli/provision_resume.hpp"
#include "cli/provision_run.hpp"
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
    what.rows = chosen_rows(what.input.plan, what.options.only);
    check_rows(what.rows, profile, what.settings.named_addresses, what.options.file);
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

identity_sources sources_of(provision_options const& options) {
    return {.kind = options.identity,
            .client_id = options.client_id,
            .secret_file = options.client_secret_file,
            .certificate = options.client_certificate,
            .certificate_password_file = options.client_certificate_password_file,
            .federated_token = options.federated_token_file,
            .managed_id = options.managed_identity_id,
            .refresh_token_file = options.refresh_token_file};
}

// None if none is given.
std::vector<identity_found> find_identities(provision_options const& options) {
    if (!options.identities.empty()) {
        static_cast<void>(take_identity_environment());
        return read_identities(options.identities);
    }
    auto one = find_identity(sources_of(options));
    return one ? std::vector{std::move(*one)} : std::vector<identity_found>();
}

void tell_of_identities(prepared_run const& what) {
    for (auto const& each : what.identities) {
        for (auto const& warning : each.warnings) say_warning(warning, what.common);
        if (what.common.verbose && !each.explanation.empty())
            say_note("provisioning as " + each.explanation, what.common);
    }
}

// --dry-run: what would be done, as far as it can be known without a call.
exit_code rehearse(prepared_run& what) {
    advise(what);
    what.identities = find_identities(what.options);
    if (what.identities.empty())
        say_note("no identity to provision with is given; a run needs one", what.common);
    tell_of_identities(what);
    what.preview.identities = what.identities.size();
    auto const book = provisioner::open_ledger_reader(what.where);
    check_keys(what.keys, book ? book->key_fingerprint() : std::string());
    print_result(what, preview_text(what.preview), preview_json(what.preview));
    return done;
}

void take_identities(prepared_run& what) {
    what.identities = find_identities(what.options);
    if (what.identities.empty()) refuse_no_identity();
    tell_of_identities(what);
    if (what.common.verbose && !provisioner::all_is_locked()) {
        say_note("secrets may be written to swap: more memory cannot be locked here (see `ulimit -l`)",
                 what.common);
    }
}

// A call that finds no file left to open would fail as if the service were away.
void fit_to_open_files(prepared_run& what) {
    auto& fleet = what.settings.fleet;
    auto const wanted = fleet.concurrency.value_or(throttle::fleet_in_flight(fleet.limits, 1, {}));
    auto const room = room_for_connections(wanted);
    auto const open = fmt::format("only {} files may be open at once", most_open_files());
    if (room == 0)
        throw failure(broken, open + ", too few to provision; nothing was sent",
                      fmt::format("allow {} or more, as with `ulimit -n {}`", fewest_open_files, 4096));
    if (room == wanted) return;
    fleet.concurrency = room;
    say_warning(
        fmt::format("{}, so the calls in flight are kept to {}: allow more with `ulimit -n`", open, room),
        what.common);
}

session_settings session_for(prepared_run const& what) {
    auto style = is_terminal(STDERR_FILENO) ? progress_style::redrawn : progress_style::lines;
    if (what.common.quiet) style = progress_style::none;
    return {.ca_file = what.options.ca_file,
            .request_timeout = what.settings.request_timeout,
            .most_in_flight = what.settings.fleet.concurrency.value_or(throttle::most_in_flight),
            .patience = what.settings.fleet.patience,
            .style = style,
            .to_resume = resume_command(what.options.command_line)};
}

bool agreed(prepared_run const& what) {
    if (what.options.yes || what.preview.nothing_to_do()) return true;
    static_cast<void>(write_all(STDERR_FILENO, question(what.preview, what.settings.services) + " [y/N] "));
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
    // First, so that who lacks one is told so alone, without advice on a run that will not be.
    take_identities(what);
    advise(what);
    fit_to_open_files(what);
    provision_session session(session_for(what));
    if (!agreed(what)) {
        say_note("nothing was done", common);
        return incomplete;
    }
    identity_surroundings const around{.services = what.settings.services,
                                       .rows = what.rows,
                                       .keys = what.keys,
                                       .may_ask = !common.no_input};
    start_identities(what.identities, around, session);
    return carry_out(what, session);
}

}  // namespace poolwright::cli
