#pragma once

#include "provisioner/alarm.hpp"
#include "provisioner/transport.hpp"
#include "throttle/work_queue.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <exception>
#include <functional>
#include <optional>

// The one loop: start what may start, then wait until something may or something came back. There are never
// more coroutines than requests in flight. One thread; no channel, no lock, no cancellation.

namespace poolwright::provisioner {

class dispatcher {
public:
    // All of these outlive the dispatcher.
    dispatcher(boost::asio::any_io_executor executor, transport& network, alarm& clock,
               throttle::work_queue& queue, int most_in_flight);

    // Until nothing is in flight and nothing is left, or draining. `start` is told of every entry whose turn
    // it is; it says `finished` to the queue sooner or later. `admit` is asked for more when nothing in the
    // queue may go; false: there is no more for now. Throws what `fail` was told, once nothing is on the wire
    // any more.
    boost::asio::awaitable<void> run(std::function<void(throttle::work)> start, std::function<bool()> admit);

    // Performs the round trip; `absorb` is called on the same thread, never from inside `send`.
    void send(http_request request, std::function<void(round_trip_result)> absorb);

    // How many round trips may be in flight from now on.
    void allow_in_flight(int most) noexcept { most_in_flight_ = static_cast<std::size_t>(most); }

    // Starts nothing more.
    void drain();
    [[nodiscard]] bool draining() const noexcept { return draining_; }

    // Something changed that the loop should look at.
    void wake() { clock_.ring(); }

    // The machine is broken: starts nothing more, and ends `run` with the exception.
    void fail(std::exception_ptr why);

    [[nodiscard]] bool failed() const noexcept { return failure_ != nullptr; }

    // Throws what `fail` was told, if anything.
    void check() const;

private:
    void came_back(std::exception_ptr failed, std::optional<round_trip_result> result,
                   std::function<void(round_trip_result)> const& absorb);
    void start_what_may(std::function<void(throttle::work)> const& start, std::function<bool()> const& admit);

    boost::asio::any_io_executor executor_;
    transport& network_;
    alarm& clock_;
    throttle::work_queue& queue_;
    std::size_t most_in_flight_;
    std::size_t on_the_wire_ = 0;
    bool draining_ = false;
    std::exception_ptr failure_;
};

}  // namespace poolwright::provisioner
