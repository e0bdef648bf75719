#include "examples/sandbox/inspection.hpp"

#include "examples/sandbox/endpoints.hpp"
#include "examples/sandbox/render.hpp"
#include "examples/sandbox/timestamps.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value_to.hpp>

namespace poolwright::sandbox {
namespace {

namespace json = boost::json;

credential_view view_of(credential const& one) {
    return {to_string(one.key_id), one.name == nullptr ? std::string() : *one.name,
            std::string(one.secret.data(), one.secret.size()), one.starts, one.ends};
}

grant_view view_of(guid const& principal_id, grant const& one) {
    auto const& what = well_known_resources()[one.resource];
    auto const& role = what.roles[one.role];
    return {assignment_id(principal_id, one.entry), to_string(what.app_id), std::string(what.name),
            to_string(role.id), std::string(role.name)};
}

// The property's value; null if it was never given.
json::value value_of(application const& app, std::string_view name) {
    auto const* text = find_property(app.properties, name);
    return text == nullptr ? json::value() : json::parse(*text);
}

std::vector<std::string> redirect_uris_of(application const& app) {
    auto const web = value_of(app, "web");
    auto const* platform = web.if_object();
    auto const* uris = platform == nullptr ? nullptr : platform->if_contains("redirectUris");
    if (uris == nullptr || !uris->is_array()) return {};
    return json::value_to<std::vector<std::string>>(*uris);
}

json::array to_json(std::vector<credential_view> const& all) {
    json::array list;
    for (auto const& each : all) {
        list.push_back(json::object{{"keyId", each.key_id},
                                    {"displayName", each.name},
                                    {"startDateTime", short_timestamp(each.starts)},
                                    {"endDateTime", short_timestamp(each.ends)}});
    }
    return list;
}

json::array to_json(std::vector<grant_view> const& all) {
    json::array list;
    for (auto const& each : all) {
        list.push_back(json::object{{"id", each.id},
                                    {"resourceAppId", each.resource_app_id},
                                    {"resource", each.resource},
                                    {"roleId", each.role_id},
                                    {"role", each.role}});
    }
    return list;
}

json::object to_json(application_view const& app) {
    return {{"id", app.id},
            {"appId", app.app_id},
            {"createdByAppId", app.created_by},
            {"displayName", app.display_name},
            {"uniqueName", app.unique_name},
            {"tags", json::array(app.tags.begin(), app.tags.end())},
            {"signInAudience", app.sign_in_audience},
            {"redirectUris", json::array(app.redirect_uris.begin(), app.redirect_uris.end())},
            {"deleted", app.deleted},
            {"credentials", to_json(app.credentials)},
            {"servicePrincipalId", app.principal_id},
            {"grants", to_json(app.grants)}};
}

}  // namespace

application_view view_of(application const& app) {
    application_view view;
    view.tenant_id = to_string(app.tenant);
    view.id = to_string(app.id);
    view.app_id = to_string(app.app_id);
    if (app.created_by != guid{}) view.created_by = to_string(app.created_by);
    view.display_name = app.name;
    view.unique_name = app.unique_name;
    auto const tags = tags_of(app);
    view.tags.assign(tags.begin(), tags.end());
    auto const audience = value_of(app, "signInAudience");
    view.sign_in_audience = audience.is_string() ? std::string(audience.get_string()) : "AzureADMyOrg";
    view.redirect_uris = redirect_uris_of(app);
    view.deleted = !is_live(app);
    for (auto const& each : app.credentials) {
        if (each.gone_at == never) view.credentials.push_back(view_of(each));
    }
    for (auto const& each : app.keys) {
        if (each.gone_at == never)
            view.certificates.push_back({to_string(each.key_id), each.name, each.certificate});
    }
    if (!app.service_principal || app.service_principal->deleted_at != never) return view;
    view.principal_id = to_string(app.service_principal->id);
    for (auto const& each : app.service_principal->grants) {
        if (each.gone_at == never) view.grants.push_back(view_of(app.service_principal->id, each));
    }
    return view;
}

reply get_stats(service& all, call const&) {
    return json_reply(200, to_json(all.counted, take_inventory(all.objects)));
}

reply inspect_applications(service& all, call const& about) {
    auto const tenant = tenant_named(about.where.keys.front().value);
    if (!tenant) return not_found(about, about.where.keys.front().value);
    json::array list;
    for (auto const& app : all.objects.in_tenant(*tenant)) list.push_back(to_json(view_of(*app)));
    return json_reply(200, {{"tenantId", to_string(*tenant)}, {"value", std::move(list)}});
}

}  // namespace poolwright::sandbox
