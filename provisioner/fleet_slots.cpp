#include "provisioner/fleet.hpp"
#include "provisioner/fleet_state.hpp"

#include <fmt/format.h>

#include <algorithm>

// The slots of a run: each is pushed, started, judged, recorded and pushed again until it is settled.

namespace poolwright::provisioner {

fleet::active_slot& fleet::slot_of(throttle::work item) {
    return states_[item.tenant]->slots[item.slot - 1];
}

// The tenant's own, where it allows less than was wished.
slot_policy const& fleet::policy_in(throttle::tenant_number number) const noexcept {
    auto const& own = states_[number]->policy;
    return own ? *own : settings_.policy;
}

slot_surroundings fleet::around(throttle::work item) {
    auto const& tenant = tenants_[item.tenant];
    auto const& state = *states_[item.tenant];
    auto const& pool = tenant.pools[slot_of(item).pool];
    return {.policy = &policy_in(item.tenant),
            .services = &tenant.services,
            .directory_id = tenant.directory_id,
            .tenant_name = tenant.name,
            .pool = pool.name,
            .redirect_uri = pool.redirect_uri,
            .roles = &state.access.roles,
            .bearer = state.access.bearer,
            .seal_to = *machine_.seal_to ? &**machine_.seal_to : nullptr,
            .now = machine_.clock->now().wall,
            .random = &machine_.random};
}

// In line for its next step.
void fleet::push_slot(throttle::work item) {
    auto const now = machine_.clock->now();
    auto const& what = slot_of(item).what;
    auto const next = next_step(what, settings_.policy);
    auto at = now.steady;
    if (next == step::list_credentials) {
        auto const left = what.record.unsettled_since + credential_list_lag - now.wall;
        at += std::clamp<std::chrono::nanoseconds>(left, std::chrono::nanoseconds(0), credential_list_lag);
    }
    auto& waiting = slot_of(item);
    if (waiting.lag == 0 || waiting.pilot) return queue_.push(item, cost_of(next), at);
    start_waiting(waiting, throttle::reply_kind::replicating);
    queue_.push(item, cost_of(next), waiting.advanced, waiting.lag);
}

void fleet::start_slot_step(throttle::work item) {
    auto& state = *states_[item.tenant];
    auto& which = slot_of(item);
    stop_waiting(which);
    if (state.access.bearer == nullptr || machine_.clock->now().steady >= state.access.renew_at) {
        queue_.finished(item);
        push_slot(item);
        return renew_token(item.tenant);
    }
    begin_slot_step(item);
}

void fleet::begin_slot_step(throttle::work item) {
    auto& which = slot_of(item);
    auto const& state = *states_[item.tenant];
    if (state.secrets_forbidden) which.what.progress.secrets_forbidden = true;
    auto const next = next_step(which.what, settings_.policy);
    if (next == step::finished) return go_on(item);
    if (auto const refused = state.refused_steps.find(next); refused != state.refused_steps.end())
        return settle_slot(item, slot_state::failed, refused->second);
    if (lacks_certificate(which.what, next, settings_.policy)) {
        if (state.shared == nullptr) return await_certificate(item);
        which.what.progress.pair = state.shared;
    }
    bool const commit_first = needs_intent(next) && begin_act(which.what, next, around(item));
    if (!commit_first) return send_slot_step(item, next);
    commit(item, "", [this, item, next] { send_slot_step(item, next); });
}

// The tenant's slots wait until it has a new token.
void fleet::renew_token(throttle::tenant_number number) {
    auto& state = *states_[number];
    state.access.bearer = nullptr;
    queue_.close(number);
    if (!state.step_queued) queue_tenant_step(number, machine_.clock->now().steady);
}

// While an intent was being committed the tenant may have failed, lost its token, or been told to wait: then
// nothing is sent, and the intent stands.
void fleet::send_slot_step(throttle::work item, step next) {
    auto const& state = *states_[item.tenant];
    if (state.failed()) return settle_slot(item, slot_state::failed, state.failure);
    if (state.access.bearer == nullptr) {
        queue_.finished(item);
        return push_slot(item);
    }
    if (auto const held = pacer_.held_until(item.tenant, cost_of(next));
        held > machine_.clock->now().steady) {
        queue_.finished(item);
        return queue_.push(item, cost_of(next), held);
    }
    auto const surroundings = around(item);
    note_sent(item.tenant, cost_of(next));
    auto request = request_for(next, slot_of(item).what, surroundings);
    dispatcher_.send(with_priority(next, std::move(request)),
                     [this, item, next, bearer = surroundings.bearer,
                      sent = machine_.clock->now().steady](auto const& result) {
                         on_slot_reply(item, next, {.bearer = bearer.get(), .at = sent}, result);
                         dispatcher_.wake();
                     });
}

void fleet::on_slot_reply(throttle::work item, step answered, sent_call const& call,
                          round_trip_result const& result) {
    auto& state = *states_[item.tenant];
    auto& which = slot_of(item);
    auto found = absorb(answered, which.what, result, around(item));
    auto const what = found.judged.what;
    heed(item.tenant, answered, found.judged.facts, call.at);
    learn_lag(which, found.judged, call.at);
    if (what != meaning::token_refused && !cost_of(answered).free()) state.access.bearer_refused = false;
    if (found.event == "app_created") ++result_.counts.created;
    if (which.what.progress.secrets_forbidden) note_forbidden_secrets(item.tenant, found.judged.why);
    if (what == meaning::done && !found.waits_on) {
        which.what.record.since = std::chrono::floor<std::chrono::seconds>(machine_.clock->now().wall);
        which.what.progress.retry = {};
        await_lag(which, answered);
    }
    if (found.durable) return commit(item, found.event, [this, item] { go_on(item); });
    if (state.failed()) {
        hold_back_others(item.tenant, answered, found.judged.facts, call.at);
        return settle_slot(item, slot_state::failed, state.failure);
    }
    switch (what) {
        case meaning::done:
            return go_on(item);
        case meaning::wait:
        case meaning::transient:
            return try_again(item, answered, found.judged, call.at);
        case meaning::slot_pending:
            return settle_slot(item, slot_state::pending, std::move(found.judged.why));
        case meaning::slot_refused:
            return settle_slot(item, slot_state::failed, std::move(found.judged.why));
        case meaning::token_refused:
            return on_bearer_refused(item, call.bearer, found.judged);
        case meaning::untrusted:
            fail_tenant(item.tenant, tenant_end::untrusted, found.judged.why);
            return settle_slot(item, slot_state::failed, std::move(found.judged.why));
        default:
            refuse_step(item.tenant, answered, found.judged.why);
            return settle_slot(item, slot_state::failed, std::move(found.judged.why));
    }
}

void fleet::on_bearer_refused(throttle::work item, secret const* bearer, judgement const& found) {
    auto& state = *states_[item.tenant];
    if (!refuse_bearer(state.access, bearer) && !fall_back(item, found.why))
        return settle_slot(item, slot_state::failed, state.failure);
    queue_.finished(item);
    push_slot(item);
    if (state.access.bearer == nullptr) renew_token(item.tenant);
}

// What the last reply changed is recorded, or needs no record: the next step, if any.
void fleet::go_on(throttle::work item) {
    if (next_step(slot_of(item).what, settings_.policy) == step::finished) {
        return settle_slot(item, slot_state::ready, {});
    }
    auto const& failure = states_[item.tenant]->failure;
    if (!failure.empty()) return settle_slot(item, slot_state::failed, failure);
    queue_.finished(item);
    push_slot(item);
}

void fleet::try_again(throttle::work item, step same, judgement const& found, throttle::steady_point sent) {
    auto& which = slot_of(item);
    auto const now = machine_.clock->now();
    auto const waited = now.wall - which.what.record.since;
    auto const decision = throttle::decide(found.facts, which.what.progress.retry, settings_.patience, waited,
                                           now.steady, machine_.random());
    if (decision.action == throttle::retry_action::pending) {
        auto const minutes = std::chrono::floor<std::chrono::seconds>(waited);
        return settle_slot(item, slot_state::pending,
                           fmt::format("{} (after {} s)", found.why, minutes.count()));
    }
    if (decision.action != throttle::retry_action::again)
        return settle_slot(item, slot_state::failed, found.why);
    hold_back(item.tenant, same, found.facts, sent, decision.at);
    start_waiting(which, found.facts.kind);
    constexpr std::string_view reasons[] = {"", "throttle", "replication", "error", ""};
    tell("waiting", item, decision.at - now.steady, reasons[static_cast<std::size_t>(found.facts.kind)]);
    queue_.finished(item);
    queue_.push(item, cost_of(next_step(which.what, settings_.policy)), decision.at);
}

void fleet::start_waiting(active_slot& which, throttle::reply_kind kind) {
    which.waiting = kind;
    if (kind == throttle::reply_kind::throttled) ++result_.counts.throttled;
    if (kind == throttle::reply_kind::replicating) ++result_.counts.waiting_for_replication;
}

void fleet::stop_waiting(active_slot& which) {
    if (which.waiting == throttle::reply_kind::throttled) --result_.counts.throttled;
    if (which.waiting == throttle::reply_kind::replicating) --result_.counts.waiting_for_replication;
    which.waiting = throttle::reply_kind::done;
}

void fleet::settle_slot(throttle::work item, slot_state end, std::string why) {
    give_up_lag(slot_of(item));
    auto& known = slot_of(item).what.record;
    known.state = end;
    known.reason = std::move(why);
    auto const event = end == slot_state::ready     ? "app_ready"
                       : end == slot_state::pending ? "app_pending"
                                                    : "app_failed";
    commit(item, event, [this, item] { slot_settled(item); });
}

void fleet::slot_settled(throttle::work item) {
    auto& state = *states_[item.tenant];
    auto& which = slot_of(item);
    auto const& known = which.what.record;
    auto& counts = result_.counts;
    if (known.state == slot_state::ready) ++counts.ready;
    if (known.state == slot_state::pending) ++counts.pending;
    if (known.state == slot_state::failed || known.state == slot_state::open) ++counts.failed;
    if (known.state == slot_state::pending || known.state == slot_state::failed) {
        result_.slots.push_back({.tenant = item.tenant,
                                 .pool = tenants_[item.tenant].pools[which.pool].name,
                                 .ordinal = which.what.ordinal,
                                 .pending = known.state == slot_state::pending,
                                 .why = known.reason});
    }
    which.what = {};
    queue_.finished(item);
    --state.unsettled;
    release_if_done(item.tenant);
}

event_row fleet::event_of(std::string_view type, throttle::work item, std::string_view detail) {
    event_row row;
    row.at = std::chrono::floor<std::chrono::seconds>(machine_.clock->now().wall);
    row.type = type;
    row.directory_id = tenants_[item.tenant].directory_id;
    row.detail = detail;
    if (item.slot == 0) return row;
    auto const& which = slot_of(item);
    row.pool = tenants_[item.tenant].pools[which.pool].name;
    row.ordinal = which.what.ordinal;
    return row;
}

// Puts the slot's record on disk, with an event of that name unless it is empty, and then goes on.
void fleet::commit(throttle::work item, std::string_view event, std::function<void()> then) {
    auto const& which = slot_of(item);
    ledger_change change;
    change.slots.push_back({.pool = tenants_[item.tenant].pools[which.pool].id,
                            .ordinal = which.what.ordinal,
                            .record = which.what.record});
    if (!event.empty()) change.events.push_back(event_of(event, item, which.what.record.reason));
    commit_change(std::move(change), [this, item, event, then = std::move(then)] {
        if (!event.empty()) tell(event, item, {}, slot_of(item).what.record.reason);
        then();
    });
}

void fleet::tell(std::string_view type, throttle::work item, std::chrono::nanoseconds wait,
                 std::string_view reason) {
    if (!machine_.tell) return;
    fleet_event event{.type = type,
                      .directory_id = tenants_[item.tenant].directory_id,
                      .tenant_name = tenants_[item.tenant].name,
                      .pool = {},
                      .ordinal = 0,
                      .application_id = {},
                      .wait = wait,
                      .reason = reason};
    if (item.slot != 0) {
        auto const& which = slot_of(item);
        event.pool = tenants_[item.tenant].pools[which.pool].name;
        event.ordinal = which.what.ordinal;
        event.application_id = which.what.record.application_id;
    }
    machine_.tell(event);
}

}  // namespace poolwright::provisioner
