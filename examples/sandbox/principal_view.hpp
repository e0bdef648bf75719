#pragma once

#include "examples/sandbox/replies.hpp"
#include "examples/sandbox/well_known.hpp"

#include <optional>
#include <vector>

// The service principals of a tenant, wherever they come from: its own applications, the resources that every
// tenant has, and the applications of others that it has consented to. Only the first kind is stored.

namespace poolwright::sandbox {

struct principal_view {
    guid id;
    guid app_id;
    application* app = nullptr;                     // its own
    resource const* what = nullptr;                 // Microsoft Graph or Exchange Online
    identity const* who = nullptr;                  // consented to
    std::uint64_t position = 0;                     // in lists
    std::vector<std::string> consented_roles = {};  // of Microsoft Graph, for one that was consented to

    [[nodiscard]] std::string_view name() const noexcept;
};

// False in a tenant that never had it.
bool has_resource(service const& all, guid const& tenant, std::uint8_t index) noexcept;

// The resource's principal in that tenant.
principal_view resource_principal(guid const& tenant, std::uint8_t index);

// That of an application of others, with the roles that the tenant has consented to.
principal_view consented_principal(service const& all, guid const& tenant, identity const& who);

// By object id or appId; nothing if it is not there or not visible yet.
std::optional<principal_view> find_principal(service& all, guid const& tenant, key const& by, time_point now);

// All that are visible, in the order of lists.
std::vector<principal_view> visible_principals(service& all, guid const& tenant, time_point now);

// The roles that it has: seen by now, or those that were consented to from the start.
std::vector<grant> grants_of(principal_view const& one, time_point now);

}  // namespace poolwright::sandbox
