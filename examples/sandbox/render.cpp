#include "examples/sandbox/render.hpp"

#include "examples/sandbox/application_body.hpp"
#include "examples/sandbox/application_keys.hpp"
#include "examples/sandbox/encoding.hpp"
#include "examples/sandbox/timestamps.hpp"

#include <boost/json/parse.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace poolwright::sandbox {
namespace {

namespace json = boost::json;

json::object template_from(std::string_view text) {
    return json::parse(text).get_object();
}

json::value text_or_null(std::string_view text) {
    return text.empty() ? json::value() : json::value(text);
}

json::array tags_array(application const& app) {
    auto const tags = tags_of(app);
    return json::array(tags.begin(), tags.end());
}

json::object render_credential(credential const& one) {
    return {{"customKeyIdentifier", nullptr},
            {"displayName", one.name == nullptr ? json::value() : json::value(*one.name)},
            {"endDateTime", short_timestamp(one.ends)},
            {"hint", std::string_view(one.secret.data(), 3)},
            {"keyId", to_string(one.key_id)},
            {"secretText", nullptr},
            {"startDateTime", short_timestamp(one.starts)}};
}

void apply_properties(json::object& full, property_list const& given) {
    for (auto const& each : given) merge(full[*each.name], json::parse(*each.value));
}

json::array render_roles(resource const& what) {
    json::array roles;
    for (auto const& each : what.roles) {
        roles.push_back(json::object{{"allowedMemberTypes", json::array{"Application"}},
                                     {"description", each.name},
                                     {"displayName", each.name},
                                     {"id", to_string(each.id)},
                                     {"isEnabled", true},
                                     {"origin", "Application"},
                                     {"value", each.name}});
    }
    return roles;
}

json::array render_scopes(resource const& what) {
    json::array scopes;
    for (auto const& each : what.scopes) {
        scopes.push_back(json::object{{"adminConsentDescription", each.name},
                                      {"adminConsentDisplayName", each.name},
                                      {"id", to_string(each.id)},
                                      {"isEnabled", true},
                                      {"type", "User"},
                                      {"value", each.name}});
    }
    return scopes;
}

void render_own(json::object& full, application const& app) {
    auto const& one = *app.service_principal;
    full["createdDateTime"] = short_timestamp(one.created);
    if (one.deleted_at != never) full["deletedDateTime"] = short_timestamp(one.deleted_at);
    full["accountEnabled"] = one.enabled;
    full["appOwnerOrganizationId"] = to_string(app.tenant);
    full["tags"] = tags_array(app);
    apply_properties(full, one.properties);
}

void render_resource(json::object& full, resource const& what) {
    full["appRoles"] = render_roles(what);
    full["oauth2PermissionScopes"] = render_scopes(what);
    auto& names = full["servicePrincipalNames"].get_array();
    for (auto const identifier : what.identifiers) names.push_back(json::value(identifier));
    // Microsoft's own tenant.
    full["appOwnerOrganizationId"] = "f8cdef31-a31e-4b4a-93e4-5f571e91255a";
    full["signInAudience"] = "AzureADMultipleOrgs";
}

}  // namespace

