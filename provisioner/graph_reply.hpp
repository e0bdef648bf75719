#pragma once

#include "planner/permission_profile.hpp"
#include "provisioner/graph_request.hpp"
#include "provisioner/guid.hpp"
#include "provisioner/http_message.hpp"

#include <boost/system/result.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Microsoft Graph v1.0 on the wire: what the replies say. Readers of successful replies give nothing when the
// body is not what was asked for; unknown fields are passed over.

namespace poolwright::provisioner {

// The error object of a refusal; all empty if the body has none.
struct graph_error {
    std::string code;
    std::string message;
    std::string detail;  // the code of the first entry of `details`
};

graph_error read_graph_error(http_reply const& reply);

// A certificate of an application.
struct listed_certificate {
    guid key_id;
    bool is_named_ours = false;  // `poolwright`
    std::string der;             // empty: the reply does not show it
    std::string identifier;      // customKeyIdentifier
};

// An application, as far as poolwright wants to know.
struct application_facts {
    guid object_id;
    guid application_id;
    std::string unique_name;
    bool ours = false;                             // carries the tag `poolwright`
    guid intent;                                   // empty: no intent tag
    std::vector<guid> credentials;                 // key ids of the secrets that are named `poolwright`
    std::vector<listed_certificate> certificates;  // all of them
};

// The reply to a create: the only copy of the secret that was made with it.
struct created_application {
    application_facts facts;
    guid key_id;
    secret secret_text;  // empty: the reply had none
};
std::optional<created_application> read_created_application(http_reply const& reply);
std::optional<application_facts> read_application(http_reply const& reply);

// A page of applications and the address of the next page; empty: the last.
struct application_page {
    std::vector<application_facts> applications;
    std::string next;
};
std::optional<application_page> read_application_page(http_reply const& reply);

// The reply to addPassword.
struct created_credential {
    guid key_id;
    secret secret_text;
};
std::optional<created_credential> read_created_credential(http_reply const& reply);

// The object id of a service principal; empty if there is none.
guid read_object_id(http_reply const& reply);

// The roles of an API that the profile names, or the first name that the API does not have.
struct unknown_permission {
    unknown_permission() = default;  // only because result::error() asks for it
    explicit unknown_permission(std::string name_) : name(std::move(name_)) {}
    std::string name;  // empty: the reply is not a service principal
};
boost::system::result<std::vector<app_role>, unknown_permission> read_roles(
    http_reply const& reply, planner::profile_resource const& wanted);

// How many objects a directory holds, and may hold.
struct directory_size {
    std::int64_t used = 0;
    std::int64_t total = 0;
};
std::optional<directory_size> read_directory_size(http_reply const& reply);

// A page of app role assignments.
struct grant_page {
    std::vector<app_role> grants;
    std::string next;
};
std::optional<grant_page> read_grant_page(http_reply const& reply);

// The reply to a $count, a number as text: 0 … planner::most_mailboxes.
std::optional<std::int64_t> read_count(http_reply const& reply);

}  // namespace poolwright::provisioner
