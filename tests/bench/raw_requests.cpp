#include "tests/bench/raw_requests.hpp"

#include <fmt/format.h>

namespace poolwright::bench {
namespace {

std::string wire(workload const& of, std::string_view start, std::string_view headers,
                 std::string_view body) {
    return fmt::format("{} HTTP/1.1\r\nHost: {}:{}\r\nContent-Length: {}\r\n{}\r\n{}", start, of.host,
                       of.port, body.size(), headers, body);
}

std::string application_body(int connection, std::int64_t number) {
    return fmt::format(
        R"({{"displayName":"Backup pool exchange {1:04} under load","uniqueName":"load-{0}-{1:04}",)"
        R"("signInAudience":"AzureADMyOrg","tags":["poolwright","poolwright:pool=exchange",)"
        R"("poolwright:intent={0:016x}{1:016x}"],"passwordCredentials":[{{"displayName":"poolwright"}}]}})",
        connection, number);
}

}  // namespace

std::string tenant_of(int connection, std::int64_t number) {
    return fmt::format("{:08x}-0000-4000-8000-{:012x}", connection, number / applications_per_tenant);
}

std::string token_request(workload const& of, std::string const& tenant) {
    auto const body = fmt::format(
        "grant_type=client_credentials&client_id={}&client_secret={}&scope=https%3A%2F%2Fgraph.microsoft.com%"
        "2F."
        "default",
        of.client_id, of.client_secret);
    return wire(of, fmt::format("POST /{}/oauth2/v2.0/token", tenant),
                "Content-Type: application/x-www-form-urlencoded\r\n", body);
}

std::string work_request(workload const& of, std::string const& token, int connection, std::int64_t number) {
    auto const headers = fmt::format("Authorization: Bearer {}\r\nContent-Type: application/json\r\n", token);
    if (!of.create) return wire(of, "GET /v1.0/organization", headers, "");
    return wire(of, "POST /v1.0/applications", headers, application_body(connection, number));
}

std::string graph_request(workload const& of, tenant_access const& in, std::string_view start,
                          std::string_view body) {
    auto const headers = fmt::format(
        "User-Agent: poolwright/0.1.0\r\nAccept: application/json\r\nAuthorization: Bearer {}\r\n"
        "client-request-id: 00000000-0000-4000-8000-000000000000\r\n{}",
        in.bearer, body.empty() ? "" : "Content-Type: application/json\r\n");
    return wire(of, start, headers, body);
}

std::string proof_request(workload const& of, tenant_access const& in, std::string_view application_id,
                          std::string_view secret, std::string_view resource_id) {
    auto const body =
        fmt::format("grant_type=client_credentials&client_id={}&client_secret={}&scope={}%2F.default",
                    application_id, secret, resource_id);
    return wire(of, fmt::format("POST /{}/oauth2/v2.0/token", in.id),
                "User-Agent: poolwright/0.1.0\r\nAccept: application/json\r\n"
                "Content-Type: application/x-www-form-urlencoded\r\n",
                body);
}

std::string whole_application_body(tenant_access const& in, int connection, std::int64_t number) {
    auto body = application_body(connection, number);
    body.pop_back();
    return fmt::format(
        R"({},"notes":"{:-<180}","requiredResourceAccess":[{{"resourceAppId":"{}","resourceAccess":[)"
        R"({{"id":"{}","type":"Role"}}]}},{{"resourceAppId":"{}","resourceAccess":[)"
        R"({{"id":"{}","type":"Role"}},{{"id":"{}","type":"Role"}}]}}]}})",
        body, "", exchange_id, in.roles[0].second, graph_id, in.roles[1].second, in.roles[2].second);
}

}  // namespace poolwright::bench