// The order of the documented sample of POST /applications, then what the schema adds.
json::object const& blank_application() {
    static json::object const blank = template_from(R"({
        "id":null,"deletedDateTime":null,"isFallbackPublicClient":null,"appId":null,"applicationTemplateId":null,
        "identifierUris":[],"createdDateTime":null,"displayName":null,"isDeviceOnlyAuthSupported":null,
        "groupMembershipClaims":null,"optionalClaims":null,"addIns":[],"publisherDomain":null,"samlMetadataUrl":null,
        "signInAudience":"AzureADMyOrg","tags":[],"tokenEncryptionKeyId":null,
        "api":{"requestedAccessTokenVersion":null,"acceptMappedClaims":null,"knownClientApplications":[],
               "oauth2PermissionScopes":[],"preAuthorizedApplications":[]},
        "appRoles":[],"publicClient":{"redirectUris":[]},
        "info":{"termsOfServiceUrl":null,"supportUrl":null,"privacyStatementUrl":null,"marketingUrl":null,
                "logoUrl":null},
        "keyCredentials":[],"parentalControlSettings":{"countriesBlockedForMinors":[],"legalAgeGroupRule":"Allow"},
        "passwordCredentials":[],"requiredResourceAccess":[],"uniqueName":null,
        "web":{"redirectUris":[],"homePageUrl":null,"logoutUrl":null,
               "implicitGrantSettings":{"enableIdTokenIssuance":false,"enableAccessTokenIssuance":false}},
        "windows":null,"createdByAppId":null,"description":null,"notes":null,"serviceManagementReference":null,
        "servicePrincipalLockConfiguration":null,"isDisabled":null,"requestSignatureVerification":null,
        "spa":{"redirectUris":[]},"defaultRedirectUri":null,
        "verifiedPublisher":{"displayName":null,"verifiedPublisherId":null,"addedDateTime":null}})");
    return blank;
}

json::object const& blank_principal() {
    static json::object const blank = template_from(R"({
        "id":null,"deletedDateTime":null,"accountEnabled":true,"alternativeNames":[],"createdDateTime":null,
        "appDisplayName":null,"appDescription":null,"appId":null,"applicationTemplateId":null,
        "appOwnerOrganizationId":null,"appRoleAssignmentRequired":false,"description":null,"displayName":null,
        "homepage":null,"loginUrl":null,"logoutUrl":null,"notes":null,"notificationEmailAddresses":[],
        "preferredSingleSignOnMode":null,"preferredTokenSigningKeyThumbprint":null,"replyUrls":[],
        "servicePrincipalNames":[],"servicePrincipalType":"Application","signInAudience":"AzureADMyOrg","tags":[],
        "tokenEncryptionKeyId":null,"addIns":[],"appRoles":[],
        "info":{"logoUrl":null,"marketingUrl":null,"privacyStatementUrl":null,"supportUrl":null,
                "termsOfServiceUrl":null},
        "keyCredentials":[],"oauth2PermissionScopes":[],"passwordCredentials":[],
        "resourceSpecificApplicationPermissions":[],
        "verifiedPublisher":{"displayName":null,"verifiedPublisherId":null,"addedDateTime":null}})");
    return blank;
}

json::object render(application const& app, time_point now) {
    auto full = blank_application();
    full["id"] = to_string(app.id);
    full["appId"] = to_string(app.app_id);
    if (!is_live(app)) full["deletedDateTime"] = short_timestamp(app.deleted_at);
    full["createdDateTime"] = long_timestamp(app.created);
    full["displayName"] = app.name;
    full["publisherDomain"] = to_string(app.tenant).substr(0, 8) + ".onmicrosoft.com";
    full["tags"] = tags_array(app);
    full["uniqueName"] = text_or_null(app.unique_name);
    full["createdByAppId"] =
        app.created_by == guid{} ? json::value() : json::value(to_string(app.created_by));
    apply_properties(full, app.properties);
    auto& secrets = full["passwordCredentials"].get_array();
    for (auto const& each : app.credentials) {
        if (is_listed(each, now)) secrets.push_back(render_credential(each));
    }
    auto& keys = full["keyCredentials"].get_array();
    for (auto const& each : app.keys) {
        if (is_listed(each, now)) keys.push_back(render(each));
    }
    return full;
}

json::object render(principal_view const& one) {
    auto full = blank_principal();
    full["id"] = to_string(one.id);
    full["appId"] = to_string(one.app_id);
    full["appDisplayName"] = one.name();
    full["displayName"] = one.name();
    full["servicePrincipalNames"].get_array().push_back(json::value(to_string(one.app_id)));
    if (one.app != nullptr) render_own(full, *one.app);
    if (one.what != nullptr) render_resource(full, *one.what);
    return full;
}

