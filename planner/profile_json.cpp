#include "planner/json_document.hpp"
#include "planner/plan_parts.hpp"
#include "planner/wording.hpp"
#include "planner/workload.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace poolwright::planner {

namespace json = boost::json;

namespace {

constexpr std::size_t longest_text = 1000;

bool is_permission(std::string_view name) {
    auto const fine = [](char c) { return is_letter(c) || is_digit(c) || c == '.' || c == '_' || c == '-'; };
    return !name.empty() && name.size() <= 128 && std::all_of(name.begin(), name.end(), fine);
}

bool is_resource_name(std::string_view name) {
    return !name.empty() && name.size() <= 128;
}

// What is wrong with one permission of a resource whose other permissions are given; empty: nothing.
std::string fault_of(std::string_view permission, profile_resource const& resource) {
    if (!is_permission(permission))
        return fmt::format("is not the name of a permission: {}", shown(permission));
    if (permission == "Group.Write.All" && resource.application_id == graph_application_id) {
        return "Microsoft Graph has no permission `Group.Write.All`, use `Group.ReadWrite.All`";
    }
    auto const& others = resource.permissions;
    bool const twice = std::find(others.begin(), others.end(), permission) != others.end();
    return twice ? fmt::format("{} stands there twice", shown(permission)) : std::string();
}

void read_permissions(object_reader& in, profile_resource& resource) {
    auto const* names = in.array("permissions");
    if (!names) return;
    if (names->empty()) in.refuse("permissions", "must hold at least one permission");
    for (auto const& name : *names) {
        auto const* text = name.if_string();
        auto const fault =
            text ? fault_of(*text, resource) : std::string("must hold names of permissions only");
        if (!fault.empty()) in.refuse("permissions", fault);
        if (text) resource.permissions.emplace_back(*text);
    }
}

profile_resource read_resource(object_reader in) {
    in.refuse_others({"name", "application_id", "permissions"});
    profile_resource resource;
    resource.name = in.text("name", is_resource_name, "must be 1 to 128 bytes long");
    resource.application_id =
        in.text("application_id", is_guid, "must be the application id (a GUID) of the API");
    std::transform(resource.application_id.begin(), resource.application_id.end(),
                   resource.application_id.begin(), lower);
    read_permissions(in, resource);
    return resource;
}

void read_resources(permission_profile& profile, json::array const& array, std::string_view where,
                    std::string_view file, problem_list& problems) {
    auto const name = fmt::format("{}{}resources", where, where.empty() ? "" : ".");
    for (std::size_t i = 0; i < array.size(); ++i) {
        auto const* object = object_at(array, i, name, file, problems);
        if (!object) continue;
        object_reader in(*object, {name, i}, file, problems);
        auto resource = read_resource(in);
        auto const same = [&](profile_resource const& other) {
            return other.application_id == resource.application_id;
        };
        if (!resource.application_id.empty() &&
            std::any_of(profile.resources.begin(), profile.resources.end(), same)) {
            in.refuse("application_id", "stands there twice, put all permissions of one API together");
        }
        profile.resources.push_back(std::move(resource));
    }
}

json::object to_json(profile_resource const& resource) {
    return {{"name", resource.name},
            {"application_id", resource.application_id},
            {"permissions", json::array(resource.permissions.begin(), resource.permissions.end())}};
}

}  // namespace

permission_profile read_profile(json::object const& object, std::string_view where, std::string_view file,
                                problem_list& problems) {
    object_reader in(object, {where, {}}, file, problems);
    in.refuse_others({"schema", "name", "workload", "resources", "source", "as_of"});
    permission_profile profile;
    profile.name = in.text("name", is_plain_name, "must be 1 to 64 of a-z, 0-9 and `-`");
    profile.workload =
        in.text("workload", is_workload, "must be `exchange`, `onedrive`, `sharepoint` or `teams`");
    if (auto const* resources = in.array("resources")) {
        read_resources(profile, *resources, where, file, problems);
        if (resources->empty()) in.refuse("resources", "must hold at least one resource");
    }
    if (auto const count = profile.permission_count(); count > most_permissions) {
        in.refuse("resources", fmt::format("{} permissions are too many, at most {} are allowed", count,
                                           most_permissions));
    }
    profile.source = in.text("source", longest_text);
    profile.as_of = in.text("as_of", is_date, "must be a date as 2026-01-31");
    return profile;
}

boost::system::result<permission_profile, problem_list> parse_profile(std::string_view text,
                                                                      std::string_view file) {
    problem_list problems;
    auto const document = parse_document(text, profile_schema, file, problems);
    if (!document) return problems;
    auto profile = read_profile(*document, "", file, problems);
    auto const* built_in = find_profile(profile.name);
    if (problems.empty() && built_in && *built_in != profile) {
        problems.add({std::string(file), 0, 0,
                      fmt::format("name: the built-in profile `{}` is another one, choose a name of your own",
                                  profile.name)});
    }
    if (!problems.empty()) return problems;
    return profile;
}

json::object to_json(permission_profile const& profile) {
    json::array resources;
    for (auto const& resource : profile.resources) resources.push_back(to_json(resource));
    return {{"schema", profile_schema},          {"name", profile.name},     {"workload", profile.workload},
            {"resources", std::move(resources)}, {"source", profile.source}, {"as_of", profile.as_of}};
}

}  // namespace poolwright::planner
