#include "throttle/work_queue.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <optional>
#include <random>
#include <set>
#include <vector>

// The work queue against a model that looks at every entry every time, under random operations.

TEST_SUITE_BEGIN("throttle");

namespace {

using namespace poolwright::throttle;
using namespace std::chrono_literals;
using std::chrono::nanoseconds;

constexpr int per_tenant = 3;

struct entry {
    work item;
    cost what;
    steady_point ready_at;
};

// What the header of the queue promises, word for word.
class model {
public:
    explicit model(limits const& what) : budgets(what) {}

    pacer budgets;
    std::vector<entry> waiting;  // in the order of pushes
    std::vector<work> in_flight;
    std::set<tenant_number> closed;

    [[nodiscard]] bool knows(work item) const {
        return std::ranges::count(waiting, item, &entry::item) + std::ranges::count(in_flight, item) > 0;
    }

    // When the entry may go if nothing else happens.
    [[nodiscard]] std::optional<steady_point> earliest(entry const& which, steady_point now) const {
        if (closed.contains(which.item.tenant) && which.item.slot != 0) return std::nullopt;
        if (std::ranges::count(in_flight, which.item.tenant, &work::tenant) >= per_tenant)
            return std::nullopt;
        return budgets.earliest(which.item.tenant, which.what, std::max(now, which.ready_at));
    }

    [[nodiscard]] std::optional<steady_point> next_ready(steady_point now) const {
        std::optional<steady_point> first;
        for (auto const& each : waiting) {
            auto const at = earliest(each, now);
            if (at && (!first || *at < *first)) first = at;
        }
        return first;
    }

    // Whether another entry of the same tenant and cost should have gone before.
    [[nodiscard]] bool overtaken(std::vector<entry>::const_iterator popped) const {
        return std::any_of(waiting.begin(), waiting.end(), [&](entry const& other) {
            auto const same_lane = other.item.tenant == popped->item.tenant && other.what == popped->what &&
                                   (other.item.slot == 0) == (popped->item.slot == 0);
            auto const pushed_before = &other < &*popped;
            return same_lane && (other.ready_at < popped->ready_at ||
                                 (other.ready_at == popped->ready_at && pushed_before));
        });
    }
};

// Both side by side; every answer of the queue is checked at once.
class race {
public:
    race(limits const& what, std::uint64_t seed)
        : expected_(what), budgets_(what), queue_(budgets_, per_tenant), random_(seed) {}

    void run(int operations) {
        for (int i = 0; i < operations; ++i) {
            step();
            REQUIRE(queue_.waiting() == expected_.waiting.size());
            REQUIRE(queue_.in_flight() == expected_.in_flight.size());
            REQUIRE(queue_.next_ready(now_) == expected_.next_ready(now_));
        }
        drain();
    }

private:
    std::int64_t pick(std::int64_t low, std::int64_t high) {
        return std::uniform_int_distribution<std::int64_t>(low, high)(random_);
    }
    tenant_number any_tenant() { return static_cast<tenant_number>(pick(0, 7)); }

    void step() {
        switch (pick(0, 19)) {
            case 0:
                return set_closed(any_tenant(), true);
            case 1:
            case 2:
                return set_closed(any_tenant(), false);
            case 3:
                return hold();
            case 4:
                return pick(0, 9) == 0 ? drop(any_tenant()) : assign(any_tenant());
            case 5:
            case 6:
                now_ += nanoseconds(pick(0, 40));
                return;
            case 7:
                return jump();
            default:
                break;
        }
        switch (pick(0, 5)) {
            case 0:
            case 1:
                return push();
            case 2:
            case 3:
                return finish();
            default:
                return pop();
        }
    }

    void push() {
        static constexpr cost costs[] = {{0, 0}, {1, 1}, {0, 1}, {0, 2}, {0, 5}, {2, 3}};
        work const item{any_tenant(), static_cast<std::uint32_t>(pick(0, 9))};
        if (expected_.knows(item)) return;
        auto const what = costs[static_cast<std::size_t>(pick(0, 5))];
        auto const ready_at = now_ + nanoseconds(pick(0, 2) == 0 ? pick(0, 60) : -pick(0, 5));
        queue_.push(item, what, ready_at);
        expected_.waiting.push_back({item, what, ready_at});
    }

