#pragma once

#include "examples/sandbox/access_token.hpp"
#include "examples/sandbox/device_codes.hpp"
#include "examples/sandbox/directory.hpp"
#include "examples/sandbox/enforcement.hpp"
#include "examples/sandbox/report_quotas.hpp"
#include "examples/sandbox/settings.hpp"
#include "examples/sandbox/statistics.hpp"
#include "examples/sandbox/target.hpp"
#include "examples/sandbox/text_sealer.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <optional>

// What every endpoint works on, and what it is told about the request it answers. Made by the model; an
// endpoint is a function of these two.

namespace poolwright::sandbox {

// The state of the whole sandbox.
struct service {
    explicit service(settings given);

    settings options;
    directory objects;
    generator random;
    token_mint tokens;
    text_sealer refresh_tokens;
    text_sealer links;
    device_codes devices;
    enforcement quotas;
    report_quotas reports;
    fault_injector faults;
    statistics counted;
    boost::unordered_flat_map<guid, tenant_fault> unusual_tenants;
    boost::unordered_flat_map<guid, std::int64_t> asked_of_tenant;  // requests that its fault counts
    time_point refresh_tokens_from{};                               // older ones were revoked
    bool clocks_differ = false;                                     // some tenant's clock is wrong

    [[nodiscard]] tenant_fault const& fault_of(guid const& tenant) const noexcept;
    [[nodiscard]] tenant_kind kind_of(guid const& tenant) const noexcept { return fault_of(tenant).kind; }
    [[nodiscard]] identity const* identity_of(guid const& client_id) const noexcept;

    // The secret and the certificates of that identity end at that moment; false if there is no such
    // identity.
    bool end_credentials(guid const& client_id, time_point at) noexcept;

    // The number of users of a tenant, which decides its size class.
    [[nodiscard]] std::int64_t users_of(guid const& tenant) const noexcept;

    // Hands the application as it is now to the journal. Called before the reply to every change.
    void record(application const& app) const;
    void record_erased(application const& app) const;
};

// The tenant of the partner whose applications the others have consented to.
guid partner_tenant();

// The cloud that the tenant lives in.
national_cloud home_of(service const& all, guid const& tenant) noexcept;

// "https://graph.microsoft.com", or what it is called in the cloud that is answered for: the audience of
// tokens.
std::string graph_url(service const& all);

// A directory id, or a domain name: always the same tenant for the same name. Nothing if it is neither.
std::optional<guid> tenant_named(std::string_view name);

// Roles of Microsoft Graph as bits, in the order of its roles in well_known_resources().
using role_bits = std::uint64_t;
role_bits graph_role_bits(std::span<std::string const> names) noexcept;

// Who calls Graph, from the token.
struct caller {
    guid tenant;
    guid client;
    role_bits roles = 0;
};

// One request to Graph or the authority, on its way through an endpoint.
struct call {
    request const& message;
    target const& where;
    time_point now;  // the moment of arrival by the clock of the tenant
    std::chrono::nanoseconds
        duration;  // until the reply is sent: while it lasts, no other write may touch the object
    guid request_id;
    std::string client_request_id;
    caller who;
    time_point arrival;  // by a clock that is right

    [[nodiscard]] std::string_view header(std::string_view name) const noexcept {
        return find_header(message.headers, name);
    }
};

}  // namespace poolwright::sandbox
