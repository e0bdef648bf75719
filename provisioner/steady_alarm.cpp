#include "provisioner/alarm.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace poolwright::provisioner {

namespace {

// A timer as condition variable: cancelling it wakes the waiter, and the flag keeps a ring that nobody waited
// for. Everything happens on the executor's one thread.
class steady_alarm final : public alarm {
public:
    explicit steady_alarm(boost::asio::any_io_executor const& executor) : timer_(executor) {}

    instant now() const override {
        return {std::chrono::steady_clock::now(), std::chrono::system_clock::now()};
    }

    boost::asio::awaitable<void> wait_until(
        std::optional<std::chrono::steady_clock::time_point> until) override {
        if (!rung_) {
            timer_.expires_at(until.value_or(std::chrono::steady_clock::time_point::max()));
            boost::system::error_code rung_or_due;
            co_await timer_.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, rung_or_due));
        }
        rung_ = false;
    }

    void ring() override {
        rung_ = true;
        timer_.cancel();
    }

private:
    boost::asio::steady_timer timer_;
    bool rung_ = false;
};

}  // namespace

std::unique_ptr<alarm> make_steady_alarm(boost::asio::any_io_executor const& executor) {
    return std::make_unique<steady_alarm>(executor);
}

}  // namespace poolwright::provisioner
