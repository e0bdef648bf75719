#pragma once

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// What the provisioning identity may do in a tenant, by the names of Microsoft Graph's permissions.

namespace poolwright::provisioner {

// How a managed identity gets rights: no page asks an administrator for consent to one
// (learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-assign-app-role-managed-identity).
inline constexpr std::string_view managed_identity_remedy =
    "give them to the managed identity with New-MgServicePrincipalAppRoleAssignment, since nobody can "
    "consent to one in a page";

bool has_any_right(std::span<std::string const> rights, std::initializer_list<std::string_view> names);

// Whether those rights let it read applications and service principals.
bool may_read_applications(std::span<std::string const> rights);

// What provisioning needs and those rights lack: the least privileged of what would do. For a person there is
// no right for owned applications alone.
std::vector<std::string_view> missing_rights(std::span<std::string const> rights, bool of_a_person);

}  // namespace poolwright::provisioner