json::object render(principal_view const& holder, grant const& one, guid const& tenant) {
    auto const& what = well_known_resources()[one.resource];
    return {{"id", assignment_id(holder.id, one.entry)},
            {"deletedDateTime", nullptr},
            {"appRoleId", to_string(what.roles[one.role].id)},
            {"createdDateTime", long_timestamp(one.created)},
            {"principalDisplayName", holder.name()},
            {"principalId", to_string(holder.id)},
            {"principalType", "ServicePrincipal"},
            {"resourceDisplayName", what.name},
            {"resourceId", to_string(principal_id_in(tenant, what.app_id))}};
}

json::object render_with_secret(credential const& one) {
    auto full = render_credential(one);
    full["secretText"] = std::string_view(one.secret.data(), one.secret.size());
    return full;
}

std::string assignment_id(guid const& principal_id, guid const& entry) {
    std::string bytes;
    for (auto const half : {principal_id.high, principal_id.low, entry.high, entry.low}) {
        for (int shift = 56; shift >= 0; shift -= 8) bytes += static_cast<char>(half >> shift & 0xFF);
    }
    return base64url_encode(bytes);
}

std::optional<std::pair<guid, guid>> parse_assignment_id(std::string_view text) {
    auto const bytes = base64_decode(text);
    if (!bytes || bytes->size() != 32) return std::nullopt;
    std::array<std::uint64_t, 4> halves{};
    for (std::size_t i = 0; i < bytes->size(); ++i) {
        halves[i / 8] = halves[i / 8] << 8 | static_cast<unsigned char>((*bytes)[i]);
    }
    return std::pair(guid{halves[0], halves[1]}, guid{halves[2], halves[3]});
}

std::vector<std::string> selected(call const& about) {
    std::vector<std::string> names;
    auto const* const given = about.where.option("select");
    if (given == nullptr) return names;
    for (std::string_view rest = *given; !rest.empty();) {
        auto one = rest.substr(0, rest.find(','));
        rest.remove_prefix(std::min(rest.size(), one.size() + 1));
        while (one.starts_with(' ')) one.remove_prefix(1);
        while (one.ends_with(' ')) one.remove_suffix(1);
        if (!one.empty()) names.emplace_back(one);
    }
    return names;
}

std::string const* unknown_selection(std::vector<std::string> const& names, json::object const& example) {
    auto const found = std::ranges::find_if(names, [&](auto const& name) { return !example.contains(name); });
    return found == names.end() ? nullptr : &*found;
}

json::object pick(json::object full, std::vector<std::string> const& names) {
    if (names.empty()) return full;
    json::object picked;
    for (auto const& name : names) {
        if (!picked.contains(name)) picked[name] = std::move(full.at(name));
    }
    return picked;
}

reply unknown_property(call const& about, std::string_view property, std::string_view type) {
    return graph_error(
        about, 400, "BadRequest",
        fmt::format("Parsing OData Select and Expand failed: Could not find a property named '{}' on "
                    "type 'microsoft.graph.{}'.",
                    property, type));
}

void add_location(service const& all, call const& about, guid const& id, std::string_view kind, reply& to) {
    if (to.status != 201) return;  // refused over its $select
    to.headers.emplace_back(
        "Location", fmt::format("{}/v2/{}/directoryObjects/{}/Microsoft.DirectoryServices.{}",
                                all.options.base_url, to_string(about.who.tenant), to_string(id), kind));
}

reply entity_reply(call const& about, int status, json::object full, std::string_view set,
                   std::string_view type) {
    auto const names = selected(about);
    if (auto const* const unknown = unknown_selection(names, full))
        return unknown_property(about, *unknown, type);
    auto const chosen = names.empty() ? std::string() : fmt::format("({})", fmt::join(names, ","));
    json::object body{{"@odata.context", metadata_context(fmt::format("{}{}/$entity", set, chosen))}};
    for (auto& [key, value] : pick(std::move(full), names)) body[key] = std::move(value);
    return json_reply(status, body);
}

}  // namespace poolwright::sandbox
