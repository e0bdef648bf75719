#include "examples/sandbox/routes.hpp"

#include "examples/sandbox/endpoints.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace poolwright::sandbox {
namespace {

using enum permission;

// Base costs: learn.microsoft.com/graph/throttling-limits. A single application is charged as the table's row
// "GET applications".
constexpr request_cost write{1, 1};
constexpr request_cost read{0, 1};
constexpr request_cost dear_read{0, 2};
constexpr request_cost free_of_charge{0, 0};

// A fixed segment stands before a {…} in the same place: the first match counts.
constexpr auto table = std::to_array<route>({
    {"GET", "/common/discovery/instance", area::authority, free_of_charge, none, get_instance_discovery},
    {"GET", "/{tenant}/v2.0/.well-known/openid-configuration", area::authority, free_of_charge, none,
     get_openid_configuration},
    {"GET", "/{tenant}/discovery/v2.0/keys", area::authority, free_of_charge, none, get_signing_keys},
    {"POST", "/{tenant}/oauth2/v2.0/token", area::authority, free_of_charge, none, post_token},
    {"POST", "/{tenant}/oauth2/v2.0/devicecode", area::authority, free_of_charge, none, post_device_code},

    {"POST", "/applications", area::graph, write, write_applications, create_application},
    {"GET", "/applications", area::graph, dear_read, read_applications, list_applications},
    {"GET", "/applications/$count", area::graph, dear_read, read_applications, count_applications},
    {"GET", "/applications/{id}", area::graph, dear_read, read_applications, get_application},
    {"PATCH", "/applications/{id}", area::graph, write, write_applications, update_application},
    {"DELETE", "/applications/{id}", area::graph, write, write_applications, delete_application},
    {"POST", "/applications/{id}/addPassword", area::graph, write, write_applications, add_password},
    {"POST", "/applications/{id}/removePassword", area::graph, write, write_applications, remove_password},
    {"POST", "/applications/{id}/addKey", area::graph, write, write_applications, add_key},
    {"POST", "/applications/{id}/removeKey", area::graph, write, write_applications, remove_key},
    {"POST", "/applications/{id}/federatedIdentityCredentials", area::graph, write, write_applications,
     create_federated_credential},
    {"GET", "/applications/{id}/federatedIdentityCredentials", area::graph, read, read_applications,
     list_federated_credentials},
    {"GET", "/applications/{id}/federatedIdentityCredentials/{credential}", area::graph, read,
     read_applications, get_federated_credential},
    {"DELETE", "/applications/{id}/federatedIdentityCredentials/{credential}", area::graph, write,
     write_applications, delete_federated_credential},

    // Its items are charged and checked, each for itself.
    {"POST", "/$batch", area::graph, free_of_charge, none, post_batch},

    {"GET", "/directory/deletedItems/microsoft.graph.application", area::graph, read, read_applications,
     list_deleted_applications},
    {"GET", "/directory/deletedItems/{id}", area::graph, read, read_applications, get_deleted_item},
    {"DELETE", "/directory/deletedItems/{id}", area::graph, write, write_applications, purge_deleted_item},
    {"POST", "/directory/deletedItems/{id}/restore", area::graph, write, write_applications,
     restore_deleted_item},

    {"POST", "/servicePrincipals", area::graph, write, write_applications, create_principal},
    {"GET", "/servicePrincipals", area::graph, read, read_applications, list_principals},
    {"GET", "/servicePrincipals/$count", area::graph, read, read_applications, count_principals},
    {"GET", "/servicePrincipals/{id}", area::graph, read, read_applications, get_principal},
    {"PATCH", "/servicePrincipals/{id}", area::graph, write, write_applications, update_principal},
    {"DELETE", "/servicePrincipals/{id}", area::graph, write, write_applications, delete_principal},

    {"POST", "/servicePrincipals/{id}/appRoleAssignments", area::graph, write, grant_roles,
     create_assignment},
    {"GET", "/servicePrincipals/{id}/appRoleAssignments", area::graph, dear_read, read_applications,
     list_assignments},
    {"DELETE", "/servicePrincipals/{id}/appRoleAssignments/{assignment}", area::graph, write, grant_roles,
     delete_assignment},
    {"POST", "/servicePrincipals/{id}/appRoleAssignedTo", area::graph, write, grant_roles,
     create_assigned_to},
    {"GET", "/servicePrincipals/{id}/appRoleAssignedTo", area::graph, read, read_applications,
     list_assigned_to},
    {"DELETE", "/servicePrincipals/{id}/appRoleAssignedTo/{assignment}", area::graph, write, grant_roles,
     delete_assignment},

    {"GET", "/organization", area::graph, read, read_organization, get_organization},
    {"GET", "/users/$count", area::graph, dear_read, read_users, count_users},
    {"GET", "/policies/defaultAppManagementPolicy", area::graph, read, read_policies,
     get_default_management_policy},
    {"GET", "/policies/appManagementPolicies", area::graph, read, read_policies, list_management_policies},

    // Reports have quotas of their own.
    {"GET", "/reports/getMailboxUsageMailboxCounts/{period}", area::graph, free_of_charge, read_reports,
     get_mailbox_counts},
    {"GET", "/reports/getMailboxUsageDetail/{period}", area::graph, free_of_charge, read_reports,
     get_mailbox_detail},
    {"GET", "/admin/reportSettings", area::graph, read, read_report_settings, get_report_settings},
    {"GET", "/sandbox-download/{link}", area::download, free_of_charge, none, download_report},

    {"POST", "/sandbox/devicecode/{user_code}/approve", area::sandbox, free_of_charge, none, approve_device},
    {"POST", "/sandbox/devicecode/{user_code}/decline", area::sandbox, free_of_charge, none, decline_device},
    {"POST", "/sandbox/identities/{id}/expire", area::sandbox, free_of_charge, none, expire_identity},
    {"POST", "/sandbox/refresh_tokens/revoke", area::sandbox, free_of_charge, none, revoke_refresh_tokens},
    {"GET", "/sandbox/stats", area::sandbox, free_of_charge, none, get_stats},
    {"GET", "/sandbox/tenants/{id}/applications", area::sandbox, free_of_charge, none, inspect_applications},
});

// The pattern against the path, whose keys are collected.
bool matches(std::string_view pattern, std::span<segment const> path, std::vector<key>& keys) {
    keys.clear();
    for (auto const& each : path) {
        if (pattern.empty()) return false;
        pattern.remove_prefix(1);
        auto const expected = pattern.substr(0, pattern.find('/'));
        pattern.remove_prefix(expected.size());
        if (expected.starts_with('{')) {
            keys.push_back({each.key_name, each.text});
        } else if (each.is_key || each.text != expected) {
            return false;
        }
    }
    return pattern.empty();
}

std::span<segment const> path_for(area where, target const& of) {
    std::span<segment const> const path = of.segments;
    auto const below_version = !path.empty() && path.front().text == "v1.0";
    if (where != area::graph) return path;
    return below_version ? path.subspan(1) : std::span<segment const>();
}

role_bits bits(std::initializer_list<std::string> names) {
    return graph_role_bits(std::span(names.begin(), names.size()));
}

struct role_groups {
    role_bits write_own = bits({"Application.ReadWrite.OwnedBy"});
    role_bits write_all = bits({"Application.ReadWrite.All"});
    role_bits read = bits({"Application.Read.All", "Application.ReadWrite.All", "Directory.Read.All",
                           "Directory.ReadWrite.All"});
    role_bits grant = bits({"AppRoleAssignment.ReadWrite.All"});
    role_bits organization = bits({"Organization.Read.All", "Directory.Read.All", "Directory.ReadWrite.All"});
    role_bits users = bits({"User.ReadBasic.All", "User.Read.All", "User.ReadWrite.All", "Directory.Read.All",
                            "Directory.ReadWrite.All"});
    role_bits policies = bits({"Policy.Read.All"});
    role_bits reports = bits({"Reports.Read.All"});
    role_bits report_settings = bits({"ReportSettings.Read.All"});
};

role_groups const& groups() noexcept {
    static role_groups const all;
    return all;
}

bool is_small_page(target const& where) noexcept {
    auto const* const top = where.option("top");
    int size = 0;
    return top != nullptr &&
           std::from_chars(top->data(), top->data() + top->size(), size).ec == std::errc() && size < 20;
}

}  // namespace

