#pragma once

#include "planner/permission_profile.hpp"
#include "provisioner/certificate.hpp"
#include "provisioner/cloud.hpp"
#include "provisioner/guid.hpp"
#include "provisioner/http_message.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

// Microsoft Graph v1.0 on the wire: what is asked. Pure functions from facts to a request; what the replies
// say is read in graph_reply.hpp.

namespace poolwright::provisioner {

// Where a call goes and with whose token.
struct graph_access {
    service const* graph = nullptr;
    std::shared_ptr<secret const> bearer;
    std::string client_request_id;  // a fresh GUID for each request, as Graph's best practices ask
};

// A permission of the profile as this tenant knows it.
struct app_role {
    guid resource_principal;  // object id of the API's service principal in the tenant
    guid role;

    bool operator==(app_role const&) const = default;
};

// Everything that a new application is made with.
struct application_spec {
    std::string pool;
    std::int32_t ordinal = 0;
    guid intent;
    std::string display_name;
    std::string redirect_uri;                   // empty: none
    std::chrono::sys_seconds credential_until;  // of a secret
    certificate const* with = nullptr;          // in the place of a secret
    planner::permission_profile const* profile = nullptr;
    std::vector<app_role> const* roles = nullptr;  // in the order of the profile
};

// The service principal of an API in the tenant, with its application permissions.
http_request resource_principal_request(graph_access const& access, std::string_view resource_application_id);

http_request create_application_request(graph_access const& access, application_spec const& spec);
http_request look_up_application_request(graph_access const& access, std::string_view unique_name);
http_request inspect_application_request(graph_access const& access, guid const& object_id);

// True if the address that a reply named for its next page is one of this Graph's; the bearer token goes to
// no other.
bool is_next_page(service const& graph, std::string_view next);

// The applications of that pool by their unique names, page by page as below.
http_request list_applications_request(graph_access const& access, std::string_view pool,
                                       std::string_view next);

// The app management policy for all applications, and those for single ones, page by page as below.
http_request default_policy_request(graph_access const& access);
http_request app_policies_request(graph_access const& access, std::string_view next);

// How many objects the directory holds, and may hold.
http_request directory_size_request(graph_access const& access);

// The deleted applications, page by page: `next` is the address of the page that an earlier reply named,
// empty for the first.
http_request search_deleted_request(graph_access const& access, std::string_view next);
http_request restore_application_request(graph_access const& access, guid const& object_id);

http_request add_credential_request(graph_access const& access, guid const& object_id,
                                    std::chrono::sys_seconds until);
http_request remove_credential_request(graph_access const& access, guid const& object_id, guid const& key_id);

// A certificate that an application has already.
struct registered_certificate {
    guid key_id;
    std::string der;
};

// These take the place of all certificates that the application has: Graph adds a single one only to what
// proves itself by another, and has no other way to remove one.
http_request register_certificate_request(graph_access const& access, guid const& object_id,
                                          certificate const& only);
http_request keep_certificates_request(graph_access const& access, guid const& object_id,
                                       std::vector<registered_certificate> const& kept);

http_request create_principal_request(graph_access const& access, guid const& application_id);
http_request look_up_principal_request(graph_access const& access, guid const& application_id);

http_request grant_request(graph_access const& access, guid const& principal_id, app_role const& role);
http_request inspect_grants_request(graph_access const& access, guid const& principal_id,
                                    std::string_view next);

// The mailboxes of the last week by day (Reports.Read.All; in the global cloud only). Graph answers with the
// address of the report, which mailbox_report.hpp asks for.
http_request mailbox_report_request(graph_access const& access);

// How many users have a plan with a mailbox (User.Read.All). The filter is an advanced one, which the index
// behind ConsistencyLevel answers.
http_request licensed_users_request(graph_access const& access);

}  // namespace poolwright::provisioner
