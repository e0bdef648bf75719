#include "cli/remaining_time.hpp"

#include <doctest/doctest.h>

TEST_SUITE_BEGIN("cli");

using namespace poolwright;
using namespace poolwright::cli;
using throttle::real_seconds;

namespace {

// A run of 100 s whose first quarter takes 40.
remaining_time usual() {
    return remaining_time({real_seconds(40), real_seconds(60), real_seconds(80), real_seconds(100)});
}

}  // namespace

TEST_CASE("what is left of a run that goes as forecast is what the forecast leaves") {
    struct {
        double elapsed;
        double done;
        double left;
    } const table[] = {{0, 0, 100},    {20, 0, 80},     {20, 0.125, 80},
                       {40, 0.25, 60}, {70, 0.625, 30}, {100, 1, 0}};
    for (auto const& row : table) {
        CAPTURE(row.elapsed);
        CHECK(usual().after(real_seconds(row.elapsed), row.done)->count() == doctest::Approx(row.left));
    }
}

TEST_CASE("a run that is slower or faster is expected to go on like that") {
    // Twice as long as it should for the first quarter; the tenth of the forecast that counts as known before
    // makes it a little less.
    CHECK(usual().after(real_seconds(80), 0.25)->count() == doctest::Approx(60 * 90.0 / 50));
    CHECK(usual().after(real_seconds(20), 0.25)->count() == doctest::Approx(60 * 30.0 / 50));
    // Nothing is done after the first quarter should be: it is late, and nobody knows how much.
    CHECK_FALSE(usual().after(real_seconds(41), 0).has_value());
}

TEST_CASE("what is left shrinks as more is done, and nothing is said without a forecast") {
    for (double elapsed : {1.0, 50.0, 500.0}) {
        double before = 1e9;
        for (double done = 0.05; done <= 1; done += 0.05) {
            auto const left = usual().after(real_seconds(elapsed), done)->count();
            CHECK(left < before);
            before = left;
        }
    }
    CHECK(usual().after(real_seconds(7), 1.5)->count() == 0);
    CHECK_FALSE(remaining_time().after(real_seconds(7), 0.5).has_value());
}

TEST_SUITE_END();
