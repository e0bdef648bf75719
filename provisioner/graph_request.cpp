#include "provisioner/graph_request.hpp"

#include "provisioner/base64.hpp"
#include "provisioner/json_body.hpp"
#include "provisioner/naming.hpp"

#include <boost/json/array.hpp>
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>

namespace poolwright::provisioner {
namespace json = boost::json;
namespace {

constexpr std::string_view version = "/v1.0";

std::string origin(service const& graph) {
    return "https://" + graph.at.authority();
}

http_request call(graph_access const& access, http_method method, std::string_view path) {
    http_request request;
    request.method = method;
    request.to = access.graph->at;
    request.target = access.graph->path;
    request.target += version;
    request.target += path;
    request.bearer = access.bearer;
    request.headers.emplace_back("client-request-id", access.client_request_id);
    return request;
}

http_request post(graph_access const& access, std::string_view path, json::object const& document) {
    auto request = call(access, http_method::post, path);
    request.content_type = "application/json";
    request.body = to_body(document);
    return request;
}

// The page that a reply named: its path and query.
http_request page(graph_access const& access, std::string_view first, std::string_view next) {
    auto request = call(access, http_method::get, first);
    if (is_next_page(*access.graph, next)) {
        request.target = std::string(next.substr(origin(*access.graph).size()));
    }
    return request;
}

std::string timestamp(std::chrono::sys_seconds at) {
    return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::chrono::system_clock::to_time_t(at)));
}

json::object credential(std::chrono::sys_seconds until) {
    return {{"displayName", credential_name}, {"endDateTime", timestamp(until)}};
}

json::object key_credential(std::string_view der) {
    return {{"type", "AsymmetricX509Cert"},
            {"usage", "Verify"},
            {"key", encode_base64(der)},
            {"displayName", credential_name}};
}

json::object key_credential(certificate const& one) {
    auto document = key_credential(one.der());
    document["startDateTime"] = timestamp(one.valid_from());
    document["endDateTime"] = timestamp(one.valid_until());
    return document;
}

http_request replace_certificates(graph_access const& access, guid const& object_id, json::array all) {
    auto request =
        post(access, "/applications/" + to_string(object_id), {{"keyCredentials", std::move(all)}});
    request.method = http_method::patch;
    return request;
}

json::array required_access(application_spec const& spec) {
    json::array resources;
    std::size_t next = 0;
    for (auto const& resource : spec.profile->resources) {
        json::array wanted;
        for (std::size_t i = 0; i < resource.permissions.size(); ++i) {
            wanted.push_back({{"id", to_string((*spec.roles)[next++].role)}, {"type", "Role"}});
        }
        resources.push_back(
            {{"resourceAppId", resource.application_id}, {"resourceAccess", std::move(wanted)}});
    }
    return resources;
}

constexpr std::string_view notes =
    "One of a pool of applications for mailbox backup, made and tended by poolwright. Its tags are how "
    "poolwright knows it: please keep them. To retire it, remove it from the backup product first.";

}  // namespace

bool is_next_page(service const& graph, std::string_view next) {
    auto const visible = [](char c) { return c > ' ' && c < '\x7F'; };
    return next.starts_with(origin(graph) + "/") && std::all_of(next.begin(), next.end(), visible);
}

http_request resource_principal_request(graph_access const& access,
                                        std::string_view resource_application_id) {
    return call(
        access, http_method::get,
        fmt::format("/servicePrincipals(appId='{}')?$select=id,appId,appRoles", resource_application_id));
}

http_request create_application_request(graph_access const& access, application_spec const& spec) {
    json::object document{
        {"displayName", spec.display_name},
        {"uniqueName", unique_name(spec.pool, spec.ordinal)},
        {"signInAudience", "AzureADMyOrg"},
        {"notes", notes},
        {"tags", {tool_tag, std::string(pool_tag_prefix) + spec.pool, intent_tag(spec.intent)}},
        {"requiredResourceAccess", required_access(spec)},
    };
    if (spec.with == nullptr) {
        document["passwordCredentials"] = json::array{credential(spec.credential_until)};
    } else {
        document["keyCredentials"] = json::array{key_credential(*spec.with)};
    }
    if (!spec.redirect_uri.empty()) document["web"] = {{"redirectUris", json::array{spec.redirect_uri}}};
    return post(access, "/applications", document);
}

constexpr std::string_view application_facts =
    "?$select=id,appId,uniqueName,tags,passwordCredentials,keyCredentials";

http_request look_up_application_request(graph_access const& access, std::string_view unique_name) {
    return call(access, http_method::get,
                fmt::format("/applications(uniqueName='{}'){}", unique_name, application_facts));
}

