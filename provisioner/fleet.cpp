#include "provisioner/fleet.hpp"

#include "provisioner/fleet_state.hpp"

#include <algorithm>
#include <utility>

// The run as a whole and its tenants; the slots are in fleet_slots.cpp.

namespace poolwright::provisioner {
namespace asio = boost::asio;

std::int64_t slots_left(fleet_tenant const& tenant) {
    std::size_t slots = 0;
    for (auto const& pool : tenant.pools) slots += pool.fresh.size() + pool.known.size();
    return static_cast<std::int64_t>(slots);
}

std::int64_t applications_to_create(fleet_tenant const& tenant) {
    std::int64_t missing = 0;
    for (auto const& pool : tenant.pools) {
        missing += std::ranges::ssize(pool.fresh);
        missing += std::ranges::count_if(pool.known, [](slot_row const& row) {
            return row.record.state != slot_state::ready && row.record.object_id.empty();
        });
    }
    return missing;
}

namespace {

// The tenants with most left to do first, so that a large one does not begin when all others are done.
std::vector<throttle::tenant_number> order_of(std::vector<fleet_tenant> const& tenants) {
    std::vector<throttle::tenant_number> order;
    for (throttle::tenant_number i = 0; i < tenants.size(); ++i) {
        if (slots_left(tenants[i]) > 0) order.push_back(i);
    }
    std::stable_sort(order.begin(), order.end(),
                     [&](auto a, auto b) { return slots_left(tenants[a]) > slots_left(tenants[b]); });
    return order;
}

// Whether there is anything in the tenant to go on with.
bool has_begun(fleet_tenant const& tenant) {
    return std::ranges::any_of(tenant.pools, [](fleet_pool const& pool) { return !pool.known.empty(); });
}

checkup_wishes wishes_of(fleet_settings const& settings) {
    auto const& policy = settings.policy;
    return {.profile = policy.profile,
            .credential = policy.credential,
            .lifetime = settings.longest_lifetime ? std::nullopt : std::optional(policy.lifetime),
            .adopt = policy.adopt,
            .restore_deleted = policy.restore_deleted};
}

// A check is of use while it is quick: the run can do without its answer.
throttle::patience patience_with_checks(throttle::patience usual) noexcept {
    constexpr int attempts = 3;
    usual.attempts = std::min(usual.attempts, attempts);
    return usual;
}

tenant_end end_for(meaning what) noexcept {
    if (what == meaning::identity_refused || what == meaning::token_refused)
        return tenant_end::identity_refused;
    if (what == meaning::untrusted) return tenant_end::untrusted;
    return what == meaning::transient ? tenant_end::unreachable : tenant_end::refused;
}

}  // namespace

fleet::fleet(fleet_machine machine, fleet_settings settings, std::vector<fleet_tenant> tenants)
    : machine_(std::move(machine)),
      settings_(std::move(settings)),
      wishes_(wishes_of(settings_)),
      tenants_(std::move(tenants)),
      states_(tenants_.size()),
      order_(order_of(tenants_)),
      identities_(std::move(settings_.identities)),
      pacer_(settings_.limits),
      queue_(pacer_, settings_.per_tenant.value_or(throttle::tenant_in_flight(settings_.limits, {}))),
      dispatcher_(machine_.executor, *machine_.network, *machine_.clock, queue_,
                  settings_.concurrency.value_or(throttle::fleet_in_flight(settings_.limits, 1, {}))) {
    for (throttle::lag_number kind = 1; kind < lag_kinds; ++kind) queue_.set_lag(kind, lags_[kind].wait());
    for (std::size_t i = 0; i < tenants_.size(); ++i) {
        pacer_.set_size(static_cast<throttle::tenant_number>(i), tenants_[i].size);
        for (auto const& pool : tenants_[i].pools) {
            result_.counts.ready += pool.ready;
            result_.counts.planned += pool.ready;
        }
        result_.counts.planned += slots_left(tenants_[i]);
    }
}

fleet::~fleet() = default;

asio::awaitable<fleet_result> fleet::run() {
    assign_identities();
    restore_budgets();
    std::function<void(throttle::work)> const start_one = [this](throttle::work item) { start(item); };
    std::function<bool()> const admit_one = [this] { return admit(); };
    co_await dispatcher_.run(start_one, admit_one);
    bool recorded = false;
    commit_change({}, [&recorded, this] {
        recorded = true;
        dispatcher_.wake();
    });
    while (!recorded) {
        co_await machine_.clock->wait_until(std::nullopt);
        dispatcher_.check();
    }
    result_.interrupted = dispatcher_.draining() && unfinished();
    co_return std::move(result_);
}

std::int64_t fleet::left_to_do(throttle::tenant_number number) const {
    return slots_left(tenants_[number]);
}

bool fleet::unfinished() const {
    return admitted_ < order_.size() ||
           std::any_of(states_.begin(), states_.end(), [](auto const& state) { return state != nullptr; });
}

void fleet::drain() {
    dispatcher_.drain();
}

void fleet::begin_tenant(throttle::tenant_number number) {
    ++admitted_;
    states_[number] = std::make_unique<tenant_state>();
    auto& state = *states_[number];
    state.access.directory_id = tenants_[number].directory_id;
    state.access.services = tenants_[number].services;
    state.access.since = machine_.clock->now().wall;
    state.unsettled = static_cast<std::size_t>(left_to_do(number));
    queue_.expect_writes(number, left_to_do(number) * writes_per_app(settings_.policy.profile));
}

void fleet::queue_tenant_step(throttle::tenant_number number, throttle::steady_point at) {
    auto& state = *states_[number];
    state.step_queued = true;
    queue_.push({.tenant = number, .slot = 0}, cost_of(next_tenant_step(number)), at);
}

// Entering comes first, also in the middle of the checks where a token was lost.
step fleet::next_tenant_step(throttle::tenant_number number) const {
    auto const& state = *states_[number];
    auto const entering = next_step(state.access, settings_.policy.profile);
    if (entering != step::finished || state.checks == nullptr) return entering;
    return state.checks->next().value_or(step::finished);
}

void fleet::start(throttle::work item) {
    if (item.slot == 0) {
        start_tenant_step(item);
    } else {
        start_slot_step(item);
    }
}

void fleet::start_tenant_step(throttle::work item) {
    auto& state = *states_[item.tenant];
    auto const next = next_tenant_step(item.tenant);
    if (wait_for_authority(item, next)) return;
    note_sent(item.tenant, cost_of(next));
    auto const now = machine_.clock->now();
    auto request = is_of_checks(next)
                       ? state.checks->request({.now = now.wall, .random = &machine_.random})
                       : request_for(next, state.access, settings_.policy.profile, identity_in(item.tenant),
                                     random_guid(machine_.random), now.wall);
    auto const sent = now.steady;
    dispatcher_.send(with_priority(next, std::move(request)),
                     [this, item, next, sent](round_trip_result const& result) {
                         on_tenant_reply(item, next, sent, result);
                         dispatcher_.wake();
                     });
}

void fleet::on_tenant_reply(throttle::work item, step answered, throttle::steady_point sent,
                            round_trip_result const& result) {
    auto& state = *states_[item.tenant];
    auto const now = machine_.clock->now();
    queue_.finished(item);
    state.step_queued = false;
    if (result.has_value()) reached_ = true;
    bool const checking = is_of_checks(answered);
    auto const found = checking ? judge(answered, result, now.wall)
                                : absorb(answered, state.access, settings_.policy.profile,
                                         identity_in(item.tenant), result, now.steady, now.wall);
    heed(item.tenant, answered, found.facts, sent);
    if (state.failed()) {
        hold_back_others(item.tenant, answered, found.facts, sent);
        return release_if_done(item.tenant);
    }
    switch (found.what) {
        case meaning::done:
            if (answered != step::obtain_token) state.access.bearer_refused = false;
            break;
        case meaning::wait:
        case meaning::transient:
            if (retry_tenant_step(item, answered, found, sent)) return;
            break;
        case meaning::token_refused:
            if (refuse_bearer(state.access, state.access.bearer.get()))
                return queue_tenant_step(item.tenant, now.steady);
            [[fallthrough]];
        case meaning::identity_refused:
            if (fall_back(item, found.why)) queue_tenant_step(item.tenant, now.steady);
            return;
        default:
            break;
    }
    // A check that cannot be made holds nothing up.
    if (checking) state.checks->absorb(result, found, now.wall);
    if (!checking && found.what != meaning::done)
        return fail_tenant(item.tenant, end_for(found.what), found.why);
    tenant_step_done(item.tenant, answered);
}

void fleet::tenant_step_done(throttle::tenant_number number, step done) {
    auto& state = *states_[number];
    auto const now = machine_.clock->now();
    state.access.retry = {};
    state.access.since = now.wall;
    if (done == step::obtain_token && state.checks != nullptr) state.checks->take_bearer(state.access.bearer);
    bool const inside = next_step(state.access, settings_.policy.profile) == step::finished;
    if (inside && !state.checked) begin_checks(number);
    if (next_tenant_step(number) != step::finished) return queue_tenant_step(number, now.steady);
    auto const barred = heed_allowance(number);
    if (!barred.empty() && !has_begun(tenants_[number]))
        return fail_tenant(number, tenant_end::refused, barred);
    enter_tenant(number);
    if (!barred.empty()) refuse_step(number, step::create_application, barred);
}

// False: it is not tried again.
bool fleet::retry_tenant_step(throttle::work item, step answered, judgement const& found,
                              throttle::steady_point sent) {
    auto& access = states_[item.tenant]->access;
    auto const now = machine_.clock->now();
    auto patience = reached_ ? settings_.patience : throttle::for_unknown_address(settings_.patience);
    if (is_of_checks(answered)) patience = patience_with_checks(patience);
    auto const decision = throttle::decide(found.facts, access.retry, patience, now.wall - access.since,
                                           now.steady, machine_.random());
    if (decision.action != throttle::retry_action::again) {
        hold_back_others(item.tenant, answered, found.facts, sent);
        return false;
    }
    hold_back(item.tenant, answered, found.facts, sent, decision.at);
    queue_tenant_step(item.tenant, decision.at);
    return true;
}

// The tenant has a token and its roles: its slots may go, or go on.
void fleet::enter_tenant(throttle::tenant_number number) {
    auto& state = *states_[number];
    remember_identity(number);
    queue_.open(number);
    if (state.entered) return release_if_done(number);
    state.entered = true;
    ++result_.tenants_entered;
    materialise(number);
    ledger_change mended;
    for (auto const& pool : tenants_[number].pools) {
        if (pool.failed_before) mended.pool_errors.emplace_back(pool.id, "");
    }
    if (!mended.pool_errors.empty()) commit_change(std::move(mended), [] {});
}

// Makes the tenant's slots only now, so that memory follows what is under way, not what is planned.
void fleet::materialise(throttle::tenant_number number) {
    auto& state = *states_[number];
    auto const now = machine_.clock->now();
    auto& pools = tenants_[number].pools;
    state.slots.reserve(state.unsettled);
    for (std::size_t p = 0; p < pools.size(); ++p) {
        for (auto& row : pools[p].known) {
            auto pair = opened(number, row.record.certificate);
            state.slots.push_back({.what = resume(std::move(row.record), row.ordinal, machine_.opener,
                                                  settings_.verify, now.wall, std::move(pair)),
                                   .pool = p});
        }
        for (auto const ordinal : pools[p].fresh) {
            state.slots.push_back({.what = {.ordinal = ordinal, .record = {}, .progress = {}}, .pool = p});
            state.slots.back().what.record.since = std::chrono::floor<std::chrono::seconds>(now.wall);
        }
        pools[p].known = {};
        pools[p].fresh = {};
    }
    find_shared_certificate(number);
    tenants_[number].certificates = {};
    for (std::uint32_t i = 1; i <= state.slots.size(); ++i) push_slot({.tenant = number, .slot = i});
}

void fleet::release_if_done(throttle::tenant_number number) {
    auto const& state = *states_[number];
    if (state.unsettled == 0 && !state.step_queued) states_[number].reset();
}

void fleet::note_sent(throttle::tenant_number number, throttle::cost what) {
    ++result_.counts.calls;
    if (what.free()) return;
    result_.counts.writes += what.writes;
    auto& sum = spent_[{pacer_.caller_of(number), number,
                        std::chrono::floor<std::chrono::seconds>(machine_.clock->now().wall)}];
    sum.writes += what.writes;
    sum.resource_units += what.resource_units;
    unrecorded_ += what.writes;
    if (unrecorded_ >= most_unrecorded) commit_change({}, [] {});
}

void fleet::commit_change(ledger_change change, std::function<void()> then) {
    for (auto const& [key, what] : spent_) {
        auto const& [caller, number, at] = key;
        change.spent.push_back({.client_id = identities_.of(caller).client_id,
                                .directory_id = tenants_[number].directory_id,
                                .at = at,
                                .writes = what.writes,
                                .resource_units = what.resource_units});
    }
    spent_.clear();
    unrecorded_ = 0;
    change.entered = std::exchange(entered_, {});
    machine_.book->commit(std::move(change), [this, then = std::move(then)](std::exception_ptr failed) {
        if (failed) return dispatcher_.fail(std::move(failed));
        if (dispatcher_.failed()) return;
        try {
            then();
        } catch (...) {
            dispatcher_.fail(std::current_exception());
        }
        dispatcher_.wake();
    });
}

}  // namespace poolwright::provisioner