    // Sometimes asks at a time before the last one, which the queue counts as that one.
    void pop() {
        auto const may_go = expected_.next_ready(now_) == now_;
        auto const backwards = asked_before_ == now_ && pick(0, 4) == 0;
        auto const popped = queue_.pop(backwards ? now_ - 100ns : now_);
        asked_before_ = now_;
        REQUIRE(popped.has_value() == may_go);
        if (!popped) return;
        auto const found = std::ranges::find(expected_.waiting, *popped, &entry::item);
        REQUIRE(found != expected_.waiting.end());
        REQUIRE(expected_.earliest(*found, now_) == now_);
        REQUIRE_FALSE(expected_.overtaken(found));
        expected_.budgets.charge(popped->tenant, found->what, now_);
        expected_.in_flight.push_back(*popped);
        expected_.waiting.erase(found);
    }

    void finish() {
        if (expected_.in_flight.empty()) return;
        auto const which = expected_.in_flight.begin() + pick(0, std::ssize(expected_.in_flight) - 1);
        queue_.finished(*which);
        expected_.in_flight.erase(which);
    }

    void set_closed(tenant_number tenant, bool closed) {
        if (closed) {
            queue_.close(tenant);
            expected_.closed.insert(tenant);
        } else {
            queue_.open(tenant);
            expected_.closed.erase(tenant);
        }
    }

    void hold() {
        auto const scope = static_cast<throttle_scope>(pick(0, 2));
        auto const calls = static_cast<throttled_calls>(pick(0, 2));
        auto const tenant = any_tenant();
        auto const until = now_ + nanoseconds(pick(0, 50));
        budgets_.hold(scope, calls, tenant, until);
        expected_.budgets.hold(scope, calls, tenant, until);
    }

    void drop(tenant_number tenant) {
        auto const kind = static_cast<std::uint32_t>(pick(1, 3));
        auto const goes = [kind](std::uint32_t slot) { return slot % kind == 0; };
        auto const given_back = queue_.drop(tenant, goes);
        std::multiset<std::uint32_t> const dropped(given_back.begin(), given_back.end());
        std::multiset<std::uint32_t> wanted;
        std::erase_if(expected_.waiting, [&](entry const& each) {
            bool const is_dropped = each.item.tenant == tenant && goes(each.item.slot);
            if (is_dropped) wanted.insert(each.item.slot);
            return is_dropped;
        });
        REQUIRE(dropped == wanted);
    }

    void assign(tenant_number tenant) {
        auto const caller = static_cast<caller_number>(pick(0, 2));
        queue_.assign(tenant, caller);
        expected_.budgets.assign(tenant, caller);
    }

    // To the very instant that the queue names, where something must go.
    void jump() {
        auto const next = queue_.next_ready(now_);
        if (!next) return;
        now_ = *next;
        auto const before = queue_.in_flight();
        pop();
        REQUIRE(queue_.in_flight() == before + 1);
    }

    // Whatever happened, everything that waits gets its turn in the end.
    void drain() {
        for (tenant_number tenant = 0; tenant <= 7; ++tenant) set_closed(tenant, false);
        while (!queue_.empty()) {
            while (!expected_.in_flight.empty()) finish();
            jump();
        }
        CHECK(expected_.waiting.empty());
    }

    model expected_;
    pacer budgets_;
    work_queue queue_;
    std::mt19937_64 random_;
    steady_point now_{1h};
    std::optional<steady_point> asked_before_;
};

limits tight(std::mt19937_64& random) {
    auto const any = [&](std::int64_t most) {
        return quota{.limit = std::uniform_int_distribution<std::int64_t>(1, most)(random),
                     .window = nanoseconds(std::uniform_int_distribution<std::int64_t>(1, 60)(random)),
                     .shape = static_cast<quota_shape>(std::uniform_int_distribution<int>(0, 2)(random))};
    };
    return {.application_writes = any(20),
            .application_resource_units = any(60),
            .tenant_writes = any(8),
            .application_tenant_writes = any(6),
            .application_tenant_resource_units = {any(12), any(12), any(12)}};
}

}  // namespace

TEST_CASE("under random operations the queue answers as a model that looks at everything") {
    std::mt19937_64 random(20260131);
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        CAPTURE(seed);
        race(tight(random), seed).run(1'000);
    }
    race(tight(random), 99).run(10'000);
}

TEST_SUITE_END();
