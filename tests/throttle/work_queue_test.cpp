#include "throttle/work_queue.hpp"

#include "tests/throttle/wide_limits.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <deque>
#include <stdexcept>
#include <vector>

TEST_SUITE_BEGIN("throttle");

namespace {

using namespace poolwright::throttle;
using namespace std::chrono_literals;

constexpr steady_point t0{std::chrono::hours(1)};
constexpr cost a_write{.writes = 1, .resource_units = 1};
constexpr cost a_read{.writes = 0, .resource_units = 1};
constexpr cost a_token{};

limits one_write_of_application() {
    auto what = wide;
    what.application_writes = {.limit = 1, .window = 10s};
    return what;
}

limits one_write_of_tenant() {
    auto what = wide;
    what.application_tenant_writes = {.limit = 1, .window = 10s};
    return what;
}

// A queue with budgets of its own.
struct fixture {
    explicit fixture(limits const& what = wide, int per_tenant = 100)
        : budgets(what), queue(budgets, per_tenant) {}

    // Everything that may go at that time, in order, without anything coming back.
    std::vector<work> pop_all(steady_point now = t0) {
        std::vector<work> popped;
        while (auto const next = queue.pop(now)) popped.push_back(*next);
        return popped;
    }

    pacer budgets;
    work_queue queue;
};

using works = std::vector<work>;

}  // namespace

TEST_CASE("tenants take turns, and within a tenant the first comes first") {
    fixture f;
    for (std::uint32_t slot : {1u, 2u}) {
        for (tenant_number tenant : {5u, 6u, 7u}) f.queue.push({tenant, slot}, a_write, t0);
    }
    CHECK(f.pop_all() == works{{5, 1}, {6, 1}, {7, 1}, {5, 2}, {6, 2}, {7, 2}});
    CHECK(f.queue.in_flight() == 6);
    CHECK(f.queue.waiting() == 0);
    CHECK_FALSE(f.queue.empty());
}

TEST_CASE("costs take turns too") {
    fixture f;
    for (std::uint32_t slot = 1; slot <= 4; ++slot)
        f.queue.push({1, slot}, slot % 2 == 0 ? a_read : a_write, t0);
    f.queue.push({2, 0}, a_token, t0);
    CHECK(f.pop_all() == works{{1, 1}, {1, 2}, {2, 0}, {1, 3}, {1, 4}});
}

TEST_CASE("what was ready first goes first, whatever the order of pushes") {
    fixture f;
    f.queue.push({1, 1}, a_write, t0 + 3s);
    f.queue.push({1, 2}, a_write, t0 + 1s);
    f.queue.push({1, 3}, a_write, t0 + 2s);
    f.queue.push({1, 4}, a_write, t0 + 1s);
    CHECK(f.pop_all(t0 + 5s) == works{{1, 2}, {1, 4}, {1, 3}, {1, 1}});
}

TEST_CASE("neither a push nor being opened again costs a tenant its turn") {
    fixture f;
    CHECK(f.pop_all().empty());
    f.queue.push({1, 1}, a_write, t0);
    f.queue.push({2, 1}, a_write, t0);
    f.queue.push({1, 2}, a_write, t0);
    f.queue.open(1);
    CHECK(f.pop_all() == works{{1, 1}, {2, 1}, {1, 2}});
}

TEST_CASE("a tenant with many slots does not starve those with few") {
    fixture f(wide, 4);
    for (std::uint32_t slot = 1; slot <= 2003; ++slot) f.queue.push({0, slot}, a_write, t0);
    for (tenant_number tenant = 1; tenant <= 200; ++tenant) {
        for (std::uint32_t slot = 1; slot <= 5; ++slot) f.queue.push({tenant, slot}, a_write, t0);
    }
    std::deque<work> in_flight;
    int popped_of_large = 0;
    int left_of_small = 1000;
    while (left_of_small > 0) {
        auto const next = in_flight.size() < 64 ? f.queue.pop(t0) : std::nullopt;
        if (!next) {
            f.queue.finished(in_flight.front());
            in_flight.pop_front();
            continue;
        }
        in_flight.push_back(*next);
        (next->tenant == 0 ? popped_of_large : left_of_small) += next->tenant == 0 ? 1 : -1;
    }
    // One turn in each of the five rounds.
    CHECK(popped_of_large == 5);
}