http_request inspect_application_request(graph_access const& access, guid const& object_id) {
    return call(access, http_method::get,
                fmt::format("/applications/{}{}", to_string(object_id), application_facts));
}

http_request list_applications_request(graph_access const& access, std::string_view pool,
                                       std::string_view next) {
    auto const first = fmt::format(
        "/applications?$filter=startswith(uniqueName,'{}-{}-')&$select=id,appId,uniqueName,tags&"
        "$top=999",
        tool_tag, pool);
    return page(access, first, next);
}

http_request default_policy_request(graph_access const& access) {
    return call(access, http_method::get, "/policies/defaultAppManagementPolicy");
}

http_request app_policies_request(graph_access const& access, std::string_view next) {
    return page(access, "/policies/appManagementPolicies", next);
}

http_request directory_size_request(graph_access const& access) {
    return call(access, http_method::get, "/organization?$select=id,directorySizeQuota");
}

http_request search_deleted_request(graph_access const& access, std::string_view next) {
    return page(access,
                "/directory/deletedItems/microsoft.graph.application"
                "?$select=id,appId,uniqueName,tags,deletedDateTime&$top=999",
                next);
}

http_request restore_application_request(graph_access const& access, guid const& object_id) {
    return post(access, fmt::format("/directory/deletedItems/{}/restore", to_string(object_id)), {});
}

http_request add_credential_request(graph_access const& access, guid const& object_id,
                                    std::chrono::sys_seconds until) {
    json::object const document{{"passwordCredential", credential(until)}};
    return post(access, fmt::format("/applications/{}/addPassword", to_string(object_id)), document);
}

http_request remove_credential_request(graph_access const& access, guid const& object_id,
                                       guid const& key_id) {
    json::object const document{{"keyId", to_string(key_id)}};
    return post(access, fmt::format("/applications/{}/removePassword", to_string(object_id)), document);
}

http_request register_certificate_request(graph_access const& access, guid const& object_id,
                                          certificate const& only) {
    return replace_certificates(access, object_id, json::array{key_credential(only)});
}

http_request keep_certificates_request(graph_access const& access, guid const& object_id,
                                       std::vector<registered_certificate> const& kept) {
    json::array all;
    for (auto const& each : kept) {
        auto document = key_credential(each.der);
        document["keyId"] = to_string(each.key_id);
        all.push_back(std::move(document));
    }
    return replace_certificates(access, object_id, std::move(all));
}

http_request create_principal_request(graph_access const& access, guid const& application_id) {
    return post(access, "/servicePrincipals", {{"appId", to_string(application_id)}});
}

http_request look_up_principal_request(graph_access const& access, guid const& application_id) {
    return call(access, http_method::get,
                fmt::format("/servicePrincipals(appId='{}')?$select=id", to_string(application_id)));
}

http_request grant_request(graph_access const& access, guid const& principal_id, app_role const& role) {
    json::object const document{{"principalId", to_string(principal_id)},
                                {"resourceId", to_string(role.resource_principal)},
                                {"appRoleId", to_string(role.role)}};
    return post(access, fmt::format("/servicePrincipals/{}/appRoleAssignments", to_string(principal_id)),
                document);
}

http_request inspect_grants_request(graph_access const& access, guid const& principal_id,
                                    std::string_view next) {
    return page(access, fmt::format("/servicePrincipals/{}/appRoleAssignments", to_string(principal_id)),
                next);
}

http_request mailbox_report_request(graph_access const& access) {
    return call(access, http_method::get, "/reports/getMailboxUsageMailboxCounts(period='D7')");
}

http_request licensed_users_request(graph_access const& access) {
    // Exchange Online Plan 2, Plan 1, Kiosk and Essentials, and the first two for governments
    // (learn.microsoft.com/entra/identity/users/licensing-service-plan-reference).
    static constexpr std::string_view plans[] = {
        "efb87545-963c-4e0d-99df-69c6916d9eb0", "9aaf7827-d63c-4b61-89c3-182f06f82e5c",
        "4a82b400-a79f-41a4-b4e2-e94f5787b113", "1126bef5-da20-4f07-b45e-ad25d2581aa8",
        "8c3069c0-ccdb-44be-ab77-986203a67df2", "e9b4930a-925f-45e2-ac2a-3f7788ca6fdd"};
    std::string path = "/users/$count?$filter=";
    for (auto const plan : plans) {
        path += fmt::format(
            "{}assignedPlans/any(a:a/servicePlanId%20eq%20{}%20and%20a/capabilityStatus%20eq%20'Enabled')",
            plan == plans[0] ? "" : "%20or%20", plan);
    }
    auto request = call(access, http_method::get, path);
    request.headers.emplace_back("ConsistencyLevel", "eventual");
    return request;
}

}  // namespace poolwright::provisioner
