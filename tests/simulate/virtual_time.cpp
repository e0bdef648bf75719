#include "tests/simulate/virtual_time.hpp"

#include <algorithm>
#include <utility>

namespace poolwright::simulate {
namespace asio = boost::asio;

void virtual_time::after(nanoseconds delay, std::function<void()> what) {
    auto const at = elapsed_ + std::max(delay, nanoseconds(0));
    events_.emplace(std::pair(at, next_number_++), std::move(what));
}

// To the next instant at which something happens; false if nothing ever will.
bool virtual_time::advance() {
    if (events_.empty()) return false;
    elapsed_ = events_.begin()->first.first;
    while (!events_.empty() && events_.begin()->first.first == elapsed_) {
        auto what = std::move(events_.begin()->second);
        events_.erase(events_.begin());
        what();
    }
    return true;
}

bool virtual_time::run_until(std::function<bool()> const& finished) {
    for (;;) {
        context_->restart();
        context_->poll();
        if (finished()) return true;
        if (!advance()) return false;
    }
}

void virtual_time::forget() {
    // What is destroyed may itself hold events; so take them out of the map first.
    while (!events_.empty()) {
        auto const gone = std::exchange(events_, {});
    }
    context_ = std::make_unique<asio::io_context>(1);
}

asio::awaitable<void> virtual_time::sleep(nanoseconds delay) {
    auto initiate = [this, delay](auto handler) {
        auto shared = std::make_shared<asio::any_completion_handler<void()>>(std::move(handler));
        after(delay, [this, shared] { asio::post(*context_, std::move(*shared)); });
    };
    return asio::async_initiate<asio::use_awaitable_t<> const, void()>(initiate, asio::use_awaitable);
}

asio::awaitable<void> virtual_alarm::wait_until(std::optional<std::chrono::steady_clock::time_point> until) {
    auto const number = ++wait_number_;
    auto initiate = [this, until, number](auto handler) {
        waiter_ = std::make_shared<asio::any_completion_handler<void()>>(std::move(handler));
        if (rung_) return wake();
        if (until) {
            time_.after(*until - now().steady, [this, number] {
                if (number == wait_number_) wake();
            });
        }
    };
    return asio::async_initiate<asio::use_awaitable_t<> const, void()>(initiate, asio::use_awaitable);
}

void virtual_alarm::ring() {
    rung_ = true;
    wake();
}

void virtual_alarm::wake() {
    if (!waiter_) return;
    rung_ = false;
    ++wait_number_;
    auto const woken = std::exchange(waiter_, nullptr);
    asio::post(time_.context(), std::move(*woken));
}

}  // namespace poolwright::simulate
