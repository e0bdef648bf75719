#pragma once

#include "throttle/lane.hpp"
#include "throttle/pacer.hpp"

#include <boost/unordered/unordered_flat_set.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

// What may start next. Waiting is data here: an entry that may not go yet lies in a heap with the time at
// which it may, and there is never a coroutine per waiting entry. The fleet loop is its only caller.

namespace poolwright::throttle {

// One unit of work of one tenant; `slot` is a number that the caller chose (0: the tenant's own step, such as
// its token).
struct work {
    tenant_number tenant = 0;
    std::uint32_t slot = 0;

    bool operator==(work const&) const = default;
};

// Promises: an entry that was popped is not popped again before `finished` was said of it; a tenant has at
// most `per_tenant` entries in flight; tenants take turns, and so do callers and costs, and large tenants
// with others; within a tenant and a cost, what was ready first goes first; calls of one cost are not held up
// by those of another: those that cost nothing never wait for a budget, and reads not for a throttled write;
// nor are one caller's calls held up by another's spent budget. Pushing what is already waiting or in flight,
// or finishing what is not in flight, is a mistake of the caller and throws std::logic_error.
//
// A pop or push takes O(log n); a pop that finds a caller's budgets spent looks at none of its tenants. There
// is a lane per tenant, cost and lag with something waiting, so these should be few (Graph has about a
// dozen). Time never runs backwards: an earlier `now` than one that pop has seen counts as that one.
class work_queue {
public:
    // `budgets` outlives the queue. A `per_tenant` below 1 counts as 1.
    work_queue(pacer& budgets, int per_tenant);

    // The entry may go from `ready_at` on, and costs `what`; with a lag, so much later as `set_lag` says at
    // the time: what is learned while it waits counts for it, too.
    void push(work item, cost what, steady_point ready_at, lag_number lag = 0);
    void set_lag(lag_number lag, std::chrono::nanoseconds wait);

    // How much there is to write in a tenant, before its first push. Those that have more than their own
    // quota lets through at once have turns of their own, as many as all others together, so that none of
    // them finishes long after the rest.
    void expect_writes(tenant_number tenant, std::int64_t writes);

    // How many entries of a tenant may be in flight from now on; below 1 counts as 1.
    void set_per_tenant(int most);

    // A closed tenant's slots do not go (its token is missing); its own step (slot 0) does. Tenants begin
    // open.
    void close(tenant_number tenant);
    void open(tenant_number tenant);

    // pacer::assign, and what waits there goes as that caller's from now on. To be used instead of it once
    // something of the tenant was pushed.
    void assign(tenant_number tenant, caller_number caller);

    // Drops the entries of the tenant that are not in flight and for whose slots `goes` holds, and gives
    // these back, in no order.
    std::vector<std::uint32_t> drop(tenant_number tenant, std::function<bool(std::uint32_t)> const& goes);

    // An entry that may go at `now`, charged to the budgets and in flight from then on; nothing if none may.
    std::optional<work> pop(steady_point now);

    // The popped entry came back.
    void finished(work item);

    // The first instant at which `pop` succeeds if nothing else happens, `now` if it does at once; nothing if
    // only `finished`, `push` or `open` can change that. Tidies up as it looks, hence not const; what it
    // answers does not change by that.
    [[nodiscard]] std::optional<steady_point> next_ready(steady_point now);

    // Neither waiting nor in flight.
    [[nodiscard]] bool empty() const noexcept { return waiting_.empty() && in_flight_.empty(); }
    [[nodiscard]] std::size_t in_flight() const noexcept { return in_flight_.size(); }
    [[nodiscard]] std::size_t waiting() const noexcept { return waiting_.size(); }

private:
    struct tenant_state {
        lane_number first_lane = no_lane;
        std::int32_t in_flight = 0;
        bool closed = false;
        bool large = false;
    };

    // All that costs the same caller the same, in order of turns.
    struct cost_class {
        caller_number caller;
        cost what;
        bool large = false;
        lane_turns turns;
    };

    tenant_state& state_of(tenant_number tenant);
    std::uint32_t class_of(tenant_number tenant, cost what);
    lane_number lane_for(work item, cost what, lag_number lag);
    lane_number unused_lane();
    void release(lane_number which);

    struct lag_state {
        std::chrono::nanoseconds wait{0};
        std::chrono::nanoseconds placed{0};  // the wait by which the lanes were placed last
    };

    [[nodiscard]] steady_point ready_of(lane const& which) const;
    [[nodiscard]] bool must_park(lane const& which) const;
    void place(lane_number which);
    void place_all(tenant_number tenant);

    [[nodiscard]] steady_point allowed_at(lane_number which, steady_point now) const;
    lane_number next_in(cost_class& from);
    work start(lane_number which);
    std::optional<steady_point> next_ready_in(cost_class& from, steady_point now);

    pacer& budgets_;
    std::int32_t per_tenant_;
    steady_point now_ = steady_point::min();
    lane_pool lanes_;
    lane_number first_unused_ = no_lane;
    std::vector<tenant_state> tenants_;
    std::vector<cost_class> classes_;
    std::size_t class_turn_ = 0;
    std::array<lag_state, 8> lags_;
    boost::unordered_flat_set<std::uint64_t> waiting_;  // tenant and slot in one number
    boost::unordered_flat_set<std::uint64_t> in_flight_;
};

}  // namespace poolwright::throttle
