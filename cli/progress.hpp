#pragma once

#include "provisioner/fleet.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

// How far a run is, on standard error: one line that is redrawn on a terminal, a line now and then elsewhere.
// It only looks at the fleet's counts, by a timer of its own.

namespace poolwright::cli {

// How fast apps are done, over the last half minute: a run begins with a burst, which says nothing about how
// it goes on.
class rate_meter {
public:
    using time_point = std::chrono::steady_clock::time_point;

    void add(time_point at, std::int64_t done);
    // 0 until something was done.
    [[nodiscard]] double per_second() const noexcept;

private:
    struct sample {
        time_point at;
        std::int64_t done;
    };
    std::deque<sample> samples_;
};

// "1,234/20,000 apps, 11.6/s, 27 min left | 1,210 ready, 4 failed, 12 replicating, 3 throttled".
std::string progress_line(provisioner::fleet_counts const& counts, double per_second);

// Cut or filled up to the last but one column, so that redrawing neither wraps nor leaves anything of the
// line before. The text is ASCII.
std::string fitted(std::string_view line, std::size_t width);

enum class progress_style { none, redrawn, lines };

class progress {
public:
    // `counts` is called on the executor's thread between start() and stop().
    progress(boost::asio::any_io_executor const& executor, progress_style style,
             std::function<provisioner::fleet_counts()> counts);

    void start();
    // Clears the line and ends the timer, so that its executor can run out of work.
    void stop();

    // A line for people, never in the midst of the progress.
    void say(std::string_view line);

private:
    void wait();
    void look();
    void clear();

    boost::asio::steady_timer timer_;
    progress_style style_;
    std::function<provisioner::fleet_counts()> counts_;
    rate_meter rate_;
    std::string drawn_;
    bool running_ = false;
};

}  // namespace poolwright::cli
