#pragma once

#include "planner/problem.hpp"

#include <boost/json/object.hpp>
#include <boost/system/result.hpp>

#include <span>
#include <string>
#include <string_view>
#include <vector>

// Which application permissions each app of a pool gets, by name. A profile is data with a name and a source;
// the role ids are looked up in each tenant. Part of a plan; read by the provisioner.

namespace poolwright::planner {

// Microsoft Graph's application id, the same in every tenant.
inline constexpr std::string_view graph_application_id = "00000003-0000-0000-c000-000000000000";

// The most permissions that one profile may ask for.
inline constexpr std::size_t most_permissions = 64;

// One API and the application permissions wanted of it.
struct profile_resource {
    std::string name;            // "Microsoft Graph"
    std::string application_id;  // of the resource, the same in every tenant; lower case
    std::vector<std::string> permissions;

    bool operator==(profile_resource const&) const = default;
};

// At least one resource, each with at least one permission; at most most_permissions in all.
struct permission_profile {
    std::string name;
    std::string workload;  // exchange, onedrive, sharepoint, teams
    std::vector<profile_resource> resources;
    std::string source;
    std::string as_of;  // YYYY-MM-DD

    bool operator==(permission_profile const&) const = default;
    [[nodiscard]] std::size_t permission_count() const noexcept;
    // True if some resource asks for the permission of that name.
    [[nodiscard]] bool asks_for(std::string_view permission) const noexcept;
};

// The profiles built in, the default for Exchange first.
std::span<permission_profile const> built_in_profiles();

// A built-in profile by its name, or null.
permission_profile const* find_profile(std::string_view name);

// Reads a document of schema poolwright.profile/1; `file` names it in problems. A name that is built in is
// refused unless the whole profile is the built-in one.
boost::system::result<permission_profile, problem_list> parse_profile(std::string_view json,
                                                                      std::string_view file);

// The document that parse_profile reads, keys in the documented order.
boost::json::object to_json(permission_profile const& profile);

}  // namespace poolwright::planner
