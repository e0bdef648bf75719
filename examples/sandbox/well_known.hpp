#pragma once

#include "examples/sandbox/guid.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

// The resources that every tenant has from the start, Microsoft Graph and Office 365 Exchange Online, with
// their application roles. Ids and names from Microsoft's permissions reference.

namespace poolwright::sandbox {

struct app_role {
    guid id;
    std::string_view name;
};

// A delegated permission; listed on the service principal, never granted here.
struct delegated_scope {
    guid id;
    std::string_view name;
};

struct resource {
    guid app_id;
    std::string_view name;
    std::span<app_role const> roles;
    std::span<delegated_scope const> scopes;
    std::span<std::string_view const>
        identifiers;  // the URLs that a scope may name; the first is the canonical one
};

inline constexpr std::uint8_t microsoft_graph = 0;
inline constexpr std::uint8_t exchange_online = 1;

// Graph, then Exchange Online: indexed by the two constants.
std::span<resource const> well_known_resources();

// The index of the resource with this application id.
std::optional<std::uint8_t> find_resource(guid const& app_id) noexcept;

// The index of the role in `of`.roles.
std::optional<std::uint8_t> find_role(resource const& of, guid const& role) noexcept;

// The object id of a resource's or a consented application's service principal: another one in every tenant.
guid principal_id_in(guid const& tenant, guid const& app_id);

}  // namespace poolwright::sandbox
