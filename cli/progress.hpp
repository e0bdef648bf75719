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

// How far a run is, on standard error: one line that is redrawn on a terminal, a line now and then elsewhere,
// also on a terminal that can only go on (TERM=dumb). It only looks at counts, by a timer of its own.

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

// "1,234/20,000 apps, 11.6/s, 27 min left | 1,210 ready, 4 failed, 12 replicating, 3 throttled". What is left
// follows from the rate if nothing better is known.
std::string progress_line(provisioner::fleet_counts const& counts, double per_second,
                          std::optional<std::chrono::duration<double>> left = {});

// As many whole parts of the line as there is room for before the last column, so that it does not wrap and
// no number is cut. The text is ASCII.
std::string_view fitted(std::string_view line, std::size_t width);

// The apps that are settled, one way or the other.
std::int64_t done_in(provisioner::fleet_counts const& counts) noexcept;

// Of what there was to do when so many were settled already: how much is done, 0 to 1. Nothing was to be
// done: 1.
double part_done(provisioner::fleet_counts const& counts, std::int64_t settled_before) noexcept;

// "120/200 tenants asked, 38.2/s, 2.1 s left".
std::string survey_line(std::int64_t done, std::int64_t tenants, double per_second);

enum class progress_style { none, redrawn, lines };

// How much is done, and how to say so at that rate.
struct followed_work {
    std::function<std::int64_t()> done;
    std::function<std::string(double per_second)> line;
};

class progress {
public:
    progress(boost::asio::any_io_executor const& executor, progress_style style);

    // What is followed is looked at on the executor's thread until stop().
    void start(followed_work what);
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
    followed_work what_;
    rate_meter rate_;
    std::string drawn_;
    bool running_ = false;
};

}  // namespace poolwright::cli