std::string const& route::name() const {
    static auto const names = [] {
        std::array<std::string, table.size()> all;
        for (std::size_t i = 0; i < all.size(); ++i) {
            all[i] = std::string(table[i].method) + ' ' + std::string(table[i].pattern);
        }
        return all;
    }();
    return names[static_cast<std::size_t>(this - table.data())];
}

route_match find_route(std::string_view method, target& where) {
    route_match result;
    std::vector<key> keys;
    for (auto const& each : table) {
        auto const path = path_for(each.where, where);
        if (path.empty() || !matches(each.pattern, path, keys)) continue;
        result.path_known = true;
        if (each.method != method) continue;
        result.found = &each;
        where.keys = std::move(keys);
        return result;
    }
    return result;
}

std::vector<std::string> route_names() {
    std::vector<std::string> names;
    for (auto const& each : table) {
        if (each.where != area::sandbox) names.push_back(each.name());
    }
    return names;
}

bool allows(role_bits roles, permission need) noexcept {
    auto const& of = groups();
    switch (need) {
        case none:
            return true;
        case read_applications:
            return (roles & of.read) != 0;
        case write_applications:
            return (roles & (of.write_own | of.write_all)) != 0;
        case grant_roles:
            return (roles & of.grant) != 0 && (roles & of.read) != 0;
        case read_organization:
            return (roles & of.organization) != 0;
        case read_users:
            return (roles & of.users) != 0;
        case read_policies:
            return (roles & of.policies) != 0;
        case read_reports:
            return (roles & of.reports) != 0;
        case read_report_settings:
            return (roles & of.report_settings) != 0;
    }
    return false;
}

bool may_change(caller const& who, application const& app) noexcept {
    return (who.roles & groups().write_all) != 0 || app.created_by == who.client;
}

request_cost cost_of(route const& which, target const& where) noexcept {
    auto cost = which.cost;
    if (cost.resource_units == 0) return cost;
    if (where.option("select") != nullptr) --cost.resource_units;
    if (where.option("expand") != nullptr) ++cost.resource_units;
    if (is_small_page(where)) --cost.resource_units;
    cost.resource_units = std::max(1, cost.resource_units);
    return cost;
}

}  // namespace poolwright::sandbox