TEST_CASE("a tenant has at most so many entries in flight") {
    fixture f(wide, 2);
    for (std::uint32_t slot = 0; slot <= 3; ++slot) f.queue.push({1, slot}, slot == 2 ? a_read : a_write, t0);
    f.queue.push({2, 1}, a_write, t0);
    auto const first = f.pop_all();
    CHECK(first.size() == 3);
    CHECK(std::ranges::count(first, tenant_number{1}, &work::tenant) == 2);
    CHECK(f.queue.next_ready(t0) == std::nullopt);

    auto const of_first = *std::ranges::find(first, tenant_number{1}, &work::tenant);
    f.queue.finished(of_first);
    CHECK(f.queue.next_ready(t0) == t0);
    CHECK(f.pop_all().size() == 1);
    CHECK(f.queue.next_ready(t0) == std::nullopt);
}

TEST_CASE("a limit below one entry in flight counts as one") {
    fixture f(wide, 0);
    f.queue.push({1, 1}, a_write, t0);
    f.queue.push({1, 2}, a_write, t0);
    CHECK(f.pop_all() == works{{1, 1}});
}

TEST_CASE("an entry is never there twice") {
    fixture f;
    f.queue.push({1, 1}, a_write, t0);
    CHECK_THROWS_WITH_AS(f.queue.push({1, 1}, a_read, t0), "work queue: slot 1 of tenant 1 was pushed twice",
                         std::logic_error);
    CHECK_THROWS_AS(f.queue.finished({1, 1}), std::logic_error);
    CHECK(f.pop_all() == works{{1, 1}});
    CHECK_THROWS_WITH_AS(f.queue.push({1, 1}, a_write, t0),
                         "work queue: slot 1 of tenant 1 was pushed while in flight", std::logic_error);
    CHECK(f.pop_all().empty());

    f.queue.finished({1, 1});
    CHECK(f.queue.empty());
    CHECK_THROWS_WITH_AS(f.queue.finished({1, 1}),
                         "work queue: slot 1 of tenant 1 finished without being in flight", std::logic_error);
    f.queue.push({1, 1}, a_token, t0);
    CHECK(f.pop_all() == works{{1, 1}});
}

TEST_CASE("a closed tenant's slots wait, its own step does not") {
    fixture f;
    f.queue.push({1, 1}, a_token, t0);
    f.queue.push({1, 0}, a_token, t0 + 1s);
    f.queue.push({2, 1}, a_token, t0 + 5s);
    f.queue.close(1);
    f.queue.push({1, 2}, a_token, t0);
    CHECK(f.queue.next_ready(t0) == t0 + 1s);
    CHECK(f.pop_all(t0 + 1s) == works{{1, 0}});
    CHECK(f.queue.next_ready(t0 + 1s) == t0 + 5s);
    CHECK(f.pop_all(t0 + 5s) == works{{2, 1}});
    CHECK(f.queue.next_ready(t0 + 5s) == std::nullopt);

    f.queue.open(1);
    CHECK(f.queue.next_ready(t0 + 5s) == t0 + 5s);
    CHECK(f.pop_all(t0 + 5s) == works{{1, 1}, {1, 2}});
}

TEST_CASE("a tenant that is closed and full needs both to end") {
    fixture f(wide, 1);
    f.queue.push({1, 1}, a_write, t0);
    f.queue.push({1, 2}, a_write, t0);
    CHECK(f.pop_all() == works{{1, 1}});
    f.queue.close(1);
    f.queue.finished({1, 1});
    CHECK(f.pop_all().empty());
    f.queue.push({1, 1}, a_write, t0);
    f.queue.open(1);
    CHECK(f.pop_all() == works{{1, 2}});
    f.queue.close(1);
    f.queue.open(1);
    CHECK(f.pop_all().empty());
}

TEST_CASE("an entry waits for its time") {
    fixture f;
    f.queue.push({1, 1}, a_write, t0 + 1s);
    f.queue.push({2, 1}, a_write, t0 + 2s);
    CHECK(f.queue.next_ready(t0) == t0 + 1s);
    CHECK(f.pop_all(t0 + 1s - 1ns).empty());
    CHECK(f.pop_all(t0 + 1s) == works{{1, 1}});
    f.queue.push({2, 2}, a_write, t0 + 1500ms);
    CHECK(f.queue.next_ready(t0 + 1s) == t0 + 1500ms);
    CHECK(f.pop_all(t0 + 3s) == works{{2, 2}, {2, 1}});
}

TEST_CASE("while the application's writes are spent, tokens and reads go on") {
    fixture f(one_write_of_application());
    for (std::uint32_t slot : {1u, 2u}) f.queue.push({1, slot}, a_write, t0);
    f.queue.push({2, 1}, a_read, t0);
    f.queue.push({3, 0}, a_token, t0);
    CHECK(f.pop_all() == works{{1, 1}, {2, 1}, {3, 0}});
    CHECK(f.queue.next_ready(t0) == t0 + 10s);
    CHECK(f.pop_all(t0 + 10s - 1ns).empty());
    CHECK(f.pop_all(t0 + 10s) == works{{1, 2}});
}

