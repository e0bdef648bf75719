#pragma once

#include "provisioner/token.hpp"
#include "throttle/pacer.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

// Which of several provisioning applications works in which tenant. Graph's budget of writes is per calling
// application over all tenants, so that K of them provision K times as fast; in one tenant there is one at a
// time, since with Application.ReadWrite.OwnedBy only its owner may finish an application.

namespace poolwright::provisioner {

struct provisioning_identity {
    client_identity who;
    std::optional<std::vector<guid>> tenants;  // the only ones that it may enter; none: every tenant
};

// A tenant and how much there is to do in it, in any unit.
struct tenant_to_enter {
    guid directory_id;
    std::int64_t work = 0;
    std::string remembered;  // the client id of who entered it last; empty: nobody
};

// Numbers the identities in the order given; they are the pacer's callers.
class identity_roster {
public:
    explicit identity_roster(std::vector<provisioning_identity> identities);

    [[nodiscard]] std::size_t size() const noexcept { return identities_.size(); }
    [[nodiscard]] client_identity const& of(throttle::caller_number number) const;
    [[nodiscard]] std::optional<throttle::caller_number> find(std::string_view client_id) const;

    // For each of the tenants, most work first, the identity that enters it: who entered it last, if that one
    // still may, else of those who may the one with least work so far. Nothing where none may.
    std::vector<std::optional<throttle::caller_number>> assign(std::span<tenant_to_enter const> tenants);

    // The one with least work so far that may enter the tenant and is not among the refused. `work` is what
    // it takes over from the last of them.
    std::optional<throttle::caller_number> fall_back(guid const& directory,
                                                     std::span<throttle::caller_number const> refused,
                                                     std::int64_t work);

private:
    [[nodiscard]] bool may_enter(throttle::caller_number number, guid const& directory) const;
    [[nodiscard]] std::optional<throttle::caller_number> least_busy(
        guid const& directory, std::span<throttle::caller_number const> refused) const;

    std::vector<provisioning_identity> identities_;
    std::vector<std::int64_t> work_;  // given to each so far
};

}  // namespace poolwright::provisioner
