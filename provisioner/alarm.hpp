#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <memory>
#include <optional>

// The seam to time. Pacing sees only steady time; the ledger, the youth of objects and expiry use wall time.
// The fleet loop is its only waiter. Real: a steady timer. In tests: a discrete-event clock.

namespace poolwright::provisioner {

struct instant {
    std::chrono::steady_clock::time_point steady;
    std::chrono::system_clock::time_point wall;
};

class alarm {
public:
    virtual ~alarm() = default;

    [[nodiscard]] virtual instant now() const = 0;

    // Returns at `until` or when rung, whichever comes first; without `until` only when rung. A ring that
    // came before the wait is not lost.
    virtual boost::asio::awaitable<void> wait_until(
        std::optional<std::chrono::steady_clock::time_point> until) = 0;

    // Wakes the waiter.
    virtual void ring() = 0;
};

// The real one.
std::unique_ptr<alarm> make_steady_alarm(boost::asio::any_io_executor const& executor);

}  // namespace poolwright::provisioner