TEST_CASE("one caller's spent budget does not hold up another's tenants") {
    fixture f(one_write_of_application());
    f.budgets.assign(2, 1);
    for (std::uint32_t slot : {1u, 2u}) {
        for (tenant_number tenant : {1u, 2u, 3u}) f.queue.push({tenant, slot}, a_write, t0);
    }
    CHECK(f.pop_all() == works{{1, 1}, {2, 1}});
    CHECK(f.queue.next_ready(t0) == t0 + 10s);
    CHECK(f.pop_all(t0 + 10s) == works{{3, 1}, {2, 2}});
}

TEST_CASE("a tenant's entries move to the caller that it is assigned to") {
    fixture f(one_write_of_application());
    for (std::uint32_t slot : {1u, 2u, 3u}) f.queue.push({1, slot}, a_write, t0 + std::chrono::seconds(slot));
    f.queue.push({1, 4}, a_read, t0 + 1h);
    CHECK(f.pop_all(t0 + 3s) == works{{1, 1}});
    CHECK(f.queue.next_ready(t0 + 3s) == t0 + 13s);
    f.queue.assign(1, 1);
    CHECK(f.budgets.caller_of(1) == 1);
    CHECK(f.queue.next_ready(t0 + 3s) == t0 + 3s);
    f.queue.push({1, 5}, a_write, t0 + 3s);
    CHECK(f.pop_all(t0 + 3s) == works{{1, 2}});
    CHECK(f.pop_all(t0 + 13s) == works{{1, 3}});
    CHECK(f.pop_all(t0 + 23s) == works{{1, 5}});
    CHECK(f.pop_all(t0 + 1h) == works{{1, 4}});
}

TEST_CASE("a tenant that is closed stays closed to another caller") {
    fixture f;
    f.queue.push({1, 0}, a_token, t0);
    f.queue.push({1, 1}, a_write, t0);
    f.queue.close(1);
    f.queue.assign(1, 1);
    CHECK(f.pop_all() == works{{1, 0}});
    f.queue.open(1);
    CHECK(f.pop_all() == works{{1, 1}});
}

TEST_CASE("a tenant that has spent its budget does not hold up others") {
    fixture f(one_write_of_tenant());
    for (std::uint32_t slot : {1u, 2u}) {
        for (tenant_number tenant : {1u, 2u}) f.queue.push({tenant, slot}, a_write, t0);
    }
    f.queue.push({1, 3}, a_read, t0);
    CHECK(f.pop_all() == works{{1, 1}, {1, 3}, {2, 1}});
    f.queue.push({3, 1}, a_write, t0 + 4s);
    CHECK(f.queue.next_ready(t0) == t0 + 4s);
    CHECK(f.pop_all(t0 + 4s) == works{{3, 1}});
    CHECK(f.queue.next_ready(t0 + 4s) == t0 + 10s);
    CHECK(f.pop_all(t0 + 10s) == works{{1, 2}, {2, 2}});
}

TEST_CASE("a hold that comes while entries wait is respected") {
    fixture f;
    f.queue.push({1, 1}, a_write, t0);
    f.queue.push({2, 1}, a_write, t0);
    f.queue.push({2, 2}, a_read, t0);
    CHECK(f.queue.next_ready(t0) == t0);
    f.budgets.hold(throttle_scope::tenant, throttled_calls::writes, 2, t0 + 30s);
    CHECK(f.pop_all() == works{{1, 1}, {2, 2}});
    CHECK(f.queue.next_ready(t0) == t0 + 30s);
    f.budgets.hold(throttle_scope::application, throttled_calls::all, 1, t0 + 40s);
    CHECK(f.queue.next_ready(t0) == t0 + 40s);
    CHECK(f.pop_all(t0 + 30s).empty());
    CHECK(f.pop_all(t0 + 40s) == works{{2, 1}});
}

TEST_CASE("what is not dropped goes when it would have gone") {
    fixture f(wide, 2);
    f.queue.push({1, 1}, a_write, t0);
    f.queue.push({1, 2}, a_write, t0 + 5s);
    f.queue.push({1, 3}, a_write, t0 + 7s);
    REQUIRE(f.queue.next_ready(t0) == t0);
    CHECK(f.queue.drop(1, [](std::uint32_t slot) { return slot != 3; }).size() == 2);
    CHECK(f.queue.next_ready(t0) == t0 + 7s);
    CHECK_FALSE(f.queue.pop(t0 + 6s).has_value());
    CHECK(f.pop_all(t0 + 7s) == works{{1, 3}});
}

