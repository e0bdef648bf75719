#include "cli/provision_run.hpp"

#include "cli/dashboard.hpp"
#include "cli/diagnostics.hpp"
#include "cli/event_stream.hpp"
#include "cli/failure.hpp"
#include "cli/person_tokens.hpp"
#include "cli/pretty_json.hpp"
#include "cli/provision_output.hpp"
#include "cli/provision_resume.hpp"
#include "cli/provision_summary.hpp"
#include "cli/provision_words.hpp"
#include "cli/provisioning_identities.hpp"
#include "cli/run_forecast.hpp"
#include "cli/run_metrics.hpp"
#include "cli/run_watch.hpp"
#include "planner/wording.hpp"
#include "provisioner/late_ledger.hpp"
#include "provisioner/roster.hpp"

#include <fmt/format.h>

#include <optional>
#include <sstream>
#include <unistd.h>
#include <utility>

namespace poolwright::cli {
namespace {

// One run, from the look-up of the directories to the report.
class started_run {
public:
    started_run(prepared_run const& what, provision_session& session)
        : what_(what),
          session_(session),
          expected_(forecast_for(what.preview, what.input.plan.header.profile, what.settings.access.limits,
                                 what.identities.size())) {}

    run_report run();

private:
    void open_events();
    void open_dashboard();
    void watch(fleet_run& run, std::vector<lost_tenant> const& lost);
    resolved_rows look_up();
    [[nodiscard]] run_report interrupted_early() const;
    void open_ledger();
    void take_keys(provisioner::ledger& book);
    std::vector<provisioner::pool_id> accept(resolved_rows const& resolved);
    fleet_run prepare(resolved_rows const& resolved);
    void tell(provisioner::fleet_event const& event);
    void emit(boost::json::object const& event) {
        if (events_) events_->write(event);
    }

