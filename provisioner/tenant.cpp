#include "provisioner/tenant.hpp"

#include "provisioner/graph_reply.hpp"
#include "provisioner/managed_identity.hpp"
#include "provisioner/refresh_tokens.hpp"
#include "provisioner/rights.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>
#include <stdexcept>

namespace poolwright::provisioner {
namespace {

constexpr std::string_view graph_application_id = "00000003-0000-0000-c000-000000000000";

// A token is replaced well before it ends, so that no call that waits for its turn meets the end: after nine
// tenths of its life.
std::chrono::steady_clock::time_point renewal(access_token const& token,
                                              std::chrono::steady_clock::time_point now) {
    return now + token.expires_in - token.expires_in / 10;
}

// Nothing if it is none.
std::optional<access_token> token_in(http_reply const& reply, client_identity const& identity,
                                     std::chrono::system_clock::time_point wall) {
    if (identity.itself != nullptr) {
        auto token = read_managed_reply(reply, wall);
        return token ? std::optional(std::move(*token)) : std::nullopt;
    }
    auto token = read_token_reply(reply);
    return token ? std::optional(std::move(*token)) : std::nullopt;
}

std::string remedy_for(tenant_access const& access, client_identity const& identity) {
    if (identity.itself != nullptr) return std::string(managed_identity_remedy);
    return "an administrator consents at " +
           admin_consent_url(access.services.authority, to_string(access.directory_id), identity.client_id);
}

judgement token_obtained(tenant_access& access, client_identity const& identity, http_reply const& reply,
                         std::chrono::steady_clock::time_point now,
                         std::chrono::system_clock::time_point wall) {
    auto token = token_in(reply, identity, wall);
    // A token without a life would be replaced at once, again and again.
    if (!token || token->expires_in <= std::chrono::seconds(0)) return garbled(step::obtain_token);
    if (identity.person != nullptr && token->refresh_token != nullptr)
        identity.person->renewed(std::move(token->refresh_token));
    access.rights = token->roles;
    if (auto const missing = missing_rights(token->roles, token->delegated); !missing.empty()) {
        access.insufficient = std::move(token->text);
        return stop(meaning::identity_refused,
                    fmt::format("the provisioning application lacks {} in this tenant; {}",
                                fmt::join(missing, ", "), remedy_for(access, identity)));
    }
    access.renew_at = renewal(*token, now);
    access.bearer = std::move(token->text);
    return {};
}

judgement roles_resolved(tenant_access& access, planner::profile_resource const& resource,
                         http_reply const& reply) {
    auto roles = read_roles(reply, resource);
    if (roles.has_error()) {
        auto const& name = roles.error().name;
        if (name.empty()) return garbled(step::resolve_roles);
        return stop(meaning::tenant_refused,
                    fmt::format("{} has no application permission {} in this tenant: mend the profile",
                                resource.name, name));
    }
    access.roles.insert(access.roles.end(), roles->begin(), roles->end());
    ++access.resources_resolved;
    return {};
}

}  // namespace

step next_step(tenant_access const& access, planner::permission_profile const& profile) {
    if (access.bearer == nullptr) return step::obtain_token;
    if (access.resources_resolved < profile.resources.size()) return step::resolve_roles;
    return step::finished;
}

http_request request_for(step next, tenant_access const& access, planner::permission_profile const& profile,
                         client_identity const& identity, guid const& number,
                         std::chrono::system_clock::time_point wall) {
    if (next == step::obtain_token && identity.itself != nullptr) {
        return identity.itself->platform.token_request(access.services.graph.url(),
                                                       identity.itself->client_id);
    }
    if (next == step::obtain_token) {
        token_question const what{.authority = &access.services.authority,
                                  .directory = access.directory_id,
                                  .client_id = identity.client_id,
                                  .resource_application_id = graph_application_id,
                                  .number = number,
                                  .now = std::chrono::floor<std::chrono::seconds>(wall),
                                  .refresh_token = identity.person ? identity.person->newest() : nullptr};
        return token_request(what, identity.credential);
    }
    if (next != step::resolve_roles) throw std::logic_error("no request for a tenant's step");
    graph_access const graph{
        .graph = &access.services.graph, .bearer = access.bearer, .client_request_id = to_string(number)};
    return resource_principal_request(graph, profile.resources[access.resources_resolved].application_id);
}

judgement absorb(step answered, tenant_access& access, planner::permission_profile const& profile,
                 client_identity const& identity, round_trip_result const& result,
                 std::chrono::steady_clock::time_point now, std::chrono::system_clock::time_point wall) {
    auto found = judge(answered, result, wall);
    if (answered == step::obtain_token) {
        if (found.what != meaning::done) return found;
        return token_obtained(access, identity, *result, now, wall);
    }
    auto const& resource = profile.resources[access.resources_resolved];
    if (found.what == meaning::done) return roles_resolved(access, resource, *result);
    // Its number alone says nothing to people.
    if (found.what == meaning::tenant_refused) found.why = fmt::format("{}: {}", resource.name, found.why);
    return found;
}

bool refuse_bearer(tenant_access& access, secret const* refused) {
    // A call that was in flight while another one's 401 led to a new token.
    if (access.bearer.get() != refused) return true;
    if (access.bearer_refused) return false;
    access.bearer_refused = true;
    access.bearer = nullptr;
    return true;
}

}  // namespace poolwright::provisioner
