#include "provisioner/fleet.hpp"
#include "provisioner/fleet_state.hpp"
#include "provisioner/spent_before.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <span>

// Which identity enters which tenant, what each has spent, and who goes on where one is refused.

namespace poolwright::provisioner {

client_identity const& fleet::identity_in(throttle::tenant_number number) const {
    return identities_.of(pacer_.caller_of(number));
}

// Tenants that nobody may enter are admitted first, and fail without a call.
void fleet::assign_identities() {
    std::map<guid, std::string> before;
    for (auto& row : machine_.book->entered()) before[row.directory_id] = std::move(row.client_id);
    std::vector<tenant_to_enter> to_enter;
    std::vector<throttle::tenant_number> numbers;  // theirs
    for (auto const number : order_) {
        auto const& id = tenants_[number].directory_id;
        to_enter.push_back({.directory_id = id, .work = left_to_do(number), .remembered = before[id]});
        numbers.push_back(number);
    }
    auto const chosen = identities_.assign(to_enter);
    to_admit_.resize(identities_.size());
    no_tokens_until_.resize(identities_.size());
    for (std::size_t i = 0; i < chosen.size(); ++i) {
        auto const number = numbers[i];
        if (!chosen[i]) {
            nobodys_.push_back(number);
            continue;
        }
        queue_.assign(number, *chosen[i]);
        to_admit_[*chosen[i]].push_back(number);
        if (!to_enter[i].remembered.empty()) owners_.emplace(number, to_enter[i].remembered);
    }
}

// What was sent from `from` on, and what stands for all that was sent before. The ledger keeps only that.
std::vector<spent_row> fleet::spent_lately(wall_seconds from) {
    auto const all = machine_.book->spent_since(wall_seconds::min());
    auto const lately = std::ranges::lower_bound(all, from, {}, &spent_row::at);
    std::span<spent_row const> const before(all.begin(), lately);
    auto rows = carried_over(before, settings_.limits, from);
    if (!before.empty()) machine_.book->forget_spent(from, rows);
    rows.insert(rows.end(), lately, all.end());
    return rows;
}

// What earlier runs sent still counts at the service. What another identity sent in a tenant than the one
// that enters it now is charged first, since the tenant then passes to that one.
void fleet::restore_budgets() {
    auto const wall = machine_.clock->now().wall;
    auto const from =
        std::chrono::floor<std::chrono::seconds>(wall - throttle::longest_window(settings_.limits));
    std::map<guid, throttle::tenant_number> numbers;
    for (throttle::tenant_number i = 0; i < tenants_.size(); ++i) numbers[tenants_[i].directory_id] = i;
    for (throttle::caller_number i = 0; i < identities_.size(); ++i) queue_.assign(elsewhere(i), i);
    auto const rows = spent_lately(from);
    for (bool const by_its_own : {false, true}) {
        for (auto const& row : rows) {
            auto const caller = identities_.find(row.client_id);
            if (!caller) continue;
            auto const known = numbers.find(row.directory_id);
            auto const number = known == numbers.end() ? elsewhere(*caller) : known->second;
            if ((pacer_.caller_of(number) == *caller) == by_its_own) charge_earlier(number, *caller, row);
        }
    }
    suppose_unrecorded(rows);
    restore_holds(numbers);
}

// Whom the service told to wait before this process began. A clock that was set back makes nobody wait for
// longer.
void fleet::restore_holds(std::map<guid, throttle::tenant_number> const& numbers) {
    auto const now = machine_.clock->now();
    for (auto const& row : machine_.book->held()) {
        auto const left = std::min<std::chrono::nanoseconds>(row.until - now.wall,
                                                             throttle::longest_window(settings_.limits));
        if (left <= std::chrono::nanoseconds(0)) continue;
        held_[{row.client_id, row.directory_id, row.writes}] =
            std::chrono::ceil<std::chrono::seconds>(now.wall + left);
        auto const calls = row.writes ? throttle::throttled_calls::writes : throttle::throttled_calls::reads;
        auto const until = now.steady + left;
        auto const caller = identities_.find(row.client_id);
        if (!caller && !row.client_id.empty()) continue;
        auto const known = numbers.find(row.directory_id);
        if (caller && row.directory_id.empty()) {
            pacer_.hold(throttle::throttle_scope::application, calls, elsewhere(*caller), until);
        } else if (known == numbers.end()) {
            continue;
        } else if (!caller) {
            pacer_.hold(throttle::throttle_scope::tenant, calls, known->second, until);
        } else if (pacer_.caller_of(known->second) == *caller) {
            pacer_.hold(throttle::throttle_scope::application_tenant, calls, known->second, until);
        }
    }
}

// Tenants of other plans: one number for each identity stands for them all.
throttle::tenant_number fleet::elsewhere(throttle::caller_number caller) const noexcept {
    return static_cast<throttle::tenant_number>(tenants_.size() + caller);
}

// When an earlier run had sent all that a row counts: at the end of its second.
throttle::steady_point fleet::sent_by(spent_row const& row) const {
    auto const now = machine_.clock->now();
    auto const age = now.wall - (row.at + std::chrono::seconds(1));
    return now.steady - std::max<std::chrono::nanoseconds>(age, std::chrono::nanoseconds(0));
}

void fleet::charge_earlier(throttle::tenant_number number, throttle::caller_number caller,
                           spent_row const& row) {
    auto const enters = pacer_.caller_of(number);
    queue_.assign(number, caller);
    pacer_.charge(number,
                  {.writes = static_cast<std::int32_t>(row.writes),
                   .resource_units = static_cast<std::int32_t>(row.resource_units)},
                  sent_by(row));
    queue_.assign(number, enters);
}

// What a run that was killed may have sent after the last row of each identity.
void fleet::suppose_unrecorded(std::vector<spent_row> const& rows) {
    constexpr auto most = 2 * most_unrecorded;
    std::map<throttle::caller_number, throttle::steady_point> last;
    for (auto const& row : rows) {
        if (auto const caller = identities_.find(row.client_id)) last[*caller] = sent_by(row);
    }
    for (auto const& [caller, at] : last)
        pacer_.charge(elsewhere(caller), {.writes = most, .resource_units = most}, at);
}

// Another tenant, when nothing that was begun may go and its identity's own budget is not what holds it up.
// One there must be even then, or the run would end for want of work. The identities take turns.
bool fleet::admit() {
    if (!nobodys_.empty()) {
        auto const number = nobodys_.front();
        nobodys_.pop_front();
        begin_tenant(number);
        fail_tenant(number, tenant_end::identity_refused,
                    "none of the identities given is meant for this tenant");
        return true;
    }
    auto const now = machine_.clock->now().steady;
    auto const may_go = [&](std::size_t caller) {
        if (no_tokens_until_[caller] > now) return queue_.empty();
        auto const free_at = pacer_.earliest_for_application(static_cast<throttle::caller_number>(caller),
                                                             cost_of(step::create_application), now);
        return queue_.empty() || free_at <= now;
    };
    for (std::size_t i = 0; i < to_admit_.size(); ++i) {
        auto const caller = (admit_turn_ + i) % to_admit_.size();
        if (to_admit_[caller].empty() || !may_go(caller)) continue;
        admit_turn_ = caller + 1;
        auto const number = to_admit_[caller].front();
        to_admit_[caller].pop_front();
        begin_tenant(number);
        queue_tenant_step(number, now);
        return true;
    }
    return false;
}

// Who works in the tenant is recorded with the next commit, which is made before its first app is. As long as
// another one has left something unfinished there it stays that one's, who alone may finish it.
void fleet::remember_identity(throttle::tenant_number number) {
    auto const& id = identity_in(number).client_id;
    auto const [owner, is_new] = owners_.try_emplace(number, id);
    if (!is_new && (owner->second == id || has_unfinished({.tenant = number, .slot = 0}))) return;
    owner->second = id;
    entered_.push_back({.directory_id = tenants_[number].directory_id, .client_id = id});
}

// Whether an app of the tenant may exist that is not ready. A create that the tenant has just refused, of the
// slot given, has made none.
bool fleet::has_unfinished(throttle::work refused) const {
    auto const begun = [](slot_record const& known) {
        return known.state != slot_state::ready && (known.act != slot_act::none || !known.object_id.empty());
    };
    for (auto const& pool : tenants_[refused.tenant].pools) {
        for (auto const& row : pool.known) {
            if (begun(row.record)) return true;
        }
    }
    // Those that ended otherwise in this run are no longer among the slots.
    auto const here = [&](auto const& each) { return each.tenant == refused.tenant; };
    if (std::any_of(result_.slots.begin(), result_.slots.end(), here)) return true;
    auto const& slots = states_[refused.tenant]->slots;
    for (std::uint32_t i = 1; i <= slots.size(); ++i) {
        auto const& what = slots[i - 1].what;
        bool const not_made =
            i == refused.slot && next_step(what, settings_.policy) == step::create_application;
        if (begun(what.record) && !not_made) return true;
    }
    return false;
}

// The tenant refuses its identity, in reply to that item: the next one goes on, or, if there is none, the
// tenant fails with what all of them were told. Nobody goes on with what the refused one has left unfinished,
// since with Application.ReadWrite.OwnedBy only its owner may change an application.
bool fleet::fall_back(throttle::work item, std::string const& why) {
    auto const number = item.tenant;
    auto& state = *states_[number];
    state.refused.push_back(pacer_.caller_of(number));
    state.refusals.push_back(why);
    auto const work = static_cast<std::int64_t>(state.unsettled);
    auto const owner = owners_.find(number);
    bool const owned = owner != owners_.end() && owner->second == identity_in(number).client_id;
    if (identities_.size() > 1 && owned && has_unfinished(item)) {
        fail_tenant(number, tenant_end::identity_refused,
                    all_refusals(number) + "; no other identity can finish the apps that it has begun there");
        return false;
    }
    auto const next = identities_.fall_back(tenants_[number].directory_id, state.refused, work);
    if (!next) {
        fail_tenant(number, tenant_end::identity_refused, all_refusals(number));
        return false;
    }
    auto const from = identity_in(number).client_id;
    queue_.assign(number, *next);
    owners_.erase(number);
    state.access.bearer = nullptr;
    state.access.bearer_refused = false;
    state.checks = nullptr;
    state.checked = state.entered;
    state.access.retry = {};
    state.access.since = machine_.clock->now().wall;
    auto const& to = identity_in(number).client_id;
    auto const said = fmt::format("the identity {} was refused ({}), so {} goes on", from, why, to);
    ledger_change change;
    change.events.push_back(event_of("identity_fallback", {.tenant = number, .slot = 0}, said));
    commit_change(std::move(change), [] {});
    tell("identity_fallback", {.tenant = number, .slot = 0}, {}, said);
    result_.fallbacks.push_back({.tenant = number, .from = from, .to = to, .why = why});
    return true;
}

std::string fleet::all_refusals(throttle::tenant_number number) const {
    auto const& state = *states_[number];
    if (identities_.size() == 1) return state.refusals.front();
    std::string all;
    for (std::size_t i = 0; i < state.refused.size(); ++i) {
        all += fmt::format("{}identity {}: {}", i == 0 ? "" : "; ",
                           identities_.of(state.refused[i]).client_id, state.refusals[i]);
    }
    return all;
}

}  // namespace poolwright::provisioner