TEST_CASE("dropping a tenant gives back what is not in flight") {
    fixture f(wide, 2);
    for (std::uint32_t slot = 0; slot <= 4; ++slot)
        f.queue.push({1, slot}, slot == 0 ? a_token : a_write, t0);
    f.queue.push({1, 5}, a_read, t0 + 1h);
    f.queue.push({2, 1}, a_write, t0);
    auto const flying = f.queue.pop(t0);
    REQUIRE(flying == work{1, 0});

    auto const all = [](std::uint32_t) { return true; };
    auto dropped = f.queue.drop(1, all);
    std::ranges::sort(dropped);
    CHECK(dropped == std::vector<std::uint32_t>{1, 2, 3, 4, 5});
    CHECK(f.queue.drop(1, all).empty());
    CHECK(f.queue.drop(99, all).empty());
    CHECK(f.queue.waiting() == 1);
    CHECK(f.queue.in_flight() == 1);
    CHECK(f.pop_all() == works{{2, 1}});

    f.queue.push({1, 4}, a_write, t0);
    CHECK(f.pop_all() == works{{1, 4}});
    for (work each : {work{1, 0}, work{1, 4}, work{2, 1}}) f.queue.finished(each);
    CHECK(f.queue.empty());
    CHECK(f.queue.next_ready(t0) == std::nullopt);
}

TEST_CASE("time does not run backwards") {
    fixture f;
    f.queue.push({1, 1}, a_write, t0 + 2s);
    f.queue.push({1, 2}, a_write, t0 + 2s);
    CHECK(f.queue.pop(t0 + 2s) == work{1, 1});
    CHECK(f.queue.next_ready(t0) == t0 + 2s);
    CHECK(f.queue.pop(t0) == work{1, 2});
}

TEST_CASE("asking about the future does not bring it nearer") {
    fixture f;
    f.queue.push({1, 1}, a_write, t0 + 1s);
    CHECK(f.queue.next_ready(t0 + 1h) == t0 + 1h);
    CHECK(f.queue.pop(t0) == std::nullopt);
    CHECK(f.queue.next_ready(t0) == t0 + 1s);
}

TEST_CASE("what waits for a lag goes when the lag that is known by then has passed") {
    fixture f;
    f.queue.set_lag(1, 10s);
    f.queue.push({1, 1}, a_write, t0, 1);
    f.queue.push({1, 2}, a_write, t0 + 1s, 1);
    f.queue.push({1, 3}, a_write, t0);
    CHECK(f.pop_all(t0 + 9s) == works{{1, 3}});
    CHECK(f.queue.next_ready(t0 + 9s) == t0 + 10s);
    SUBCASE("longer") {
        f.queue.set_lag(1, 20s);
        CHECK(f.pop_all(t0 + 15s).empty());
        CHECK(f.pop_all(t0 + 20s) == works{{1, 1}});
        CHECK(f.queue.next_ready(t0 + 20s) == t0 + 21s);
    }
    SUBCASE("much shorter") {
        f.queue.set_lag(1, 2s);
        CHECK(f.pop_all(t0 + 9s) == works{{1, 1}, {1, 2}});
    }
    SUBCASE("a little shorter: at most as late as it was to be") {
        f.queue.set_lag(1, 9900ms);
        CHECK(f.queue.next_ready(t0 + 9s) == t0 + 10s);
        CHECK(f.pop_all(t0 + 11s) == works{{1, 1}, {1, 2}});
    }
}

TEST_CASE("large tenants have as many turns as all others together") {
    auto what = wide;
    what.application_tenant_writes.limit = 1'000;
    fixture f(what);
    f.queue.expect_writes(1, 1'001);
    f.queue.expect_writes(2, 1'000);
    for (std::uint32_t slot = 1; slot <= 3; ++slot) {
        for (tenant_number tenant : {1u, 2u, 3u, 4u}) f.queue.push({tenant, slot}, a_write, t0);
    }
    auto const popped = f.pop_all();
    REQUIRE(popped.size() == 12);
    CHECK(std::ranges::count(popped.begin(), popped.begin() + 6, tenant_number{1}, &work::tenant) == 3);
}

TEST_CASE("how many of a tenant may be in flight can change") {
    fixture f(wide, 1);
    for (std::uint32_t slot = 1; slot <= 4; ++slot) f.queue.push({1, slot}, a_write, t0);
    CHECK(f.pop_all() == works{{1, 1}});
    f.queue.set_per_tenant(3);
    CHECK(f.pop_all() == works{{1, 2}, {1, 3}});
    f.queue.set_per_tenant(2);
    f.queue.finished({1, 1});
    CHECK(f.pop_all().empty());
    f.queue.finished({1, 2});
    CHECK(f.pop_all() == works{{1, 4}});
}

TEST_SUITE_END();
