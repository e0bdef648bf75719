#include "throttle/lane.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <deque>
#include <random>
#include <set>
#include <utility>
#include <vector>

TEST_SUITE_BEGIN("throttle");

namespace {

using namespace poolwright::throttle;
using namespace std::chrono_literals;

constexpr steady_point t0{std::chrono::hours(1)};

// The turns of one cost beside a ring and a heap that are searched from end to end.
class turns_race {
public:
    turns_race(std::size_t lanes, std::uint64_t seed) : lanes_(lanes), random_(seed) {}

    void run(int operations) {
        for (int i = 0; i < operations; ++i) {
            step(static_cast<lane_number>(random_() % lanes_.size()));
            REQUIRE(turns_.head() == (ring_.empty() ? no_lane : ring_.front()));
            REQUIRE(turns_.first_due() == (timed_.empty() ? no_lane : timed_.begin()->second));
            REQUIRE(turns_.empty() == (ring_.empty() && timed_.empty()));
        }
    }

private:
    void step(lane_number which) {
        std::erase(ring_, which);
        std::erase_if(timed_, [&](auto const& each) { return each.second == which; });
        turns_.take_out(lanes_, which);
        REQUIRE(lanes_[which].place == lane_place::parked);
        switch (random_() % 4) {
            case 0:
                break;
            case 1:
                turns_.append(lanes_, which);
                ring_.push_back(which);
                break;
            default:
                auto const due = t0 + std::chrono::nanoseconds(random_() % 200);
                turns_.wait(lanes_, which, due);
                timed_.emplace(due, which);
        }
    }

    lane_pool lanes_;
    lane_turns turns_;
    std::deque<lane_number> ring_;
    std::set<std::pair<steady_point, lane_number>> timed_;
    std::mt19937_64 random_;
};

}  // namespace

TEST_CASE("what became ready at the same time leaves a lane in the order of pushes") {
    lane tested;
    for (std::uint32_t slot = 1; slot <= 100; ++slot) tested.push(slot, t0);
    tested.push(101, t0 - 1ns);
    CHECK(tested.first_ready() == t0 - 1ns);
    CHECK(tested.pop() == 101);
    for (std::uint32_t slot = 1; slot <= 100; ++slot) CHECK(tested.pop() == slot);
    CHECK(tested.empty());
}

TEST_CASE("a lane gives back what is taken from it, and keeps the order of the rest") {
    lane tested;
    for (std::uint32_t slot = 1; slot <= 6; ++slot) tested.push(slot, t0 - slot * 1s);
    auto slots = tested.take([](std::uint32_t slot) { return slot % 2 == 0; });
    std::ranges::sort(slots);
    CHECK(slots == std::vector<std::uint32_t>{2, 4, 6});
    CHECK(tested.first_ready() == t0 - 5s);
    for (auto const slot : {5U, 3U, 1U}) CHECK(tested.pop() == slot);
    CHECK(tested.empty());
    tested.push(7, t0);
    CHECK(tested.take([](std::uint32_t) { return true; }).size() == 1);
    CHECK(tested.empty());
}

TEST_CASE("lanes come and go in any order, and the ring and the heap stay right") {
    for (std::size_t lanes : {1u, 2u, 3u, 10u, 200u}) {
        CAPTURE(lanes);
        turns_race(lanes, lanes).run(5'000);
    }
}

TEST_SUITE_END();
