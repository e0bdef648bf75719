#include "provisioner/identity_roster.hpp"

#include <algorithm>
#include <utility>

namespace poolwright::provisioner {

using throttle::caller_number;

identity_roster::identity_roster(std::vector<provisioning_identity> identities)
    : identities_(std::move(identities)), work_(identities_.size()) {}

client_identity const& identity_roster::of(caller_number number) const {
    return identities_.at(number).who;
}

std::optional<caller_number> identity_roster::find(std::string_view client_id) const {
    for (caller_number i = 0; i < identities_.size(); ++i) {
        if (identities_[i].who.client_id == client_id) return i;
    }
    return std::nullopt;
}

std::vector<std::optional<caller_number>> identity_roster::assign(std::span<tenant_to_enter const> tenants) {
    std::vector<std::optional<caller_number>> chosen(tenants.size());
    // First those that leave no choice, so that the others even out what they make uneven.
    for (std::size_t i = 0; i < tenants.size(); ++i) {
        auto const before = find(tenants[i].remembered);
        if (!before || !may_enter(*before, tenants[i].directory_id)) continue;
        chosen[i] = before;
        work_[*before] += tenants[i].work;
    }
    for (std::size_t i = 0; i < tenants.size(); ++i) {
        if (chosen[i]) continue;
        chosen[i] = least_busy(tenants[i].directory_id, {});
        if (chosen[i]) work_[*chosen[i]] += tenants[i].work;
    }
    return chosen;
}

std::optional<caller_number> identity_roster::fall_back(guid const& directory,
                                                        std::span<caller_number const> refused,
                                                        std::int64_t work) {
    if (!refused.empty()) work_.at(refused.back()) -= work;
    auto const next = least_busy(directory, refused);
    if (next) work_[*next] += work;
    return next;
}

bool identity_roster::may_enter(caller_number number, guid const& directory) const {
    auto const& only = identities_[number].tenants;
    return !only || std::ranges::find(*only, directory) != only->end();
}

// Of equals the first.
std::optional<caller_number> identity_roster::least_busy(guid const& directory,
                                                         std::span<caller_number const> refused) const {
    std::optional<caller_number> best;
    for (caller_number i = 0; i < identities_.size(); ++i) {
        if (!may_enter(i, directory) || std::ranges::find(refused, i) != refused.end()) continue;
        if (!best || work_[i] < work_[*best]) best = i;
    }
    return best;
}

}  // namespace poolwright::provisioner
