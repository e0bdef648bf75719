#include "examples/sandbox/application_body.hpp"

#include "examples/sandbox/encoding.hpp"
#include "examples/sandbox/guid.hpp"
#include "examples/sandbox/timestamps.hpp"

#include <boost/json/array.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <span>

namespace poolwright::sandbox {
namespace {

namespace json = boost::json;

bool is_text(json::value const& value, std::size_t shortest, std::size_t longest) {
    if (!value.is_string()) return false;
    auto const size = value.get_string().size();
    return size >= shortest && size <= longest;
}

bool is_optional_text(json::value const& value, std::size_t longest) {
    return value.is_null() || is_text(value, 0, longest);
}

bool all_of_array(json::value const& value, std::size_t most, bool (*check)(json::value const&)) {
    return value.is_array() && value.get_array().size() <= most &&
           std::ranges::all_of(value.get_array(), check);
}

// Each tag 1 to 256 characters without white space, no two alike (resource page of application).
bool are_tags(json::value const& value) {
    auto const is_tag = [](json::value const& tag) {
        return is_text(tag, 1, 256) &&
               std::string_view(tag.get_string()).find_first_of(" \t\r\n\v\f") == std::string_view::npos;
    };
    if (!all_of_array(value, 100, is_tag)) return false;
    std::set<std::string_view> seen;
    return std::ranges::all_of(value.get_array(),
                               [&](json::value const& tag) { return seen.insert(tag.get_string()).second; });
}

bool is_audience(json::value const& value) {
    static constexpr std::array<std::string_view, 4> known{"AzureADMyOrg", "AzureADMultipleOrgs",
                                                           "AzureADandPersonalMicrosoftAccount",
                                                           "PersonalMicrosoftAccount"};
    return value.is_string() && std::ranges::find(known, std::string_view(value.get_string())) != known.end();
}

bool is_local(std::string_view uri) {
    auto const host = uri.substr(std::string_view("http://").size());
    return host.starts_with("localhost") || host.starts_with("127.0.0.1");
}

// At most 256 characters, https except on this machine, none of !$'(),; (validation page of supported account
// types).
bool is_redirect_uri(json::value const& value) {
    if (!is_text(value, 1, 256)) return false;
    std::string_view const uri = value.get_string();
    if (uri.find_first_of("!$'(),; *") != std::string_view::npos) return false;
    if (uri.starts_with("https://")) return uri.size() > 8;
    return uri.starts_with("http://") && is_local(uri);
}

bool is_web(json::value const& value) {
    auto const* const web = value.if_object();
    if (web == nullptr) return false;
    auto const* const uris = web->if_contains("redirectUris");
    return uris == nullptr || all_of_array(*uris, 256, is_redirect_uri);
}

bool is_guid(json::object const& object, std::string_view key) {
    auto const* const value = object.if_contains(key);
    return value != nullptr && value->is_string() &&
           parse_guid(std::string_view(value->get_string())).has_value();
}

bool is_access(json::value const& value) {
    auto const* const access = value.if_object();
    if (access == nullptr || !is_guid(*access, "id")) return false;
    auto const* const type = access->if_contains("type");
    return type != nullptr && (*type == "Role" || *type == "Scope");
}

bool is_resource_access(json::value const& value) {
    auto const* const resource = value.if_object();
    if (resource == nullptr || !is_guid(*resource, "resourceAppId")) return false;
    auto const* const access = resource->if_contains("resourceAccess");
    return access != nullptr && all_of_array(*access, 400, is_access);
}

// 50 resources and 400 permissions at most (Entra service limits).
bool is_required_access(json::value const& value) {
    if (!all_of_array(value, 50, is_resource_access)) return false;
    std::size_t permissions = 0;
    for (auto const& each : value.get_array()) permissions += each.at("resourceAccess").get_array().size();
    return permissions <= 400;
}

bool is_optional_date(json::object const& object, std::string_view key) {
    auto const* const value = object.if_contains(key);
    return value == nullptr || value->is_null() ||
           (value->is_string() && parse_timestamp(std::string_view(value->get_string())));
}

bool is_password(json::value const& value) {
    auto const* const one = value.if_object();
    if (one == nullptr || one->contains("secretText") || one->contains("keyId")) return false;
    auto const* const name = one->if_contains("displayName");
    return (name == nullptr || is_optional_text(*name, 256)) && is_optional_date(*one, "startDateTime") &&
           is_optional_date(*one, "endDateTime");
}

// An entry that brings no key names the one that is to stay.
bool brings_or_names_key(json::object const& one) {
    auto const* const key = one.if_contains("key");
    if (key == nullptr || key->is_null()) return is_guid(one, "keyId");
    return is_text(*key, 1, 100'000) && base64_decode(key->get_string());
}

bool is_certificate(json::value const& value) {
    auto const* const one = value.if_object();
    if (one == nullptr || !brings_or_names_key(*one) || !is_optional_date(*one, "startDateTime") ||
        !is_optional_date(*one, "endDateTime")) {
        return false;
    }
    auto const* const type = one->if_contains("type");
    auto const* const usage = one->if_contains("usage");
    return type != nullptr && *type == "AsymmetricX509Cert" && usage != nullptr && *usage == "Verify";
}

struct rule {
    std::string_view property;
    bool (*accepts)(json::value const&);
};

bool is_anything(json::value const&) {
    return true;
}
bool is_flag(json::value const& value) {
    return value.is_bool() || value.is_null();
}
bool is_object(json::value const& value) {
    return value.is_object() || value.is_null();
}
bool is_list(json::value const& value) {
    return value.is_array();
}
bool is_long_text(json::value const& value) {
    return is_optional_text(value, 1024);
}

constexpr auto application_rules = std::to_array<rule>({
    {"displayName", [](json::value const& value) { return is_text(value, 1, 256); }},
    {"uniqueName", [](json::value const& value) { return value.is_null() || is_text(value, 1, 256); }},
    {"tags", are_tags},
    {"signInAudience", is_audience},
    {"description", is_long_text},
    {"notes", is_long_text},
    {"web", is_web},
    {"requiredResourceAccess", is_required_access},
    {"passwordCredentials", [](json::value const& value) { return all_of_array(value, 50, is_password); }},
    {"keyCredentials", [](json::value const& value) { return all_of_array(value, 50, is_certificate); }},
    {"addIns", is_list},
    {"api", is_object},
    {"appRoles", is_list},
    {"defaultRedirectUri", is_long_text},
    {"groupMembershipClaims", is_long_text},
    {"identifierUris", is_list},
    {"info", is_object},
    {"isDeviceOnlyAuthSupported", is_flag},
    {"isDisabled", is_flag},
    {"isFallbackPublicClient", is_flag},
    {"optionalClaims", is_object},
    {"parentalControlSettings", is_object},
    {"publicClient", is_object},
    {"requestSignatureVerification", is_object},
    {"samlMetadataUrl", is_long_text},
    {"serviceManagementReference", is_long_text},
    {"servicePrincipalLockConfiguration", is_object},
    {"spa", is_object},
    {"tokenEncryptionKeyId", is_anything},
    {"windows", is_object},
});

constexpr auto principal_rules = std::to_array<rule>({
    {"appId", [](json::value const& value) { return value.is_string(); }},
    {"accountEnabled", [](json::value const& value) { return value.is_bool(); }},
    {"appRoleAssignmentRequired", [](json::value const& value) { return value.is_bool(); }},
    {"tags", are_tags},
    {"description", is_long_text},
    {"notes", is_long_text},
    {"homepage", is_long_text},
    {"loginUrl", is_long_text},
    {"preferredSingleSignOnMode", is_long_text},
    {"notificationEmailAddresses", is_list},
});

constexpr auto read_only = std::to_array<std::string_view>(
    {"id", "appId", "createdDateTime", "deletedDateTime", "publisherDomain", "createdByAppId",
     "applicationTemplateId", "verifiedPublisher", "certification"});

std::optional<body_problem> check(json::object const& body, std::span<rule const> rules,
                                  std::string_view type) {
    for (auto const& [name, value] : body) {
        std::string const property(name);
        auto const found = std::ranges::find(rules, std::string_view(property), &rule::property);
        if (property.find('@') != std::string::npos || (found != rules.end() && found->accepts(value)))
            continue;
        if (found != rules.end()) {
            return body_problem{
                fmt::format("Invalid value specified for property '{}' of resource '{}'.", property, type),
                "InvalidValue", property};
        }
        if (std::ranges::find(read_only, std::string_view(property)) != read_only.end()) {
            return body_problem{fmt::format("Property '{}' is read-only and cannot be set.", property),
                                "ReadOnlyProperty", property};
        }
        return body_problem{fmt::format("Invalid property '{}'.", property), "InvalidProperty", property};
    }
    return std::nullopt;
}

}  // namespace

std::optional<body_problem> check_application(json::object const& body) {
    return check(body, application_rules, "Application");
}

std::optional<body_problem> check_principal(json::object const& body) {
    return check(body, principal_rules, "ServicePrincipal");
}

bool is_kept_as_given(std::string_view property) {
    static constexpr std::array<std::string_view, 6> apart{
        "displayName", "uniqueName", "tags", "passwordCredentials", "keyCredentials", "accountEnabled"};
    return std::ranges::find(apart, property) == apart.end() && property != "appId" &&
           property.find('@') == std::string_view::npos;
}

void merge(json::value& into, json::value const& from) {
    if (!into.is_object() || !from.is_object()) {
        into = from;
        return;
    }
    auto& target = into.get_object();
    for (auto const& [key, value] : from.get_object()) merge(target[key], value);
}

}  // namespace poolwright::sandbox
