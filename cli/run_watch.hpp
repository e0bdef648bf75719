#pragma once

#include "cli/provision_report.hpp"
#include "cli/remaining_time.hpp"
#include "provisioner/fleet.hpp"
#include "throttle/forecast.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

// What somebody who watches a run sees of it: each tenant, the pace, what waits for what, and what went
// wrong. Told of all that happens, it says what is new since somebody looked last, as the documents that the
// dashboard's page draws (cli/page/dashboard.js). Only the page reads them: they are no format for programs.

namespace poolwright::cli {

// What is known before the first call.
struct run_expectation {
    throttle::forecast forecast;
    throttle::quota writes;  // of one identity
    std::size_t identities = 1;
};

class run_watch {
public:
    using time_point = std::chrono::steady_clock::time_point;

    run_watch(std::vector<provisioner::fleet_tenant> const& tenants, run_expectation expected,
              time_point began);

    // A tenant of which no directory was found, so that the run leaves it out.
    void lose(lost_tenant const& one);

    void note(provisioner::fleet_event const& event, time_point at);
    // How far the run is. Now and then, so that a curve can be drawn.
    void sample(provisioner::fleet_counts const& counts, time_point at);

    // Grows with everything that somebody may want to see.
    [[nodiscard]] std::uint64_t version() const noexcept { return version_; }

    // `tenants`, each [name, id, apps]; `planned`, `ready_before`, `forecast` {seconds, binding,
    // progress} and `quota` {writes, window_seconds, identities}, which is that of one identity and how many
    // there are.
    [[nodiscard]] boost::json::object beginning() const;

    // What is newer than that version, 0 being everything. As it is at `now`: `seconds`, `seconds_left` where
    // that can be said, `counts`, and `waits`, the longest ones, each [number of the tenant, why, seconds].
    // Since then: `changes`, each [number of the tenant, its state, apps ready]; `samples`, each [seconds,
    // apps done, writes]; `troubles`, each [number of the tenant, app, kind, why], one without an app instead
    // of what was told of that tenant before, and `all_troubles`, how many there are in all.
    [[nodiscard]] boost::json::object news(std::uint64_t since, provisioner::fleet_counts const& counts,
                                           time_point now) const;

    [[nodiscard]] std::size_t tenants() const noexcept { return tenants_.size(); }
    [[nodiscard]] std::size_t failed_tenants() const noexcept { return failed_tenants_; }

private:
    using seconds = throttle::real_seconds;  // since the run began

    enum class state : std::uint8_t { open, working, ready, pending, failed };

    struct watched {
        std::string id;
        std::string name;
        std::int64_t planned = 0;
        std::int64_t ready = 0;
        state is = state::open;
        bool is_told_failed = false;
        std::uint64_t changed = 0;  // the version with which
        seconds waits_until{0};
        std::string_view waits_for = {};
    };
    struct trouble {
        std::size_t tenant = 0;
        std::string app;  // "exchange 3"; empty: the tenant as a whole
        std::string_view kind;
        std::string why;
        std::uint64_t version = 0;
    };
    struct point {
        seconds at{0};
        std::int64_t done = 0;
        std::int64_t writes = 0;
        std::uint64_t version = 0;
    };

    static void wait(watched& one, std::string_view reason, seconds until);
    void change(watched& one, std::string_view event);
    void fail(std::size_t tenant, std::string_view why);
    void complain(std::size_t tenant, std::string app, std::string_view kind, std::string_view why);
    void thin_out();
    [[nodiscard]] seconds since_beginning(time_point at) const noexcept { return at - began_; }
    [[nodiscard]] boost::json::array longest_waits(seconds now) const;
    [[nodiscard]] boost::json::array changes_since(std::uint64_t version) const;
    [[nodiscard]] boost::json::array samples_since(std::uint64_t version) const;
    [[nodiscard]] boost::json::array troubles_since(std::uint64_t version) const;

    std::vector<watched> tenants_;
    std::map<provisioner::guid, std::size_t> places_;
    run_expectation expected_;
    time_point began_;
    remaining_time remaining_;
    std::int64_t planned_ = 0;
    std::int64_t ready_before_ = 0;
    std::vector<trouble> troubles_;
    std::int64_t all_troubles_ = 0;
    std::vector<point> curve_;
    seconds between_points_{0.5};
    std::size_t failed_tenants_ = 0;
    std::uint64_t version_ = 0;
};

}  // namespace poolwright::cli
