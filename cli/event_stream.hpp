#pragma once

#include "provisioner/fleet.hpp"

#include <boost/json/object.hpp>

#include <chrono>
#include <functional>
#include <string>

// What happens during a run as JSON lines (--events), for programs that follow it. The lines are part of the
// contract with them: schema poolwright.events/1.

namespace poolwright::cli {

using wall_time = std::chrono::system_clock::time_point;

// The first line.
boost::json::object version_event();

boost::json::object run_started_event(wall_time at, provisioner::fleet_counts const& totals);

// What the fleet tells, without the fields that say nothing.
boost::json::object event_of(provisioner::fleet_event const& what, wall_time at);

boost::json::object run_finished_event(wall_time at, provisioner::fleet_counts const& totals,
                                       std::chrono::nanoseconds took, bool interrupted);

// "2026-01-31T12:34:56.789Z".
std::string rfc3339(wall_time at);

// Where the lines go. A line is on its way when write() returns. After the first one that cannot be written
// nothing is written any more: a run does not end for want of a listener.
class event_stream {
public:
    // A file, which is emptied or made (0600), or "-" for standard output. Begins with the version. `warn` is
    // told, once, that there are no more lines and why. Throws failure(broken) if the file cannot be opened.
    event_stream(std::string const& target, std::function<void(std::string const&)> warn);
    ~event_stream();
    event_stream(event_stream const&) = delete;
    event_stream& operator=(event_stream const&) = delete;

    void write(boost::json::object const& event);

private:
    std::string target_;
    std::function<void(std::string const&)> warn_;
    int descriptor_;
    bool ended_ = false;
};

}  // namespace poolwright::cli
