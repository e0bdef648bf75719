#include "provisioner/fleet.hpp"
#include "provisioner/fleet_state.hpp"

#include <algorithm>

// What the replies of a run teach about its pace: how full the quotas are, how long a round trip takes, and
// how far the directory lags behind its writes.

namespace poolwright::provisioner {

void fleet::heed(throttle::tenant_number number, step answered, throttle::reply_facts const& facts,
                 throttle::steady_point sent) {
    auto const now = machine_.clock->now().steady;
    latency_.took(now - sent);
    adapt_in_flight();
    bool const let_through = facts.kind != throttle::reply_kind::throttled;
    if (let_through && facts.percentage)
        pacer_.told_used(number, cost_of(answered), *facts.percentage, sent, now);
}

// A 429 holds back everything that is charged to the same budget. The authority's own throttling is no budget
// of Graph's: it is of the application that asks, in whatever tenant. An app that proves itself is another
// application than the one that provisions: its 429 holds up that app's own next try and nothing else, and it
// has not to wait for what the provisioning one was told. Nothing published says that the two are counted as
// one.
void fleet::hold_back(throttle::tenant_number number, step answered, throttle::reply_facts const& facts,
                      throttle::steady_point sent, throttle::steady_point until) {
    if (facts.kind != throttle::reply_kind::throttled) return;
    if (answered == step::obtain_token) {
        auto& held = no_tokens_until_[pacer_.caller_of(number)];
        held = std::max(held, until);
    }
    if (cost_of(answered).free()) return;
    throttle::throttled_call const refused{.tenant = number,
                                           .what = cost_of(answered),
                                           .scope = facts.scope,
                                           .calls = facts.calls,
                                           .sent = sent,
                                           .until = until};
    auto const scope = pacer_.refused(refused, machine_.clock->now().steady);
    remember_hold(number, refused, scope);
}

// The authority told the tenant's identity to wait, in another tenant, while this one was waiting for its
// turn.
bool fleet::wait_for_authority(throttle::work item, step next) {
    auto const until = no_tokens_until_[pacer_.caller_of(item.tenant)];
    if (next != step::obtain_token || until <= machine_.clock->now().steady) return false;
    queue_.finished(item);
    queue_tenant_step(item.tenant, until);
    return true;
}

// The next process must not call too early either, so it is recorded at once. No quota is spent for longer
// than its window: a person who starts again after being told to wait for a day finds out whether that is so.
void fleet::remember_hold(throttle::tenant_number number, throttle::throttled_call const& refused,
                          throttle::throttle_scope scope) {
    auto const now = machine_.clock->now();
    if (refused.until <= now.steady) return;
    held_row row;
    if (scope != throttle::throttle_scope::tenant) row.client_id = identity_in(number).client_id;
    if (scope != throttle::throttle_scope::application) row.directory_id = tenants_[number].directory_id;
    std::chrono::nanoseconds const wait = refused.until - now.steady;
    auto const kept = std::min(wait, throttle::longest_window(settings_.limits));
    row.until = std::chrono::ceil<std::chrono::seconds>(now.wall + kept);
    ledger_change change;
    for (bool const writes : {true, false}) {
        auto const other = writes ? throttle::throttled_calls::reads : throttle::throttled_calls::writes;
        if (refused.calls == other) continue;
        row.writes = writes;
        // A second refusal may name a shorter wait; the longer one of the first still stands.
        auto& known = held_[{row.client_id, row.directory_id, writes}];
        if (row.until <= known) continue;
        known = row.until;
        change.held.push_back(row);
    }
    if (change.held.empty()) return;
    commit_change(std::move(change), [] {});
}

// The same where this call is not made again.
void fleet::hold_back_others(throttle::tenant_number number, step answered,
                             throttle::reply_facts const& facts, throttle::steady_point sent) {
    auto const until = machine_.clock->now().steady + facts.retry_after.value_or(std::chrono::nanoseconds(0));
    hold_back(number, answered, facts, sent, until);
}

// Where the service must choose whom to refuse, a bulk run can let the tenant's daily work go first.
http_request fleet::with_priority(step next, http_request request) const {
    if (!settings_.throttle_priority.empty() && !cost_of(next).free())
        request.headers.emplace_back("x-ms-throttle-priority", settings_.throttle_priority);
    return request;
}

// Only where nobody set a number.
void fleet::adapt_in_flight() {
    auto const latency = latency_.shortest();
    if (!settings_.concurrency)
        dispatcher_.allow_in_flight(
            throttle::fleet_in_flight(settings_.limits, static_cast<int>(identities_.size()), latency));
    if (!settings_.per_tenant) queue_.set_per_tenant(throttle::tenant_in_flight(settings_.limits, latency));
}

// Later tries of one that is no pilot say only that it was late, not how late the others are.
void fleet::learn_lag(active_slot& which, judgement const& found, throttle::steady_point sent) {
    if (which.lag == 0) return;
    auto& lag = lags_[which.lag];
    auto const age = sent - which.advanced;
    if (found.facts.kind == throttle::reply_kind::replicating) {
        lag.refused(age);
    } else if (found.what == meaning::done) {
        lag.succeeded(age);
    } else {
        return;
    }
    queue_.set_lag(which.lag, lag.wait());
    if (found.what == meaning::done || !which.pilot) which.lag = 0;
}

// It ends before it has found anything out: another pilot goes in its place.
void fleet::give_up_lag(active_slot& which) {
    if (which.lag != 0 && which.pilot) lags_[which.lag].pilot_lost();
    which.lag = 0;
}

// A step is done: what the next one waits for.
void fleet::await_lag(active_slot& which, step answered) {
    auto const next = next_step(which.what, settings_.policy);
    // What one token did not wait for any more, that for the next API may: both show grants of the same
    // moment.
    bool const goes_on = answered == step::prove && next == step::prove;
    if (!goes_on) which.advanced = machine_.clock->now().steady;
    which.lag = lag_between(answered, next);
    which.pilot = which.lag != 0 && lags_[which.lag].send_pilot();
}

}  // namespace poolwright::provisioner
