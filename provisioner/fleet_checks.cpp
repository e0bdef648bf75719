#include "provisioner/fleet.hpp"
#include "provisioner/fleet_state.hpp"

#include <algorithm>
#include <optional>
#include <utility>

// What a tenant allows is asked once it is entered, before anything is made there: nothing is begun where it
// must fail, and what is made fits.

namespace poolwright::provisioner {
namespace {

// How long a credential of that kind may live; nothing: as long as one likes.
std::optional<std::chrono::days> longest_lifetime(credential_rules const& rules, credential_kind kind) {
    bool const certificate = kind == credential_kind::certificate ||
                             (kind == credential_kind::automatic && rules.secrets_forbidden);
    return certificate ? rules.longest_certificate : rules.longest_secret;
}

bool has_unready(fleet_tenant const& tenant) {
    return std::ranges::any_of(tenant.pools, [](fleet_pool const& pool) {
        return !pool.fresh.empty() || std::ranges::any_of(pool.known, [](slot_row const& row) {
            return row.record.state != slot_state::ready;
        });
    });
}

}  // namespace

// Where everything is ready there is nothing to ask for.
void fleet::begin_checks(throttle::tenant_number number) {
    auto& state = *states_[number];
    auto const& tenant = tenants_[number];
    state.checked = true;
    if (!settings_.ask_first || !has_unready(tenant)) return;
    checkup_target target{.directory_id = tenant.directory_id,
                          .services = tenant.services,
                          .names = {},
                          .to_create = applications_to_create(tenant)};
    state.checks = std::make_unique<checkup>(std::move(target), wishes_, identity_in(number), state.access);
}

// Takes in what the checks have found. Gives why no app can be made in the tenant; empty: they can.
std::string fleet::heed_allowance(throttle::tenant_number number) {
    auto& state = *states_[number];
    auto const done = std::exchange(state.checks, nullptr);
    if (done == nullptr) return {};
    if (done->end() != checkup_end::well) return done->reason();
    auto const& rules = done->rules();
    if (!rules) return {};
    auto const& policy = settings_.policy;
    if (rules->secrets_forbidden && policy.credential == credential_kind::automatic)
        note_forbidden_secrets(number, "the tenant's app management policy forbids client secrets");
    auto const longest = longest_lifetime(*rules, policy.credential);
    if (settings_.longest_lifetime && longest && *longest < policy.lifetime) {
        auto own = std::make_unique<slot_policy>(policy);
        own->lifetime = *longest;
        state.policy = std::move(own);
    }
    return {};
}

}  // namespace poolwright::provisioner
