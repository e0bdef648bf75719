#include "cli/progress.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>

TEST_SUITE_BEGIN("cli");

using namespace poolwright;
using namespace poolwright::cli;
using namespace std::chrono_literals;

namespace {

provisioner::fleet_counts counts_of(std::int64_t planned, std::int64_t ready, std::int64_t failed = 0,
                                    std::int64_t pending = 0, std::int64_t replicating = 0,
                                    std::int64_t throttled = 0) {
    provisioner::fleet_counts counts;
    counts.planned = planned;
    counts.ready = ready;
    counts.failed = failed;
    counts.pending = pending;
    counts.waiting_for_replication = replicating;
    counts.throttled = throttled;
    return counts;
}

constexpr rate_meter::time_point start{};

}  // namespace

TEST_CASE("Progress: the line says how far, how fast and what waits") {
    struct {
        provisioner::fleet_counts counts;
        double per_second;
        std::string_view expected;
    } const table[] = {
        {counts_of(0, 0), 0, "0/0 apps | 0 ready, 0 failed"},
        {counts_of(1, 0), 0, "0/1 app | 0 ready, 0 failed"},
        {counts_of(20'000, 1'230, 4, 0, 12, 3), 11.6,
         "1,234/20,000 apps, 11.6/s, 26 min 58 s left | 1,230 ready, 4 failed, 12 replicating, 3 throttled"},
        {counts_of(10, 5, 1, 2), 1, "8/10 apps, 1.0/s, 2 s left | 5 ready, 1 failed, 2 pending"},
    };
    for (auto const& row : table) CHECK(progress_line(row.counts, row.per_second) == row.expected);
    auto begun = counts_of(10, 0, 0, 0, 10);
    begun.created = 10;
    CHECK(progress_line(begun, 0) == "0/10 apps | 0 ready, 0 failed, 10 created, 10 replicating");
    CHECK(progress_line(counts_of(10, 5), 1, 90s) == "5/10 apps, 1.0/s, 1 min 30 s left | 5 ready, 0 failed");
    CHECK(progress_line(counts_of(10, 9), 4, 300ms) == "9/10 apps, 4.0/s | 9 ready, 0 failed");
    CHECK(progress_line(counts_of(10, 0), 0, 12s) == "0/10 apps, 12 s left | 0 ready, 0 failed");
    CHECK(progress_line(counts_of(1'000'000'000, 0), 1e-9).find("27777 h 46 min left") != std::string::npos);
}

TEST_CASE("Progress: what was settled before the run is not part of what is to be done") {
    CHECK(part_done(counts_of(10, 4), 4) == 0);
    CHECK(part_done(counts_of(10, 5, 1, 1), 4) == doctest::Approx(0.5));
    CHECK(part_done(counts_of(10, 9, 1), 4) == 1);
    CHECK(part_done(counts_of(4, 4), 4) == 1);
}

TEST_CASE("tenants that are asked are counted, not apps") {
    CHECK(survey_line(0, 1, 0) == "0/1 tenant asked");
    CHECK(survey_line(1'200, 5'000, 380) == "1,200/5,000 tenants asked, 380.0/s, 10 s left");
}

TEST_CASE("Progress: of a line for a narrow terminal whole parts stay, and none reaches the last column") {
    auto const line = progress_line(counts_of(20'000, 19'950, 4, 6, 12, 345), 116.7, 9s);
    struct {
        std::size_t width;
        std::string_view expected;
    } const table[] = {
        {200,
         "19,960/20,000 apps, 116.7/s, 9 s left | 19,950 ready, 4 failed, 6 pending, 12 replicating, 345 "
         "throttled"},
        {106,
         "19,960/20,000 apps, 116.7/s, 9 s left | 19,950 ready, 4 failed, 6 pending, 12 replicating, 345 "
         "throttled"},
        {105,
         "19,960/20,000 apps, 116.7/s, 9 s left | 19,950 ready, 4 failed, 6 pending, 12 replicating, 345 "
         "throttled"},
        {104, "19,960/20,000 apps, 116.7/s, 9 s left | 19,950 ready, 4 failed, 6 pending, 12 replicating"},
        {80, "19,960/20,000 apps, 116.7/s, 9 s left | 19,950 ready, 4 failed, 6 pending"},
        {50, "19,960/20,000 apps, 116.7/s, 9 s left"},
        {20, "19,960/20,000 apps"},
        {10, "19,960/20"},
        {1, ""},
        {0, ""},
    };
    for (auto const& row : table) {
        CAPTURE(row.width);
        auto const shown = fitted(line, row.width);
        CHECK(shown == row.expected);
        CHECK((shown.empty() || shown.size() < row.width));
    }
}

TEST_CASE("Progress: what counts for the rate is the last half minute") {
    rate_meter rate;
    CHECK(rate.per_second() == 0);
    rate.add(start, 0);
    CHECK(rate.per_second() == 0);
    rate.add(start, 5);  // no time has passed
    CHECK(rate.per_second() == 0);
    rate.add(start + 10s, 1000);  // a burst
    CHECK(rate.per_second() == doctest::Approx(100));
    for (int second = 11; second <= 60; ++second)
        rate.add(start + std::chrono::seconds(second), 1000 + (second - 10) * 2);
    CHECK(rate.per_second() == doctest::Approx(2));
}

TEST_CASE("Progress: what passes before the first app is done does not count for the rate") {
    rate_meter rate;
    for (int second = 0; second <= 9; ++second) rate.add(start + std::chrono::seconds(second), 7);
    CHECK(rate.per_second() == 0);
    rate.add(start + 10s, 11);
    CHECK(rate.per_second() == doctest::Approx(4));
}

TEST_SUITE_END();
