#include "examples/sandbox/consistency.hpp"
#include "examples/sandbox/endpoints.hpp"
#include "examples/sandbox/render.hpp"

#include <algorithm>

namespace poolwright::sandbox {
namespace {

namespace json = boost::json;

// The three ids of a grant.
struct wanted_grant {
    guid principal;
    guid resource;
    guid role;
};

boost::system::result<wanted_grant, reply> read_body(call const& about) {
    auto const body = json_body(about);
    if (!body) return unreadable_body(about);
    wanted_grant wanted;
    for (auto const& [name, into] :
         {std::pair("principalId", &wanted.principal), std::pair("resourceId", &wanted.resource),
          std::pair("appRoleId", &wanted.role)}) {
        auto const* const text = body->if_contains(name);
        auto const id = text != nullptr && text->is_string()
                            ? parse_guid(std::string_view(text->get_string()))
                            : std::optional<guid>();
        if (!id) {
            return invalid_property(about,
                                    "Invalid value specified for property '" + std::string(name) +
                                        "' of resource 'AppRoleAssignment'.",
                                    "InvalidValue", name);
        }
        *into = *id;
    }
    return wanted;
}

reply not_a_valid_reference(call const& about) {
    return bad_request(about, "Not a valid reference update.");
}

reply already_granted(service& all, call const& about) {
    constexpr std::string_view raced = "EntitlementGrant entry already exists.";
    switch (all.random.below(16)) {
        case 0:
            return graph_error(about, 409, "Request_MultipleObjectsWithSameKeyValue", raced);
        case 1:
            return graph_error(about, 400, "Request_MultipleObjectsWithSameKeyValue", raced);
        default:
            return bad_request(about, "Permission being assigned already exists on the object");
    }
}

// A principal that is there but not replicated yet; the path finds it no more often than the body does.
reply not_replicated_yet(service& all, call const& about, guid const& principal_id) {
    return all.random.below(4) == 0 ? not_found(about, to_string(principal_id))
                                    : not_a_valid_reference(about);
}

std::optional<std::uint8_t> resource_with_principal(service const& all, guid const& tenant, guid const& id) {
    for (std::uint8_t i = 0; i < well_known_resources().size(); ++i) {
        if (has_resource(all, tenant, i) && resource_principal(tenant, i).id == id) return i;
    }
    return std::nullopt;
}

bool has_grant(principal const& one, std::uint8_t resource, std::uint8_t role) {
    return std::ranges::any_of(one.grants, [&](grant const& each) {
        return each.resource == resource && each.role == role && each.gone_at == never;
    });
}

reply add_grant(service& all, call const& about, application& app, std::uint8_t resource, std::uint8_t role) {
    grant made;
    made.entry = all.random.new_guid();
    made.created = about.now;
    made.seen_from = seen_after_replication(all, about.now);
    made.resource = resource;
    made.role = role;
    app.service_principal->grants.push_back(made);
    all.record(app);
    principal_view const holder{app.service_principal->id, app.app_id, &app};
    return entity_reply(about, 201, render(holder, made, app.tenant), "appRoleAssignments",
                        "appRoleAssignment");
}

reply create(service& all, call const& about, wanted_grant const& wanted) {
    auto const& tenant = about.who.tenant;
    auto const resource = resource_with_principal(all, tenant, wanted.resource);
    if (!resource) return not_found(about, to_string(wanted.resource));
    auto* const app = all.objects.by_principal(tenant, wanted.principal);
    if (app == nullptr || !is_live(*app) || app->service_principal->deleted_at != never) {
        return not_found(about, to_string(wanted.principal));
    }
    if (!is_visible(*app->service_principal, about.now))
        return not_replicated_yet(all, about, wanted.principal);
    auto const role = find_role(well_known_resources()[*resource], wanted.role);
    if (!role) return bad_request(about, "Permission being assigned was not found on application");
    if (auto refusal = begin_write(all, about, *app)) return std::move(*refusal);
    forget_removed(*app, about.now);
    if (has_grant(*app->service_principal, *resource, *role)) return already_granted(all, about);
    return add_grant(all, about, *app, *resource, *role);
}

// The id of a path's key, whether or not the principal has replicated.
std::optional<guid> principal_id_of(service& all, guid const& tenant, key const& by) {
    auto const id = parse_guid(by.value);
    if (!id || by.name != "appId") return id;
    if (find_resource(*id)) return principal_id_in(tenant, *id);
    auto const* const app = all.objects.by_app_id(tenant, *id);
    return app != nullptr && app->service_principal ? std::optional(app->service_principal->id)
                                                    : std::nullopt;
}

// The body must name the object of the path, in its role.
reply create_below(service& all, call const& about, guid wanted_grant::* of_path, std::string_view property) {
    auto const wanted = read_body(about);
    if (!wanted) return wanted.error();
    auto const& asked = about.where.keys.front();
    auto const id = principal_id_of(all, about.who.tenant, asked);
    if (!id) return not_found(about, asked.value);
    if (*id != (*wanted).*of_path) {
        return invalid_property(about,
                                "Invalid value specified for property '" + std::string(property) +
                                    "' of resource 'AppRoleAssignment'.",
                                "InvalidValue", property);
    }
    return create(all, about, *wanted);
}

struct held_grant {
    principal_view holder;
    grant one;
};

reply list(call const& about, std::vector<held_grant> const& found) {
    json::object body{{"@odata.context", metadata_context("appRoleAssignments")}};
    auto const names = selected(about);
    json::array values;
    for (auto const& each : found) {
        auto const full = render(each.holder, each.one, about.who.tenant);
        if (auto const* const unknown = unknown_selection(names, full)) {
            return unknown_property(about, *unknown, "appRoleAssignment");
        }
        values.push_back(pick(full, names));
    }
    body["value"] = std::move(values);
    return json_reply(200, body);
}

reply no_such_grant(call const& about) {
    return graph_error(about, 404, "Request_ResourceNotFound",
                       "EntitlementGrant being updated or deleted is not found.");
}

}  // namespace

reply create_assignment(service& all, call const& about) {
    return create_below(all, about, &wanted_grant::principal, "principalId");
}

reply create_assigned_to(service& all, call const& about) {
    return create_below(all, about, &wanted_grant::resource, "resourceId");
}

reply list_assignments(service& all, call const& about) {
    auto const& asked = about.where.keys.front();
    auto const holder = find_principal(all, about.who.tenant, asked, about.now);
    if (!holder) return not_found(about, asked.value);
    std::vector<held_grant> found;
    for (auto const& each : grants_of(*holder, about.now)) found.push_back({*holder, each});
    return list(about, found);
}

reply list_assigned_to(service& all, call const& about) {
    auto const& asked = about.where.keys.front();
    auto const resource = find_principal(all, about.who.tenant, asked, about.now);
    if (!resource) return not_found(about, asked.value);
    std::vector<held_grant> found;
    for (auto const& holder : visible_principals(all, about.who.tenant, about.now)) {
        for (auto const& each : grants_of(holder, about.now)) {
            if (well_known_resources()[each.resource].app_id == resource->app_id)
                found.push_back({holder, each});
        }
    }
    return list(about, found);
}

reply delete_assignment(service& all, call const& about) {
    auto const id = parse_assignment_id(about.where.keys.at(1).value);
    auto* const app = id ? all.objects.by_principal(about.who.tenant, id->first) : nullptr;
    if (app == nullptr || !is_visible(*app->service_principal, about.now)) return no_such_grant(about);
    if (auto refusal = begin_write(all, about, *app)) return std::move(*refusal);
    auto& grants = app->service_principal->grants;
    auto const found = std::ranges::find_if(
        grants, [&](grant const& each) { return each.entry == id->second && each.gone_at == never; });
    if (found == grants.end()) return no_such_grant(about);
    found->gone_at = seen_after_replication(all, about.now);
    all.record(*app);
    return no_content();
}

}  // namespace poolwright::sandbox
