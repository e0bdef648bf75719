#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

// The bytes that the bare load sends: the requests of a provisioning run, as texts. Used by raw_https_load.

namespace poolwright::bench {

struct workload {
    std::string host;
    std::string port;
    std::string client_id;
    std::string client_secret;
    std::int64_t requests = 0;
    int connections = 1;
    bool create = false;
    bool provision = false;
};

constexpr std::int64_t applications_per_tenant = 6;
constexpr std::int64_t requests_per_tenant = 3 + 7 * applications_per_tenant;
constexpr std::string_view graph_id = "00000003-0000-0000-c000-000000000000";
constexpr std::string_view exchange_id = "00000002-0000-0ff1-ce00-000000000000";

// What is known of a tenant once it was entered.
struct tenant_access {
    std::string id;
    std::string bearer;
    std::array<std::pair<std::string, std::string>, 3> roles;  // resource principal and role
};

// The tenant in which that connection works at its request of that number.
std::string tenant_of(int connection, std::int64_t number);

std::string token_request(workload const& of, std::string const& tenant);

// GET /v1.0/organization, or the creation of an application with a secret.
std::string work_request(workload const& of, std::string const& token, int connection, std::int64_t number);

// A call of Graph with the headers that poolwright sends; `start` is "GET /v1.0/…". Without a body: empty.
std::string graph_request(workload const& of, tenant_access const& in, std::string_view start,
                          std::string_view body);

// A token for that API with the secret of an application.
std::string proof_request(workload const& of, tenant_access const& in, std::string_view application_id,
                          std::string_view secret, std::string_view resource_id);

// An application with as much text as poolwright writes into one.
std::string whole_application_body(tenant_access const& in, int connection, std::int64_t number);

}  // namespace poolwright::bench
