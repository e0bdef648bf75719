#include "provisioner/dispatcher.hpp"

#include "provisioner/exchange.hpp"

#include <boost/asio/co_spawn.hpp>

#include <stdexcept>
#include <utility>

namespace poolwright::provisioner {
namespace asio = boost::asio;

dispatcher::dispatcher(asio::any_io_executor executor, transport& network, alarm& clock,
                       throttle::work_queue& queue, int most_in_flight)
    : executor_(std::move(executor)),
      network_(network),
      clock_(clock),
      queue_(queue),
      most_in_flight_(static_cast<std::size_t>(most_in_flight)) {}

void dispatcher::start_what_may(std::function<void(throttle::work)> const& start,
                                std::function<bool()> const& admit) {
    while (!draining_ && queue_.in_flight() < most_in_flight_) {
        if (auto const item = queue_.pop(clock_.now().steady)) {
            start(*item);
        } else if (!admit()) {
            break;
        }
    }
}

asio::awaitable<void> dispatcher::run(std::function<void(throttle::work)> start,
                                      std::function<bool()> admit) {
    for (;;) {
        start_what_may(start, admit);
        if (failure_ && on_the_wire_ == 0) std::rethrow_exception(failure_);
        if (!failure_ && queue_.in_flight() == 0 && (draining_ || queue_.waiting() == 0)) co_return;
        std::optional<std::chrono::steady_clock::time_point> until;
        bool const has_room = !draining_ && queue_.in_flight() < most_in_flight_;
        if (has_room) until = queue_.next_ready(clock_.now().steady);
        if (queue_.in_flight() == 0 && !until && !failure_)
            throw std::logic_error("work is left that can never start");
        co_await clock_.wait_until(until);
    }
}

void dispatcher::send(http_request request, std::function<void(round_trip_result)> absorb) {
    ++on_the_wire_;
    auto round_trip = exchange(network_, std::move(request));
    asio::co_spawn(executor_, std::move(round_trip),
                   [this, absorb = std::move(absorb)](std::exception_ptr failed,
                                                      std::optional<round_trip_result> result) {
                       came_back(std::move(failed), std::move(result), absorb);
                   });
}

void dispatcher::came_back(std::exception_ptr failed, std::optional<round_trip_result> result,
                           std::function<void(round_trip_result)> const& absorb) {
    --on_the_wire_;
    if (failed) {
        fail(std::move(failed));
        return;
    }
    try {
        absorb(std::move(*result));
    } catch (...) {
        fail(std::current_exception());
    }
}

void dispatcher::check() const {
    if (failure_) std::rethrow_exception(failure_);
}

void dispatcher::drain() {
    draining_ = true;
    wake();
}

void dispatcher::fail(std::exception_ptr why) {
    if (!failure_) failure_ = std::move(why);
    drain();
}

}  // namespace poolwright::provisioner
