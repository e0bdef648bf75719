#include "cli/progress.hpp"

#include "cli/provision_output.hpp"
#include "cli/provision_words.hpp"
#include "cli/text.hpp"
#include "planner/wording.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <sys/ioctl.h>
#include <unistd.h>
#include <utility>

namespace poolwright::cli {
namespace {

using namespace std::chrono_literals;

constexpr auto redrawing = 100ms;
constexpr auto between_lines = 5s;
constexpr auto rated = 30s;
// Of the line, and what a terminal that became narrower has moved below it. The cursor waits at the beginning
// of the line: that is where the `^C` of a person who interrupts is drawn over.
constexpr std::string_view erase_the_rest = "\x1b[J";
constexpr double longest_left = 1e8;  // seconds; what is longer would not fit into nanoseconds

std::size_t terminal_width() noexcept {
    constexpr std::size_t usual = 80;
    winsize size{};
    bool const known = ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
    return known ? size.ws_col : usual;
}

// ", 12 replicating"; nothing of none.
std::string some(std::int64_t number, std::string_view what) {
    return number > 0 ? fmt::format(", {} {}", planner::grouped(number), what) : std::string();
}

using real_seconds = std::chrono::duration<double>;

// As long as it would take at that rate; nothing while nothing is known.
std::optional<real_seconds> time_for(std::int64_t left, double per_second) {
    if (per_second <= 0) return std::nullopt;
    return real_seconds(static_cast<double>(left) / per_second);
}

// ", 11.6/s, 27 min left", as far as it is known.
std::string pace_words(double per_second, std::optional<real_seconds> left) {
    std::string words;
    if (per_second > 0) words = fmt::format(", {:.1f}/s", per_second);
    if (!left) return words;
    auto const whole = std::chrono::round<std::chrono::seconds>(std::min(*left, real_seconds(longest_left)));
    // Who is told "0 s" sees that it is not so.
    if (whole < 1s) return words;
    return words + (whole < 1min ? fmt::format(", {} s left", whole.count())
                                 : fmt::format(", {} left", duration_words(whole)));
}

}  // namespace

std::int64_t done_in(provisioner::fleet_counts const& counts) noexcept {
    return counts.ready + counts.pending + counts.failed;
}

double part_done(provisioner::fleet_counts const& counts, std::int64_t settled_before) noexcept {
    auto const to_do = counts.planned - settled_before;
    return to_do > 0 ? static_cast<double>(done_in(counts) - settled_before) / static_cast<double>(to_do) : 1;
}

void rate_meter::add(time_point at, std::int64_t done) {
    // What passes before the first app is done says nothing of the rate.
    auto const nothing_new = [&](auto const& each) { return each.done == done; };
    if (std::all_of(samples_.begin(), samples_.end(), nothing_new)) samples_.clear();
    samples_.push_back({.at = at, .done = done});
    while (samples_.size() > 2 && samples_[1].at + rated <= at) samples_.pop_front();
}

double rate_meter::per_second() const noexcept {
    if (samples_.size() < 2) return 0;
    auto const& first = samples_.front();
    auto const& last = samples_.back();
    auto const seconds = std::chrono::duration<double>(last.at - first.at).count();
    return seconds > 0 ? static_cast<double>(last.done - first.done) / seconds : 0;
}

std::string progress_line(provisioner::fleet_counts const& counts, double per_second,
                          std::optional<real_seconds> left) {
    auto const done = done_in(counts);
    auto line = fmt::format("{}/{}", planner::grouped(done), counted(counts.planned, "app"));
    line += pace_words(per_second, left ? left : time_for(counts.planned - done, per_second));
    line += fmt::format(" | {} ready, {} failed", planner::grouped(counts.ready),
                        planner::grouped(counts.failed));
    return line + some(counts.pending, "pending") + some(counts.created, "created") +
           some(counts.waiting_for_replication, "replicating") + some(counts.throttled, "throttled");
}

std::string survey_line(std::int64_t done, std::int64_t tenants, double per_second) {
    return fmt::format("{}/{} asked{}", planner::grouped(done), counted(tenants, "tenant"),
                       pace_words(per_second, time_for(tenants - done, per_second)));
}

std::string_view fitted(std::string_view line, std::size_t width) {
    auto const room = width > 0 ? width - 1 : 0;
    if (line.size() <= room) return line;
    // A part that ends just here may still be followed by its comma or bar, hence one more.
    auto const whole = line.substr(0, room + 1);
    auto const end = std::max(whole.rfind(", ") + 1, whole.rfind(" | ") + 1);
    return line.substr(0, end > 0 ? end - 1 : room);
}

progress::progress(boost::asio::any_io_executor const& executor, progress_style style)
    : timer_(executor), style_(style) {}

void progress::start(followed_work what) {
    if (style_ == progress_style::none) return;
    what_ = std::move(what);
    rate_ = {};
    running_ = true;
    rate_.add(std::chrono::steady_clock::now(), what_.done());
    wait();
}

void progress::stop() {
    running_ = false;
    timer_.cancel();
    clear();
}

void progress::say(std::string_view line) {
    clear();
    static_cast<void>(write_all(STDERR_FILENO, visible(line) + '\n'));
}

void progress::wait() {
    auto const pause =
        style_ == progress_style::redrawn ? std::chrono::milliseconds(redrawing) : between_lines;
    timer_.expires_after(pause);
    timer_.async_wait([this](boost::system::error_code const& cancelled) {
        // A timer that had run out before it was cancelled still comes here.
        if (cancelled || !running_) return;
        look();
        wait();
    });
}

void progress::look() {
    rate_.add(std::chrono::steady_clock::now(), what_.done());
    auto const line = what_.line(rate_.per_second());
    if (style_ == progress_style::lines) {
        static_cast<void>(write_all(STDERR_FILENO, line + '\n'));
        return;
    }
    std::string drawn(fitted(line, terminal_width()));
    if (drawn == drawn_) return;
    static_cast<void>(write_all(STDERR_FILENO, fmt::format("\r{}{}\r", drawn, erase_the_rest)));
    drawn_ = std::move(drawn);
}

void progress::clear() {
    if (drawn_.empty()) return;
    static_cast<void>(write_all(STDERR_FILENO, fmt::format("\r{}", erase_the_rest)));
    drawn_.clear();
}

}  // namespace poolwright::cli
