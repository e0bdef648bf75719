#include "throttle/work_queue.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace poolwright::throttle {
namespace {

std::uint64_t key_of(work item) noexcept {
    return (std::uint64_t{item.tenant} << 32) | item.slot;
}

[[noreturn]] void mistake(work item, std::string_view what) {
    throw std::logic_error(fmt::format("work queue: slot {} of tenant {} {}", item.slot, item.tenant, what));
}

}  // namespace

work_queue::work_queue(pacer& budgets, int per_tenant)
    : budgets_(budgets), per_tenant_(std::max(1, per_tenant)) {}

void work_queue::push(work item, cost what, steady_point ready_at, lag_number lag) {
    if (lag >= lags_.size()) mistake(item, "was pushed with an unknown lag");
    if (in_flight_.contains(key_of(item))) mistake(item, "was pushed while in flight");
    if (!waiting_.insert(key_of(item)).second) mistake(item, "was pushed twice");
    auto const which = lane_for(item, what, lag);
    lanes_[which].push(item.slot, ready_at);
    // A lane that has its turn keeps its place among the others.
    if (lanes_[which].place != lane_place::in_turn) place(which);
}

// A lane that waits for too early a time corrects itself when that has come; one that waits for too late a
// time would not. A wait that shrinks by little is let be, since looking at every lane takes its time.
void work_queue::set_lag(lag_number lag, std::chrono::nanoseconds wait) {
    auto& changed = lags_.at(lag);
    changed.wait = wait;
    changed.placed = std::max(changed.placed, wait);
    if (wait >= changed.placed * 9 / 10) return;
    changed.placed = wait;
    for (lane_number each = 0; each < lanes_.size(); ++each) {
        if (lanes_[each].lag == lag && lanes_[each].place == lane_place::timed) place(each);
    }
}

void work_queue::expect_writes(tenant_number tenant, std::int64_t writes) {
    state_of(tenant).large = budgets_.exceeds_burst(writes);
}

void work_queue::set_per_tenant(int most) {
    auto const before = std::exchange(per_tenant_, std::max(1, most));
    if (before == per_tenant_) return;
    for (tenant_number each = 0; each < tenants_.size(); ++each) {
        if (tenants_[each].in_flight >= std::min(before, per_tenant_)) place_all(each);
    }
}

void work_queue::close(tenant_number tenant) {
    state_of(tenant).closed = true;
    place_all(tenant);
}

void work_queue::open(tenant_number tenant) {
    state_of(tenant).closed = false;
    place_all(tenant);
}

void work_queue::assign(tenant_number tenant, caller_number caller) {
    budgets_.assign(tenant, caller);
    for (auto each = state_of(tenant).first_lane; each != no_lane; each = lanes_[each].sibling) {
        auto const what = classes_[lanes_[each].cost_class].what;
        classes_[lanes_[each].cost_class].turns.take_out(lanes_, each);
        lanes_[each].cost_class = class_of(tenant, what);
        place(each);
    }
}

std::vector<std::uint32_t> work_queue::drop(tenant_number tenant,
                                            std::function<bool(std::uint32_t)> const& goes) {
    std::vector<std::uint32_t> dropped;
    for (auto each = state_of(tenant).first_lane; each != no_lane;) {
        auto const which = std::exchange(each, lanes_[each].sibling);
        auto const slots = lanes_[which].take(goes);
        dropped.insert(dropped.end(), slots.begin(), slots.end());
        if (lanes_[which].empty()) {
            release(which);
        } else if (!slots.empty() && ready_of(lanes_[which]) > now_) {
            place(which);
        }
    }
    for (auto slot : dropped) waiting_.erase(key_of({tenant, slot}));
    return dropped;
}

std::optional<work> work_queue::pop(steady_point now) {
    now_ = std::max(now_, now);
    for (std::size_t i = 0; i < classes_.size(); ++i) {
        auto const turn = (class_turn_ + i) % classes_.size();
        auto const which = next_in(classes_[turn]);
        if (which == no_lane) continue;
        class_turn_ = turn + 1;
        return start(which);
    }
    return std::nullopt;
}

void work_queue::finished(work item) {
    if (in_flight_.erase(key_of(item)) == 0) mistake(item, "finished without being in flight");
    auto& tenant = state_of(item.tenant);
    if (tenant.in_flight-- == per_tenant_) place_all(item.tenant);
}

std::optional<steady_point> work_queue::next_ready(steady_point now) {
    std::optional<steady_point> first;
    for (auto& each : classes_) {
        auto const ready = next_ready_in(each, std::max(now_, now));
        if (ready && (!first || *ready < *first)) first = ready;
    }
    return first;
}

work_queue::tenant_state& work_queue::state_of(tenant_number tenant) {
    if (tenant >= tenants_.size()) tenants_.resize(std::size_t{tenant} + 1);
    return tenants_[tenant];
}

std::uint32_t work_queue::class_of(tenant_number tenant, cost what) {
    auto const caller = budgets_.caller_of(tenant);
    auto const large = state_of(tenant).large;
    auto const found = std::ranges::find_if(classes_, [&](cost_class const& each) {
        return each.caller == caller && each.what == what && each.large == large;
    });
    auto const index = static_cast<std::uint32_t>(found - classes_.begin());
    if (found == classes_.end()) classes_.push_back({caller, what, large, {}});
    return index;
}

