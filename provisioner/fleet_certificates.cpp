#include "provisioner/base64.hpp"
#include "provisioner/fleet.hpp"
#include "provisioner/fleet_state.hpp"
#include "provisioner/naming.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

// Where the certificates of slots come from: from the ledger, or made here, sealed and recorded before
// anybody is told of them.

namespace poolwright::provisioner {
namespace {

// Of all tenants together: keys take half a second each, and who waits for one is in flight.
constexpr int most_keys_asked = 4;

// Clocks differ: a certificate that is not valid yet is of no use.
constexpr std::chrono::minutes valid_before{5};

}  // namespace

// Null if the ledger does not have it, it cannot be opened here, or it is not valid now.
std::shared_ptr<certificate const> fleet::opened(throttle::tenant_number number,
                                                 std::string const& fingerprint) {
    if (fingerprint.empty() || machine_.opener == nullptr) return nullptr;
    auto const [known, is_new] = states_[number]->opened.try_emplace(fingerprint);
    if (!is_new) return known->second;
    auto const& rows = tenants_[number].certificates;
    auto const row = std::ranges::find(rows, fingerprint, &certificate_row::fingerprint);
    if (row == rows.end()) return nullptr;
    auto const pem = machine_.opener->open(row->sealed);
    if (!pem) return nullptr;
    auto pair = certificate::from_pem(*pem, secret());
    // One that was made while this computer's clock was wrong may not be valid yet.
    auto const now = machine_.clock->now().wall;
    if (pair && fingerprint_of(pair->der()) == fingerprint && pair->valid_from() <= now &&
        now < pair->valid_until())
        known->second = std::make_shared<certificate const>(*std::move(pair));
    return known->second;
}

// The one that is valid for longest, if that is long enough.
void fleet::find_shared_certificate(throttle::tenant_number number) {
    if (settings_.policy.certificate_per_app) return;
    auto const now = machine_.clock->now().wall;
    auto until = std::chrono::ceil<std::chrono::seconds>(now) + least_rest_of(policy_in(number));
    for (auto const& row : tenants_[number].certificates) {
        if (!row.shared || row.valid_until < until) continue;
        auto pair = opened(number, row.fingerprint);
        if (pair == nullptr) continue;
        states_[number]->shared = std::move(pair);
        until = row.valid_until;
    }
}

// The slot is in flight until it has its certificate; those for which none can be asked now wait outside of
// the queue, so that others have room.
void fleet::await_certificate(throttle::work item) {
    // The ledger, and with it the key to seal to, is made with its first slot.
    if (!*machine_.seal_to) return commit(item, "", [this, item] { begin_slot_step(item); });
    auto& state = *states_[item.tenant];
    bool const is_coming = !settings_.policy.certificate_per_app && state.certificate_asked;
    if (is_coming || keys_asked_ == most_keys_asked) {
        queue_.finished(item);
        parked_.push_back(item);
        return;
    }
    state.certificate_asked = true;
    ++keys_asked_;
    machine_.make_key([this, item](std::exception_ptr failed, rsa_key const& key) {
        if (failed) return dispatcher_.fail(std::move(failed));
        if (dispatcher_.failed()) return;
        try {
            on_key(item, key);
        } catch (...) {
            dispatcher_.fail(std::current_exception());
        }
        dispatcher_.wake();
    });
}

void fleet::on_key(throttle::work item, rsa_key const& key) {
    --keys_asked_;
    bool const is_shared = !settings_.policy.certificate_per_app;
    auto const& tenant = tenants_[item.tenant];
    auto const& which = slot_of(item);
    auto const directory = to_string(tenant.directory_id);
    auto const whose =
        is_shared ? "poolwright" : unique_name(tenant.pools[which.pool].name, which.what.ordinal);
    auto const name = fmt::format("{} {}", whose, directory);
    auto const from = std::chrono::floor<std::chrono::seconds>(machine_.clock->now().wall) - valid_before;
    auto const made = std::make_shared<certificate const>(
        certificate::make(key, {.name = name,
                                .serial = random_guid(machine_.random),
                                .from = from,
                                .until = from + policy_in(item.tenant).lifetime}));
    ledger_change change;
    change.certificates.push_back({.fingerprint = fingerprint_of(made->der()),
                                   .directory_id = tenant.directory_id,
                                   .shared = is_shared,
                                   .certificate = encode_base64(made->der()),
                                   .sealed = (*machine_.seal_to)->seal(made->pem()),
                                   .valid_from = made->valid_from(),
                                   .valid_until = made->valid_until()});
    commit_change(std::move(change), [this, item, made] { on_certificate(item, made); });
}

// On disk: it may be used.
void fleet::on_certificate(throttle::work item, std::shared_ptr<certificate const> made) {
    auto& state = *states_[item.tenant];
    state.certificate_asked = false;
    slot_of(item).what.progress.pair = made;
    if (!settings_.policy.certificate_per_app) state.shared = std::move(made);
    unpark(item.tenant);
    if (state.failed()) return settle_slot(item, slot_state::failed, state.failure);
    queue_.finished(item);
    push_slot(item);
}

// Those of the tenant where its slots share what has come, and those that may ask now.
void fleet::unpark(throttle::tenant_number number) {
    bool const is_shared = !settings_.policy.certificate_per_app;
    int room = most_keys_asked - keys_asked_;
    auto const goes = [&](throttle::work each) {
        if (is_shared && each.tenant == number) return true;
        bool const is_coming = is_shared && states_[each.tenant]->certificate_asked;
        return !is_coming && room-- > 0;
    };
    std::vector<throttle::work> going;
    std::erase_if(parked_, [&](throttle::work each) {
        bool const now = goes(each);
        if (now) going.push_back(each);
        return now;
    });
    for (auto const each : going) push_slot(each);
}

std::size_t fleet::drop_parked(throttle::tenant_number number,
                               std::function<bool(active_slot const&)> const& goes) {
    return std::erase_if(parked_,
                         [&](throttle::work each) { return each.tenant == number && goes(slot_of(each)); });
}

// Once for each tenant; its other slots need not ask for a secret first.
void fleet::note_forbidden_secrets(throttle::tenant_number number, std::string_view why) {
    auto& state = *states_[number];
    if (std::exchange(state.secrets_forbidden, true)) return;
    ledger_change change;
    change.events.push_back(event_of("certificates_instead", {.tenant = number, .slot = 0}, why));
    commit_change(std::move(change), [] {});
    tell("certificates_instead", {.tenant = number, .slot = 0}, {}, why);
    result_.credential_changes.push_back({.tenant = number, .why = std::string(why)});
}

}  // namespace poolwright::provisioner
