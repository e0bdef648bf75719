#pragma once

#include "throttle/pacer.hpp"

#include <cstdint>
#include <optional>

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

// Promises: an entry that was popped is not popped again before `finished` was said of it, however often it
// is pushed (a second push is a mistake of the caller and is refused by an assertion); a tenant has at most
// `per_tenant` entries in flight; tenants take turns; calls that cost nothing are not held up by the write
// budgets, nor reads by a throttled write.
class work_queue {
public:
    // `budgets` outlives the queue.
    work_queue(pacer& budgets, int per_tenant);

    // The entry may go from `ready_at` on, and costs `what`.
    void push(work item, cost what, steady_point ready_at);

    // A closed tenant's slots do not go (its token is missing); its own step (slot 0) does. Tenants begin
    // open.
    void close(tenant_number tenant);
    void open(tenant_number tenant);

    // Drops every entry of the tenant that is not in flight (the tenant failed) and gives their slots back,
    // in no order.
    std::vector<std::uint32_t> drop(tenant_number tenant);

    // An entry that may go at `now`, charged to the budgets and in flight from then on; nothing if none may.
    std::optional<work> pop(steady_point now);

    // The popped entry came back.
    void finished(work item);

    // The next instant at which `pop` may succeed if nothing else happens: nothing if only `finished`, `push`
    // or `open` can change that.
    [[nodiscard]] std::optional<steady_point> next_ready(steady_point now) const;

    // Neither waiting nor in flight.
    [[nodiscard]] bool empty() const noexcept;
    [[nodiscard]] std::size_t in_flight() const noexcept;
    [[nodiscard]] std::size_t waiting() const noexcept;
};

}  // namespace poolwright::throttle