// The tenant's lane for an entry of that cost and lag, a new one if need be.
lane_number work_queue::lane_for(work item, cost what, lag_number lag) {
    auto& tenant = state_of(item.tenant);
    auto const wanted = class_of(item.tenant, what);
    auto const own_step = item.slot == 0;
    for (auto each = tenant.first_lane; each != no_lane; each = lanes_[each].sibling) {
        auto const& known = lanes_[each];
        if (known.cost_class == wanted && known.own_step == own_step && known.lag == lag) return each;
    }
    auto const added = unused_lane();
    lanes_[added].tenant = item.tenant;
    lanes_[added].cost_class = wanted;
    lanes_[added].own_step = own_step;
    lanes_[added].lag = lag;
    lanes_[added].sibling = std::exchange(tenant.first_lane, added);
    return added;
}

lane_number work_queue::unused_lane() {
    if (first_unused_ == no_lane) {
        lanes_.emplace_back();
        return static_cast<lane_number>(lanes_.size() - 1);
    }
    return std::exchange(first_unused_, lanes_[first_unused_].sibling);
}

// Gives an empty lane back.
void work_queue::release(lane_number which) {
    auto& given_back = lanes_[which];
    classes_[given_back.cost_class].turns.take_out(lanes_, which);
    auto* link = &tenants_[given_back.tenant].first_lane;
    while (*link != which) link = &lanes_[*link].sibling;
    *link = given_back.sibling;
    given_back = lane{};
    given_back.sibling = std::exchange(first_unused_, which);
}

steady_point work_queue::ready_of(lane const& which) const {
    return which.first_ready() + lags_[which.lag].wait;
}

bool work_queue::must_park(lane const& which) const {
    auto const& tenant = tenants_[which.tenant];
    return tenant.in_flight >= per_tenant_ || (tenant.closed && !which.own_step);
}

// Puts a lane with entries where it belongs now. Whether its tenant's budgets allow it is asked when its turn
// comes.
void work_queue::place(lane_number which) {
    auto& turns = classes_[lanes_[which].cost_class].turns;
    turns.take_out(lanes_, which);
    if (must_park(lanes_[which])) return;
    auto const ready = ready_of(lanes_[which]);
    if (ready <= now_) {
        turns.append(lanes_, which);
    } else {
        turns.wait(lanes_, which, ready);
    }
}

void work_queue::place_all(tenant_number tenant) {
    for (auto each = tenants_[tenant].first_lane; each != no_lane; each = lanes_[each].sibling) {
        auto const moves = must_park(lanes_[each]) != (lanes_[each].place == lane_place::parked);
        if (moves) place(each);
    }
}

// The first instant from `now` on at which the lane's first entry may go, as far as its tenant is concerned.
steady_point work_queue::allowed_at(lane_number which, steady_point now) const {
    auto const& asking = lanes_[which];
    auto const ready = std::max(now, ready_of(asking));
    return budgets_.earliest_in_tenant(asking.tenant, classes_[asking.cost_class].what, ready);
}

// The lane that may start an entry at now_, or no_lane.
lane_number work_queue::next_in(cost_class& from) {
    auto& turns = from.turns;
    if (turns.empty() || budgets_.earliest_for_application(from.caller, from.what, now_) > now_)
        return no_lane;
    while (turns.first_due() != no_lane && lanes_[turns.first_due()].due <= now_) {
        auto const due = turns.first_due();
        turns.take_out(lanes_, due);
        turns.append(lanes_, due);
    }
    while (turns.head() != no_lane) {
        auto const allowed = allowed_at(turns.head(), now_);
        if (allowed <= now_) return turns.head();
        auto const early = turns.head();
        turns.take_out(lanes_, early);
        turns.wait(lanes_, early, allowed);
    }
    return no_lane;
}

work work_queue::start(lane_number which) {
    work const item{lanes_[which].tenant, lanes_[which].pop()};
    waiting_.erase(key_of(item));
    in_flight_.insert(key_of(item));
    budgets_.charge(item.tenant, classes_[lanes_[which].cost_class].what, now_);
    auto& tenant = tenants_[item.tenant];
    ++tenant.in_flight;
    if (lanes_[which].empty()) {
        release(which);
    } else {
        place(which);
    }
    if (tenant.in_flight == per_tenant_) place_all(item.tenant);
    return item;
}

// Both the ring and the heap may say too early a time, since other costs of a tenant spend its budgets too:
// the first of each is corrected until it is right, and then no other can be earlier.
std::optional<steady_point> work_queue::next_ready_in(cost_class& from, steady_point now) {
    auto& turns = from.turns;
    for (;;) {
        auto const in_turn = turns.head() != no_lane;
        auto const first = in_turn ? turns.head() : turns.first_due();
        if (first == no_lane) return std::nullopt;
        auto const believed = in_turn ? now : std::max(now, lanes_[first].due);
        auto const allowed = allowed_at(first, now);
        if (allowed <= believed) return budgets_.earliest_for_application(from.caller, from.what, believed);
        turns.take_out(lanes_, first);
        turns.wait(lanes_, first, allowed);
    }
}

}  // namespace poolwright::throttle
