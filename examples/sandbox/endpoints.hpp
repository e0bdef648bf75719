#pragma once

#include "examples/sandbox/service.hpp"

// The endpoints, one function each; the table in routes.cpp says which request leads where. A key in the path
// is call::where.keys[0], a second one keys[1].

namespace poolwright::sandbox {

// discovery.cpp: what a client asks before it knows anything
reply get_openid_configuration(service& all, call const& about);
reply get_signing_keys(service& all, call const& about);
reply get_instance_discovery(service& all, call const& about);

// token_endpoint.cpp
reply post_token(service& all, call const& about);

// expiry.cpp: the secret and the certificates of an application that provisions end now
reply expire_identity(service& all, call const& about);

// delegated_tokens.cpp: for a person
reply post_device_code(service& all, call const& about);
reply approve_device(service& all, call const& about);
reply decline_device(service& all, call const& about);
reply revoke_refresh_tokens(service& all, call const& about);

// applications.cpp
reply create_application(service& all, call const& about);
reply get_application(service& all, call const& about);
reply update_application(service& all, call const& about);
reply delete_application(service& all, call const& about);

// application_list.cpp
reply list_applications(service& all, call const& about);
reply count_applications(service& all, call const& about);
reply list_deleted_applications(service& all, call const& about);

// credentials.cpp
reply add_password(service& all, call const& about);
reply remove_password(service& all, call const& about);

// application_key_endpoints.cpp
reply add_key(service& all, call const& about);
reply remove_key(service& all, call const& about);

// federated_credentials.cpp
reply create_federated_credential(service& all, call const& about);
reply list_federated_credentials(service& all, call const& about);
reply get_federated_credential(service& all, call const& about);
reply delete_federated_credential(service& all, call const& about);

// batch.cpp
reply post_batch(service& all, call const& about);

// deleted_items.cpp
reply get_deleted_item(service& all, call const& about);
reply restore_deleted_item(service& all, call const& about);
reply purge_deleted_item(service& all, call const& about);

// principals.cpp
reply create_principal(service& all, call const& about);
reply get_principal(service& all, call const& about);
reply update_principal(service& all, call const& about);
reply delete_principal(service& all, call const& about);

// principal_list.cpp
reply list_principals(service& all, call const& about);
reply count_principals(service& all, call const& about);

// grants.cpp
reply create_assignment(service& all, call const& about);   // …/{client}/appRoleAssignments
reply create_assigned_to(service& all, call const& about);  // …/{resource}/appRoleAssignedTo
reply list_assignments(service& all, call const& about);
reply list_assigned_to(service& all, call const& about);
reply delete_assignment(service& all, call const& about);  // below either

// tenant_facts.cpp
reply get_organization(service& all, call const& about);
reply count_users(service& all, call const& about);

// reports.cpp
reply get_mailbox_counts(service& all, call const& about);
reply get_mailbox_detail(service& all, call const& about);
reply download_report(service& all, call const& about);
reply get_report_settings(service& all, call const& about);

// policies.cpp
reply get_default_management_policy(service& all, call const& about);
reply list_management_policies(service& all, call const& about);

// inspection.cpp: the sandbox's own
reply get_stats(service& all, call const& about);
reply inspect_applications(service& all, call const& about);

}  // namespace poolwright::sandbox
