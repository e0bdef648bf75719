#include "provisioner/alarm.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <doctest/doctest.h>

#include <exception>

TEST_SUITE_BEGIN("provisioner");

namespace {

using poolwright::provisioner::make_steady_alarm;
using time_point = std::chrono::steady_clock::time_point;

struct waiting_room {
    boost::asio::io_context context;
    std::unique_ptr<poolwright::provisioner::alarm> clock = make_steady_alarm(context.get_executor());
    int woken = 0;

    void wait(std::optional<time_point> until) {
        boost::asio::co_spawn(context, clock->wait_until(until), [this](std::exception_ptr const& failed) {
            if (failed) std::rethrow_exception(failed);
            ++woken;
        });
    }
    // All that can happen now, without waiting for anything.
    void settle() {
        context.restart();
        context.poll();
    }
};

TEST_CASE("alarm: a wait ends at its time") {
    waiting_room room;
    room.wait(room.clock->now().steady);
    room.context.run_for(std::chrono::seconds(10));
    CHECK(room.woken == 1);
}

TEST_CASE("alarm: a wait without a time ends by a ring only") {
    waiting_room room;
    room.wait(std::nullopt);
    room.settle();
    CHECK(room.woken == 0);
    room.clock->ring();
    room.settle();
    CHECK(room.woken == 1);
}

TEST_CASE("alarm: a ring ends a wait early") {
    waiting_room room;
    room.wait(room.clock->now().steady + std::chrono::hours(1));
    room.settle();
    CHECK(room.woken == 0);
    room.clock->ring();
    room.settle();
    CHECK(room.woken == 1);
}

TEST_CASE("alarm: rings before the wait are not lost, and count once") {
    waiting_room room;
    room.clock->ring();
    room.clock->ring();
    room.wait(std::nullopt);
    room.settle();
    CHECK(room.woken == 1);
    room.wait(std::nullopt);
    room.settle();
    CHECK(room.woken == 1);
}

TEST_CASE("alarm: steady time does not go back, and wall time is that of the system") {
    waiting_room room;
    auto const before = std::chrono::system_clock::now();
    auto const first = room.clock->now();
    auto const second = room.clock->now();
    CHECK(second.steady >= first.steady);
    CHECK(first.wall - before < std::chrono::minutes(1));
}

}  // namespace

TEST_SUITE_END();
