#include "tests/simulate/world.hpp"

#include <doctest/doctest.h>

// The process ends at every point at which it can end (before and after every reply, before and after every
// commit), and is started again.

TEST_SUITE_BEGIN("simulate");

using namespace poolwright;
using namespace poolwright::simulate;
using namespace std::chrono_literals;

namespace {

world_options small_world(bool private_key_here, std::uint64_t seed) {
    auto options = world_of({2, 1}, 2s, 3s);
    options.directory.seed = seed;
    options.private_key_here = private_key_here;
    return options;
}

std::uint64_t points_of_a_run(bool private_key_here) {
    world where(small_world(private_key_here, 1));
    REQUIRE(where.run() == run_end::finished);
    return where.points();
}

void die_once_at_every_point(bool private_key_here) {
    auto const points = points_of_a_run(private_key_here);
    REQUIRE(points > 50);
    for (std::uint64_t at = 1; at <= points; ++at) {
        CAPTURE(at);
        world where(small_world(private_key_here, 1));
        REQUIRE(where.run(at) == run_end::died);
        REQUIRE(where.run() == run_end::finished);
        CHECK(where.result().counts.ready == 3);
        for (auto const& broken : where.broken_promises()) FAIL_CHECK(broken);
    }
}

}  // namespace

TEST_CASE("ended once at every point, with the private key at hand") {
    die_once_at_every_point(true);
}

TEST_CASE("ended once at every point, with only the public key") {
    die_once_at_every_point(false);
}

TEST_CASE("ended again and again, a little later each time") {
    for (bool const private_key_here : {true, false}) {
        // What happens to a slot between its creation and its proof is not recorded, since it can be
        // repeated; a process that always dies before the end of that gets nowhere.
        for (std::uint64_t step = 90; step <= 130; ++step) {
            CAPTURE(step);
            world where(small_world(private_key_here, step));
            std::uint64_t runs = 0;
            while (where.run(step + runs % 7) == run_end::died) REQUIRE(++runs < 500);
            CHECK(where.result().counts.ready == 3);
            for (auto const& broken : where.broken_promises()) FAIL_CHECK(broken);
        }
    }
}

TEST_SUITE_END();
