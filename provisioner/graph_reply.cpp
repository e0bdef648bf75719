#include "provisioner/graph_reply.hpp"

#include "planner/tenant_cells.hpp"
#include "provisioner/base64.hpp"
#include "provisioner/json_body.hpp"
#include "provisioner/naming.hpp"

#include <boost/json/array.hpp>

#include <algorithm>

namespace poolwright::provisioner {
namespace json = boost::json;
namespace {

guid guid_at(json::object const& object, std::string_view key) noexcept {
    return parse_guid(text_at(object, key)).value_or(guid{});
}

void read_tags(json::object const& document, application_facts& facts) {
    auto const* tags = array_at(document, "tags");
    if (tags == nullptr) return;
    for (auto const& each : *tags) {
        auto const* text = each.if_string();
        if (text == nullptr) continue;
        std::string_view const tag(*text);
        if (tag == tool_tag) facts.ours = true;
        if (tag.starts_with(intent_tag_prefix)) {
            facts.intent = parse_hex(tag.substr(intent_tag_prefix.size())).value_or(guid{});
        }
    }
}

void read_credentials(json::object const& document, application_facts& facts) {
    auto const* credentials = array_at(document, "passwordCredentials");
    if (credentials == nullptr) return;
    for (auto const& each : *credentials) {
        auto const* credential = each.if_object();
        if (credential == nullptr || text_at(*credential, "displayName") != credential_name) continue;
        auto const key = guid_at(*credential, "keyId");
        if (!key.empty()) facts.credentials.push_back(key);
    }
}

void read_certificates(json::object const& document, application_facts& facts) {
    auto const* certificates = array_at(document, "keyCredentials");
    if (certificates == nullptr) return;
    for (auto const& each : *certificates) {
        auto const* one = each.if_object();
        if (one == nullptr) continue;
        facts.certificates.push_back({.key_id = guid_at(*one, "keyId"),
                                      .is_named_ours = text_at(*one, "displayName") == credential_name,
                                      .der = decode_base64(text_at(*one, "key")).value_or(""),
                                      .identifier = std::string(text_at(*one, "customKeyIdentifier"))});
    }
}

// A list in which an entry is no credential, or has no key, does not say which credentials there are: one
// that is to be removed might be passed over.
bool names_every_key(json::object const& document, std::string_view list) {
    auto const* credentials = array_at(document, list);
    if (credentials == nullptr) return true;
    return std::all_of(credentials->begin(), credentials->end(), [](json::value const& each) {
        auto const* credential = each.if_object();
        return credential != nullptr && !guid_at(*credential, "keyId").empty();
    });
}

// Nothing if it lacks one of its two ids: then it is not an application.
std::optional<application_facts> facts_of(json::object const& document) {
    application_facts facts;
    facts.object_id = guid_at(document, "id");
    facts.application_id = guid_at(document, "appId");
    if (facts.object_id.empty() || facts.application_id.empty()) return std::nullopt;
    facts.unique_name = text_at(document, "uniqueName");
    read_tags(document, facts);
    read_credentials(document, facts);
    read_certificates(document, facts);
    return facts;
}

std::optional<json_body> object_of(http_reply const& reply) {
    auto body = json_body::parse(reply.body.reveal());
    if (body && body->object() == nullptr) body.reset();
    return body;
}

created_credential credential_of(json::object const& credential) {
    return {.key_id = guid_at(credential, "keyId"), .secret_text = secret(text_at(credential, "secretText"))};
}

}  // namespace

graph_error read_graph_error(http_reply const& reply) {
    graph_error found;
    auto const body = object_of(reply);
    auto const* error = body ? object_at(*body->object(), "error") : nullptr;
    if (error == nullptr) return found;
    found.code = text_at(*error, "code");
    found.message = text_at(*error, "message");
    auto const* details = array_at(*error, "details");
    auto const* first = details == nullptr || details->empty() ? nullptr : details->front().if_object();
    if (first != nullptr) found.detail = text_at(*first, "code");
    return found;
}

std::optional<created_application> read_created_application(http_reply const& reply) {
    auto const body = object_of(reply);
    if (!body) return std::nullopt;
    auto facts = facts_of(*body->object());
    if (!facts) return std::nullopt;
    created_application created{.facts = std::move(*facts), .key_id = {}, .secret_text = {}};
    auto const* credentials = array_at(*body->object(), "passwordCredentials");
    auto const* first =
        credentials == nullptr || credentials->empty() ? nullptr : credentials->front().if_object();
    if (first == nullptr) return created;
    auto credential = credential_of(*first);
    if (credential.key_id.empty() || credential.secret_text.empty()) return created;
    created.key_id = credential.key_id;
    created.secret_text = std::move(credential.secret_text);
    return created;
}

std::optional<application_facts> read_application(http_reply const& reply) {
    auto const body = object_of(reply);
    if (!body || !names_every_key(*body->object(), "passwordCredentials") ||
        !names_every_key(*body->object(), "keyCredentials"))
        return std::nullopt;
    return facts_of(*body->object());
}

std::optional<application_page> read_application_page(http_reply const& reply) {
    auto const body = object_of(reply);
    auto const* values = body ? array_at(*body->object(), "value") : nullptr;
    if (values == nullptr) return std::nullopt;
    application_page page;
    page.next = text_at(*body->object(), "@odata.nextLink");
    for (auto const& each : *values) {
        auto const* document = each.if_object();
        auto facts = document == nullptr ? std::nullopt : facts_of(*document);
        if (facts) page.applications.push_back(std::move(*facts));
    }
    return page;
}

std::optional<created_credential> read_created_credential(http_reply const& reply) {
    auto const body = object_of(reply);
    if (!body) return std::nullopt;
    auto credential = credential_of(*body->object());
    if (credential.key_id.empty() || credential.secret_text.empty()) return std::nullopt;
    return credential;
}

guid read_object_id(http_reply const& reply) {
    auto const body = object_of(reply);
    return body ? guid_at(*body->object(), "id") : guid{};
}

boost::system::result<std::vector<app_role>, unknown_permission> read_roles(
    http_reply const& reply, planner::profile_resource const& wanted) {
    auto const body = object_of(reply);
    auto const principal = body ? guid_at(*body->object(), "id") : guid{};
    auto const* offered = body ? array_at(*body->object(), "appRoles") : nullptr;
    if (principal.empty() || offered == nullptr) return unknown_permission(std::string());
    std::vector<app_role> roles;
    for (auto const& name : wanted.permissions) {
        auto const found = std::find_if(offered->begin(), offered->end(), [&](json::value const& each) {
            auto const* role = each.if_object();
            return role != nullptr && text_at(*role, "value") == name && !guid_at(*role, "id").empty();
        });
        if (found == offered->end()) return unknown_permission(name);
        roles.push_back({.resource_principal = principal, .role = guid_at(found->get_object(), "id")});
    }
    return roles;
}

std::optional<directory_size> read_directory_size(http_reply const& reply) {
    auto const body = object_of(reply);
    auto const* const values = body ? array_at(*body->object(), "value") : nullptr;
    auto const* const first = values != nullptr && !values->empty() ? values->front().if_object() : nullptr;
    auto const* const quota = first == nullptr ? nullptr : object_at(*first, "directorySizeQuota");
    if (quota == nullptr) return std::nullopt;
    auto const* const used = quota->if_contains("used");
    auto const* const total = quota->if_contains("total");
    if (used == nullptr || !used->is_int64() || total == nullptr || !total->is_int64()) return std::nullopt;
    return directory_size{.used = used->get_int64(), .total = total->get_int64()};
}

std::optional<grant_page> read_grant_page(http_reply const& reply) {
    auto const body = object_of(reply);
    auto const* values = body ? array_at(*body->object(), "value") : nullptr;
    if (values == nullptr) return std::nullopt;
    grant_page page;
    page.next = text_at(*body->object(), "@odata.nextLink");
    for (auto const& each : *values) {
        auto const* grant = each.if_object();
        if (grant == nullptr) continue;
        page.grants.push_back(
            {.resource_principal = guid_at(*grant, "resourceId"), .role = guid_at(*grant, "appRoleId")});
    }
    return page;
}

std::optional<std::int64_t> read_count(http_reply const& reply) {
    constexpr std::string_view mark = "\xef\xbb\xbf";  // which Graph is known to send
    auto text = reply.body.reveal();
    if (text.starts_with(mark)) text.remove_prefix(mark.size());
    text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
    text = text.substr(0, text.find_last_not_of(" \t\r\n") + 1);
    auto const number = planner::read_mailboxes(text);
    return number ? std::optional(*number) : std::nullopt;
}

}  // namespace poolwright::provisioner
