#pragma once

#include "examples/sandbox/faults.hpp"
#include "examples/sandbox/trusted_keys.hpp"
#include "throttle/limits.hpp"

#include <functional>
#include <optional>

// How a sandbox behaves. Filled by the options of graph-sandbox or by a test.

namespace poolwright::sandbox {

// An application of another tenant that every tenant has consented to, known by its secret, a certificate or
// the token of another issuer: the identity that provisions.
struct identity {
    guid client_id;
    std::string secret;
    std::string name;
    std::vector<std::string> roles;  // application roles of Microsoft Graph, by name
    std::vector<key_credential> certificates = {};
    std::vector<federated_credential> federated = {};
    time_point secret_ends = never;
    std::vector<std::string> scopes = {};  // delegated permissions of Microsoft Graph, by name
    bool is_public = false;                // has no credential and can only act for a person
};

// What provisioning needs (Application.ReadWrite.OwnedBy, AppRoleAssignment.ReadWrite.All,
// Application.Read.All), and the four roles that only read and that a preflight and the counting of mailboxes
// use (Organization.Read.All, Policy.Read.All, Reports.Read.All, User.Read.All).
std::vector<std::string> provisioning_roles();

// The same for a person of the partner, to whom the tenants delegated it.
std::vector<std::string> provisioning_scopes();

struct settings {
    std::vector<identity> identities;
    std::vector<external_issuer> issuers;  // whose tokens a federated credential can name
    throttle::limits limits = throttle::published_limits();
    std::chrono::nanoseconds latency{0};          // how long every request takes
    std::chrono::nanoseconds replication_lag{0};  // typical; every object draws 0.5 … 1.5 times as much
    std::chrono::nanoseconds secret_lag{0};       // the same, until the token endpoint knows a new secret
    std::uint64_t seed = 1;
    fault_plan faults;
    national_cloud cloud = national_cloud::global;  // which it answers as
    std::string base_url = "https://localhost";     // in links and in the authority's documents
    std::chrono::seconds device_interval{5};        // between two questions for a person's consent
    std::optional<throttle::quota> token_requests;  // of one client in one tenant; none: not limited
    std::optional<std::int64_t> users;              // of every tenant; none: drawn from its id, 10 … 5,000
    std::int64_t directory_quota = 300'000;         // objects per tenant, with a verified domain
    std::function<void(std::string_view line)> journal =
        {};  // told of every change before its reply; empty: nobody is
};

}  // namespace poolwright::sandbox
