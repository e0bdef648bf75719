#pragma once

#include "cli/access_settings.hpp"
#include "cli/dashboard.hpp"
#include "cli/progress.hpp"
#include "cli/provision_rows.hpp"
#include "cli/remaining_time.hpp"
#include "provisioner/commit_thread.hpp"
#include "provisioner/device_code.hpp"
#include "provisioner/directory_lookup.hpp"
#include "provisioner/fleet.hpp"
#include "provisioner/key_thread.hpp"
#include "provisioner/managed_identity.hpp"
#include "provisioner/survey.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

// The machine of one run: the loop, the network, the clock, and what SIGINT, SIGTERM and SIGHUP do. Whoever
// opens a ledger on its commits closes it before this object ends.

namespace poolwright::cli {

struct session_settings {
    std::string ca_file;  // empty: the system's
    std::chrono::seconds request_timeout{30};
    int most_in_flight = throttle::most_in_flight;
    throttle::patience patience;
    progress_style style = progress_style::none;
    std::string to_resume;  // the command that resumes, for a person who interrupts; empty: nothing does
};

// What a command that takes these options needs; the patience is the usual one.
session_settings session_for(access_options const& options, access_settings const& access,
                             common_options const& common, std::string to_resume);

// What a run of the fleet needs beside the machine.
struct fleet_run {
    provisioner::fleet_settings settings;
    std::vector<provisioner::fleet_tenant> tenants;
    provisioner::ledger* book = nullptr;
    std::optional<provisioner::public_key> const* seal_to = nullptr;
    provisioner::private_key const* opener = nullptr;
    // Told of the counts before the first call, and of everything that happens.
    std::function<void(provisioner::fleet_counts const&)> started;
    std::function<void(provisioner::fleet_event const&)> tell;
    remaining_time expected = {};
    // Of tenants without a directory, of which no run is made: failed from the start.
    std::int64_t lost_apps = 0;
    // Who watches it, if anybody does.
    dashboard* page = nullptr;
    run_watch* watch = nullptr;
    std::function<std::string(provisioner::fleet_counts const&)> metrics = {};
};

// What a survey needs beside the machine.
struct survey_run {
    provisioner::survey_settings settings;
    std::vector<provisioner::surveyed_tenant> tenants;
};

class provision_session {
public:
    // Throws failure(bad_input) if the CA file cannot be read.
    explicit provision_session(session_settings settings);
    ~provision_session();
    provision_session(provision_session const&) = delete;
    provision_session& operator=(provision_session const&) = delete;

    [[nodiscard]] provisioner::commit_executor commits() { return commits_.executor(); }
    [[nodiscard]] boost::asio::any_io_executor executor() { return loop_.get_executor(); }

    // One request and its answer, before the run.
    provisioner::round_trip_result ask(provisioner::http_request request);

    // The same while the run goes on: the answer is told later, on the same thread. Valid as long as the
    // session.
    [[nodiscard]] provisioner::managed_assertion::sender sender();

    // Has a person sign in, who is told what to do on standard error; a first signal ends it, with an empty
    // reason.
    provisioner::sign_in_result sign_in(provisioner::sign_in_question const& what);

    // A first signal drains it: nothing was provisioned yet.
    lookup_results look_up(std::vector<provisioner::domain_name> const& domains);

    // A first signal drains the fleet. Throws ledger_error.
    provisioner::fleet_result run(fleet_run what);

    // Asks every tenant what its inquiry wants to know. A first signal drains it: some inquiries may then not
    // have ended.
    void ask(survey_run const& what);

    [[nodiscard]] bool interrupted() const noexcept { return interrupted_; }

    // A line for people on standard error, not in the midst of the progress.
    void say(std::string const& line) { progress_.say(line); }

private:
    template <class Result>
    Result finish(boost::asio::awaitable<Result> work);
    void listen();
    void on_signal();
    void follow(provisioner::fleet const& fleet, fleet_run const& what);
    void follow_no_more(bool is_broken);

    session_settings settings_;
    boost::asio::io_context loop_{1};
    std::unique_ptr<provisioner::transport> network_;
    std::unique_ptr<provisioner::alarm> clock_;
    provisioner::commit_thread commits_;
    provisioner::key_thread keys_;
    boost::asio::signal_set signals_;
    // While they run.
    provisioner::directory_lookup* lookup_ = nullptr;
    provisioner::survey* survey_ = nullptr;
    provisioner::fleet* fleet_ = nullptr;
    dashboard* page_ = nullptr;
    progress progress_;
    bool running_ = false;
    bool interrupted_ = false;
};

}  // namespace poolwright::cli
