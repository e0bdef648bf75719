#pragma once

#include "provisioner/alarm.hpp"

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <utility>

// A discrete-event clock: when nothing can run, time jumps to the next event, and all that is due at that
// instant happens together. A run of hours takes milliseconds, and the same seed gives the same history.

namespace poolwright::simulate {

using nanoseconds = std::chrono::nanoseconds;

class virtual_time {
public:
    [[nodiscard]] boost::asio::io_context& context() noexcept { return *context_; }
    [[nodiscard]] provisioner::instant now() const noexcept {
        return {steady(), wall_zero + elapsed_ + wall_shift_};
    }
    // The wall time of everybody else: the servers'.
    [[nodiscard]] std::chrono::system_clock::time_point true_wall() const noexcept {
        return wall_zero + elapsed_;
    }
    [[nodiscard]] nanoseconds elapsed() const noexcept { return elapsed_; }

    // Somebody sets the computer's clock; steady time is not touched.
    void shift_wall(nanoseconds by) noexcept { wall_shift_ += by; }

    // Calls `what` when that much time has passed; events of one instant happen in the order in which they
    // were asked for.
    void after(nanoseconds delay, std::function<void()> what);

    // Runs until `finished` or until nothing is left to happen; true if finished.
    bool run_until(std::function<bool()> const& finished);

    // Forgets everything that was to happen: the process is gone.
    void forget();

    boost::asio::awaitable<void> sleep(nanoseconds delay);

private:
    static constexpr std::chrono::system_clock::time_point wall_zero{std::chrono::seconds(1'790'000'000)};

    [[nodiscard]] std::chrono::steady_clock::time_point steady() const noexcept {
        return std::chrono::steady_clock::time_point(std::chrono::hours(1)) + elapsed_;
    }
    bool advance();

    std::unique_ptr<boost::asio::io_context> context_ = std::make_unique<boost::asio::io_context>(1);
    nanoseconds elapsed_{0};
    nanoseconds wall_shift_{0};
    std::uint64_t next_number_ = 0;
    std::map<std::pair<nanoseconds, std::uint64_t>, std::function<void()>> events_;
};

// The alarm of a fleet that lives in virtual time.
class virtual_alarm final : public provisioner::alarm {
public:
    explicit virtual_alarm(virtual_time& time) : time_(time) {}

    [[nodiscard]] provisioner::instant now() const override { return time_.now(); }
    boost::asio::awaitable<void> wait_until(
        std::optional<std::chrono::steady_clock::time_point> until) override;
    void ring() override;

    // The waiter is gone with its process.
    void forget() { waiter_ = {}; }

private:
    void wake();

    virtual_time& time_;
    bool rung_ = false;
    std::uint64_t wait_number_ = 0;
    // Behind a pointer: in Boost 1.81 the handler's own assignment calls itself without end.
    std::shared_ptr<boost::asio::any_completion_handler<void()>> waiter_;
};

}  // namespace poolwright::simulate