    prepared_run const& what_;
    provision_session& session_;
    throttle::forecast const expected_;
    bool first_run_ = false;  // there is no ledger yet
    std::unique_ptr<provisioner::ledger> book_;
    provisioner::late_ledger* late_ = nullptr;  // the same, in a first run
    std::optional<provisioner::public_key> seal_to_;
    std::optional<provisioner::private_key> opener_;
    std::optional<event_stream> events_;
    std::unique_ptr<dashboard> page_;
    std::unique_ptr<run_watch> watch_;
    wait_counts waits_;
};

std::chrono::system_clock::time_point wall_now() {
    return std::chrono::system_clock::now();
}

std::vector<tenant_label> labels_of(std::vector<provisioner::fleet_tenant> const& tenants) {
    std::vector<tenant_label> labels;
    labels.reserve(tenants.size());
    for (auto const& each : tenants)
        labels.push_back({.id = to_string(each.directory_id), .name = each.name});
    return labels;
}

run_report started_run::run() {
    open_events();
    open_dashboard();
    auto const began = std::chrono::steady_clock::now();
    auto const resolved = look_up();
    if (session_.interrupted()) return interrupted_early();
    open_ledger();
    auto to_run = prepare(resolved);
    watch(to_run, resolved.lost);
    auto const labels = labels_of(to_run.tenants);
    auto result = session_.run(std::move(to_run));
    auto const took = std::chrono::steady_clock::now() - began;
    keep_person_tokens(what_.identities, seal_to_, session_);
    auto report = make_report(std::move(result), labels, resolved.lost, took);
    report.waits = waits_;
    report.expected = expected_.time;
    if (late_ != nullptr && worth_a_ledger(report)) late_->make();
    emit(run_finished_event(wall_now(), report.totals, took, report.interrupted));
    return report;
}

void started_run::open_events() {
    if (what_.options.events.empty()) return;
    events_.emplace(what_.options.events, [this](std::string const& why) {
        if (!what_.common.quiet) session_.say("warning: " + why);
    });
}

// Whoever asked for its address is told it, whatever else is not to be said.
void started_run::open_dashboard() {
    if (what_.options.dashboard.empty()) return;
    page_ = std::make_unique<dashboard>(
        session_.executor(), *read_dashboard_address(what_.options.dashboard),
        [this](std::string const& next) { session_.say("dashboard: opened; for another window: " + next); });
    session_.say("dashboard: " + page_->address());
}

// What it is expected to take is told on the terminal, and to who watches.
void started_run::watch(fleet_run& run, std::vector<lost_tenant> const& lost) {
    run.expected = remaining_time(expected_.progress);
    for (auto const& each : lost) run.lost_apps += each.apps;
    if (!page_) return;
    auto const began = std::chrono::steady_clock::now();
    watch_ =
        std::make_unique<run_watch>(run.tenants,
                                    run_expectation{.forecast = expected_,
                                                    .writes = what_.settings.access.limits.application_writes,
                                                    .identities = what_.identities.size()},
                                    began);
    for (auto const& each : lost) watch_->lose(each);
    run.page = page_.get();
    run.watch = watch_.get();
    run.metrics = [this, began](provisioner::fleet_counts const& counts) {
        return metrics_text({.totals = counts,
                             .waits = waits_,
                             .tenants = watch_->tenants(),
                             .failed_tenants = watch_->failed_tenants(),
                             .took = std::chrono::steady_clock::now() - began,
                             .forecast = expected_.time,
                             .ended = {}});
    };
}

// Before any ledger or key is made: rows that turn out to be one tenant leave nothing behind.
resolved_rows started_run::look_up() {
    auto const book = provisioner::open_ledger_reader(what_.where);
    first_run_ = book == nullptr;
    check_keys(what_.keys, book ? book->key_fingerprint() : std::string());
    auto const found = session_.look_up(domains_of(what_.rows, what_.settings.access.services));
    auto resolved = resolve(what_.rows, found);
    check_resolved(resolved.pools, what_.options.file);
    if (book) check_not_moved(resolved.pools, *book, what_.options.file);
    return resolved;
}

// Nothing was provisioned, so the ledger's word stands.
run_report started_run::interrupted_early() const {
    run_report report;
    report.totals.planned = what_.preview.planned;
    report.totals.ready = what_.preview.ready;
    report.tenants = static_cast<std::size_t>(what_.preview.tenants);
    report.expected = expected_.time;
    report.interrupted = true;
    return report;
}

void started_run::open_ledger() {
    if (first_run_) {
        auto late = std::make_unique<provisioner::late_ledger>(what_.where, session_.commits(),
                                                               [this](auto& made) { take_keys(made); });
        late_ = late.get();
        book_ = std::move(late);
    } else {
        book_ = provisioner::make_ledger(what_.where, session_.commits());
        take_keys(*book_);
    }
}

void started_run::take_keys(provisioner::ledger& book) {
    auto keys = open_keys(what_.keys, book.key_fingerprint());
    if (keys.made && !what_.common.quiet) session_.say(made_keys_note(what_.keys));
    if (keys.left_closed && what_.common.verbose && !what_.common.quiet) {
        session_.say(fmt::format("{} has a passphrase, and no --key-passphrase-file is given: it is not used",
                                 what_.keys.private_file.string()));
    }
    book.bind_key(keys.seal_to.fingerprint());
    seal_to_ = keys.seal_to;
    opener_ = std::move(keys.opener);
}

std::vector<provisioner::pool_id> started_run::accept(resolved_rows const& resolved) {
    auto const now = std::chrono::floor<std::chrono::seconds>(wall_now());
    auto accepted = book_->accept_plan(what_.input.plan, resolved.pools, what_.input.from_file, now);
    if (accepted) return std::move(*accepted);
    auto const& row = *resolved.pools[accepted.error().pool_index].planned;
    throw failure(bad_input,
                  fmt::format("{}: the ledger holds a newer plan for the pool {} of {}", what_.options.file,
                              planner::shown(row.pool), planner::shown(row.tenant_id)),
                  "make the plan again with `poolwright plan --save`");
}

fleet_run started_run::prepare(resolved_rows const& resolved) {
    auto settings = what_.settings.fleet;
    settings.identities = identities_for(what_.identities, resolved.pools);
    auto const ids = accept(resolved);
    provisioner::roster_defaults const defaults{.services = what_.settings.access.services,
                                                .redirect_uri = what_.options.redirect_uri,
                                                .verify = what_.options.verify};
    auto tenants = provisioner::make_roster(resolved.pools, ids, *book_, defaults);
    return {.settings = std::move(settings),
            .tenants = std::move(tenants),
            .book = book_.get(),
            .seal_to = &seal_to_,
            .opener = opener_ ? &*opener_ : nullptr,  // a first run has nothing to open
            .started = [this](auto const& counts) { emit(run_started_event(wall_now(), counts)); },
            .tell = [this](auto const& event) { tell(event); }};
}

void started_run::tell(provisioner::fleet_event const& event) {
    waits_.add(event);
    if (watch_) watch_->note(event, std::chrono::steady_clock::now());
    emit(event_of(event, wall_now()));
    bool const trouble = event.type == "tenant_failed" || event.type == "app_failed" ||
                         event.type == "app_pending" || event.type == "identity_fallback" ||
                         event.type == "certificates_instead";
    if (!trouble || !what_.common.verbose || what_.common.quiet) return;
    tenant_label const tenant{.id = to_string(event.directory_id), .name = std::string(event.tenant_name)};
    auto const app = event.ordinal == 0 ? std::string() : fmt::format(", {} {}", event.pool, event.ordinal);
    session_.say(fmt::format("{}{}: {}", words_for(tenant), app, event.reason));
}

}  // namespace

exit_code carry_out(prepared_run const& what, provision_session& session) {
    return conclude(what, started_run(what, session).run());
}

exit_code conclude(prepared_run const& what, run_report const& report) {
    auto const& line = what.options.command_line;
    bool const has_certificates = what.options.credential == "certificate" || !report.certified.empty();
    auto const* const to_export = has_certificates ? "export --format csv --to FILE --certificates DIR"
                                                   : "export --format commvault --to FILE";
    next_commands const next{
        .when_ready =
            other_command(line, to_export, {"--state", "--config", "--key-file", "--key-passphrase-file"}),
        .to_continue = resume_command(line),
        .to_list = other_command(line, "status", {"--state", "--config"})};
    print_result(what, summary_text(report, next), summary_json(report));
    if (!what.options.metrics.empty())
        write_metrics(what.options.metrics, metrics_text(metrics_of(report, wall_now())));
    return exit_code_for(report);
}

void print_result(prepared_run const& what, std::string const& text, boost::json::object const& document) {
    auto result = text;
    if (what.common.output == "json") {
        std::ostringstream printed;
        print_json(document, printed);
        result = printed.str();
    }
    write_result(what.options.events == "-" ? STDERR_FILENO : STDOUT_FILENO, result);
}

}  // namespace poolwright::cli
