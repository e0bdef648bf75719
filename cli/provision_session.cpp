#include "cli/provision_session.hpp"

#include "cli/failure.hpp"
#include "cli/terminal.hpp"
#include "cli/text.hpp"
#include "provisioner/exchange.hpp"
#include "provisioner/https.hpp"

#include <boost/asio/co_spawn.hpp>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstddef>
#include <exception>
#include <optional>
#include <stdexcept>
#include <unistd.h>
#include <utility>

namespace poolwright::cli {
namespace {

namespace asio = boost::asio;

// Enough for a thousand domains in a few seconds; the authority publishes no quota for them.
constexpr int lookups_in_flight = 64;

// Drawn many at a time, since each draw is a system call; every number is given out once. For the loop's
// thread.
std::uint64_t unpredictable_bits() {
    static std::array<std::uint64_t, 64> drawn{};
    static std::size_t left = 0;
    if (left == 0) {
        randombytes_buf(drawn.data(), sizeof drawn);
        left = drawn.size();
    }
    return std::exchange(drawn[--left], 0);
}

bool is_ignored(int signal) noexcept {
    struct sigaction present{};
    return ::sigaction(signal, nullptr, &present) == 0 && present.sa_handler == SIG_IGN;
}

// For finish(), which gives a result.
asio::awaitable<bool> asked(provisioner::survey& all) {
    co_await all.run();
    co_return true;
}

std::unique_ptr<provisioner::transport> open_network(asio::io_context& loop,
                                                     session_settings const& settings) {
    try {
        return provisioner::make_https_transport(
            loop.get_executor(), {.ca_file = settings.ca_file, .timeout = settings.request_timeout});
    } catch (std::runtime_error const& unreadable) {
        throw failure(bad_input, unreadable.what());
    }
}

}  // namespace

session_settings session_for(access_options const& options, access_settings const& access,
                             common_options const& common, std::string to_resume) {
    auto style = can_redraw(STDERR_FILENO) ? progress_style::redrawn : progress_style::lines;
    if (common.quiet) style = progress_style::none;
    return {.ca_file = options.ca_file,
            .request_timeout = access.request_timeout,
            .most_in_flight = access.concurrency.value_or(throttle::most_in_flight),
            .patience = {},
            .style = style,
            .to_resume = std::move(to_resume)};
}

provision_session::provision_session(session_settings settings)
    : settings_(std::move(settings)),
      network_(open_network(loop_, settings_)),
      clock_(provisioner::make_steady_alarm(loop_.get_executor())),
      commits_(loop_.get_executor()),
      keys_(loop_.get_executor()),
      signals_(loop_),
      progress_(loop_.get_executor(), settings_.style) {}

provision_session::~provision_session() = default;

// Runs the loop until the work is done and nothing is left on the way.
template <class Result>
Result provision_session::finish(asio::awaitable<Result> work) {
    std::exception_ptr failed;
    std::optional<Result> result;
    running_ = true;
    listen();
    asio::co_spawn(loop_, std::move(work), [&](std::exception_ptr error, Result value) {
        failed = std::move(error);
        result.emplace(std::move(value));
        running_ = false;
        lookup_ = nullptr;
        survey_ = nullptr;
        fleet_ = nullptr;
        signals_.cancel();
        follow_no_more(failed != nullptr);
    });
    loop_.restart();
    loop_.run();
    if (failed) std::rethrow_exception(failed);
    return std::move(*result);
}

// From the first time on: a signal that comes between two runs of the loop is heard at the next.
void provision_session::listen() {
    signals_.add(SIGINT);
    signals_.add(SIGTERM);
    // A terminal that is closed; under nohup it is ignored, and stays so.
    if (!is_ignored(SIGHUP)) signals_.add(SIGHUP);
    signals_.async_wait([this](boost::system::error_code const& cancelled, int) {
        if (!cancelled) on_signal();
    });
}

void provision_session::on_signal() {
    // As safe as a crash: whatever was begun has its intent in the ledger.
    if (interrupted_) ::_exit(exit_code::interrupted);
    interrupted_ = true;
    if (settings_.to_resume.empty()) {
        progress_.say("interrupted: what is in flight is waited for; press again to end at once");
    } else {
        progress_.say("interrupted: what is in flight is finished and recorded; press again to end at once");
        progress_.say("to resume: " + settings_.to_resume);
    }
    if (survey_ != nullptr) survey_->drain();
    if (lookup_ != nullptr) lookup_->drain();
    if (fleet_ != nullptr) fleet_->drain();
    clock_->ring();
    // A signal that came together with the end must not keep the loop from ending.
    if (running_) listen();
}

provisioner::round_trip_result provision_session::ask(provisioner::http_request request) {
    return std::move(*finish(provisioner::exchange(*network_, std::move(request))));
}

provisioner::managed_assertion::sender provision_session::sender() {
    return [this](provisioner::http_request request, provisioner::managed_assertion::answer told) {
        asio::co_spawn(loop_, provisioner::exchange(*network_, std::move(request)),
                       [told = std::move(told)](std::exception_ptr const& failed,
                                                std::optional<provisioner::round_trip_result> const& result) {
                           if (failed) std::rethrow_exception(failed);
                           told(*result);
                       });
    };
}

provisioner::sign_in_result provision_session::sign_in(provisioner::sign_in_question const& what) {
    provisioner::sign_in_machine machine{
        .network = network_.get(),
        .clock = clock_.get(),
        .show = [this](std::string const& message) { progress_.say(visible(message)); },
        .stopped = [this] { return interrupted_; }};
    return std::move(*finish(provisioner::sign_in(std::move(machine), what)));
}

lookup_results provision_session::look_up(std::vector<provisioner::domain_name> const& domains) {
    lookup_results results;
    if (domains.empty()) return results;
    provisioner::directory_lookup all(loop_.get_executor(), *network_, *clock_, domains, settings_.patience,
                                      std::min(settings_.most_in_flight, lookups_in_flight),
                                      unpredictable_bits);
    lookup_ = &all;
    auto found = finish(all.run());
    for (std::size_t i = 0; i < domains.size(); ++i) results.emplace(domains[i].name, std::move(found[i]));
    return results;
}

void provision_session::ask(survey_run const& what) {
    auto const tenants = static_cast<std::int64_t>(what.tenants.size());
    provisioner::survey all(loop_.get_executor(), *network_, *clock_, unpredictable_bits, what.settings,
                            what.tenants);
    if (interrupted_) all.drain();
    survey_ = &all;
    progress_.start({.done = [&all] { return static_cast<std::int64_t>(all.done()); },
                     .line =
                         [&all, tenants](double per_second) {
                             return survey_line(static_cast<std::int64_t>(all.done()), tenants, per_second);
                         }});
    finish(asked(all));
}

// On the terminal and, if somebody watches, in a browser.
void provision_session::follow(provisioner::fleet const& fleet, fleet_run const& what) {
    auto const began = std::chrono::steady_clock::now();
    auto const counts = [&] {
        auto all = fleet.counts();
        all.planned += what.lost_apps;
        all.failed += what.lost_apps;
        return all;
    };
    auto const left = [&what, counts, began, before = done_in(counts())] {
        return what.expected.after(std::chrono::steady_clock::now() - began, part_done(counts(), before));
    };
    progress_.start(
        {.done = [counts] { return done_in(counts()); },
         .line = [counts, left](double per_second) { return progress_line(counts(), per_second, left()); }});
    if (what.page == nullptr) return;
    page_ = what.page;
    page_->begin({.watch = what.watch, .counts = counts, .metrics = [&what, counts] {
                      return what.metrics(counts());
                  }});
}

void provision_session::follow_no_more(bool is_broken) {
    progress_.stop();
    if (page_ == nullptr) return;
    auto const how = is_broken      ? run_ending::broken
                     : interrupted_ ? run_ending::interrupted
                                    : run_ending::finished;
    std::exchange(page_, nullptr)->end(how);
}

provisioner::fleet_result provision_session::run(fleet_run what) {
    provisioner::fleet_machine machine{
        .executor = loop_.get_executor(),
        .network = network_.get(),
        .clock = clock_.get(),
        .book = what.book,
        .seal_to = what.seal_to,
        .opener = what.opener,
        .random = unpredictable_bits,
        .tell = std::move(what.tell),
        .make_key = [this](provisioner::key_taker taker) { keys_.ask(std::move(taker)); }};
    provisioner::fleet fleet(std::move(machine), std::move(what.settings), std::move(what.tenants));
    what.started(fleet.counts());
    if (interrupted_) fleet.drain();
    fleet_ = &fleet;
    follow(fleet, what);
    auto result = finish(fleet.run());
    // From here on a signal ends the program as it ends any other.
    signals_.clear();
    return result;
}

}  // namespace poolwright::cli
