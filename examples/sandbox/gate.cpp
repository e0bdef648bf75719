#include "examples/sandbox/gate.hpp"

#include "examples/sandbox/authority.hpp"
#include "examples/sandbox/principal_view.hpp"
#include "examples/sandbox/tenant_faults.hpp"
#include "examples/sandbox/timestamps.hpp"

#include <fmt/format.h>

#include <charconv>

namespace poolwright::sandbox {
namespace {

namespace json = boost::json;

constexpr double warn_from = 0.8;  // the share from which x-ms-throttle-limit-percentage is sent
constexpr double highest_percentage = 1.8;

reply unauthorized(call const& about, std::string_view text,
                   std::string_view code = "InvalidAuthenticationToken") {
    auto made = graph_error(about, 401, code, text);
    made.headers.emplace_back(
        "WWW-Authenticate",
        R"(Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/)"
        R"(authorize", client_id="00000003-0000-0000-c000-000000000000")");
    return made;
}

std::string_view text_of(token_problem problem) {
    switch (problem) {
        case token_problem::malformed:
            return "CompactToken parsing failed with error code: 80049217";
        case token_problem::bad_signature:
            return "Access token validation failure. Invalid signature.";
        case token_problem::expired:
            break;
    }
    return "Access token has expired or is not yet valid.";
}

bool is_for_graph(service const& all, std::string const& audience) {
    return audience == graph_url(all) ||
           parse_guid(audience) == well_known_resources()[microsoft_graph].app_id;
}

bool is_known_caller(service& all, token_claims const& claims, time_point now) {
    return all.identity_of(claims.client) != nullptr ||
           find_principal(all, claims.tenant, {"appId", to_string(claims.client)}, now).has_value();
}

// Valid by the clock of the tenant that issued it, which is known only from the token.
boost::system::result<token_claims, token_problem> check_token(service const& all, call& about,
                                                               std::string_view token) {
    if (!all.clocks_differ) return all.tokens.check(token, about.now);
    auto claims = all.tokens.check(token, time_point{});
    if (!claims) return claims;
    set_clock(all, about, claims->tenant);
    return all.tokens.check(token, about.now);
}

// What the caller may do now; an application of others may have lost its consent since the token was issued.
role_bits permissions_of(service& all, token_claims const& claims) {
    auto const bits = graph_role_bits(claims.roles) | graph_role_bits(claims.scopes);
    if (all.identity_of(claims.client) == nullptr) return bits;
    count_consented_request(all, claims.tenant);
    return is_consented(all, claims.tenant) ? bits : 0;
}

throttle::tenant_size size_of(std::int64_t users) {
    if (users < 50) return throttle::tenant_size::S;
    return users <= 500 ? throttle::tenant_size::M : throttle::tenant_size::L;
}

// The documented sample keeps text and date inside innerError; the others were seen in the field.
json::object throttled_body(service& all, call const& about) {
    json::object inner{{"date", zoneless_timestamp(about.now)},
                       {"request-id", to_string(about.request_id)},
                       {"client-request-id", about.client_request_id}};
    switch (all.random.below(4)) {
        case 0:
            inner["code"] = "429";
            inner["status"] = "429";
            inner["message"] = "Please retry after";
            return {
                {"code", "TooManyRequests"}, {"innerError", inner}, {"message", "Please retry again later."}};
        case 1:
            return {{"code", "TooManyRequests"},
                    {"message", fmt::format("Too many requests from Identifier:{} under category:"
                                            "aadgraph.app.tenant_large. Please try again later.",
                                            to_string(about.who.client))},
                    {"innerError", inner}};
        case 2:
            return {{"code", "UnknownError"}, {"message", ""}, {"innerError", inner}};
        default:
            return {{"code", "TooManyRequests"},
                    {"message", "Too many requests. Please try again later."},
                    {"innerError", inner}};
    }
}

reply throttled(service& all, call const& about) {
    return json_reply(429, {{"error", throttled_body(all, about)}});
}

// What a status is called when a fault names no code.
std::string_view usual_code(int status) {
    switch (status) {
        case 401:
            return "InvalidAuthenticationToken";
        case 403:
            return "Authorization_RequestDenied";
        case 404:
            return "Request_ResourceNotFound";
        case 409:
            return "Directory_ConcurrencyViolation";
        case 500:
            return "InternalServerError";
        case 503:
            return "serviceNotAvailable";
        default:
            return status < 500 ? "Request_BadRequest" : "UnknownError";
    }
}

// Remembers until when the caller was told to wait, if that is a number of seconds.
void hold_caller(service& all, call const& about, std::string_view retry_after) {
    double seconds = 0;
    auto const [stop, error] =
        std::from_chars(retry_after.data(), retry_after.data() + retry_after.size(), seconds);
    if (error != std::errc() || stop != retry_after.data() + retry_after.size()) return;
    auto const wait =
        std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::duration<double>(seconds));
    all.quotas.hold(about.who.client, about.who.tenant, about.arrival, about.arrival + wait);
}

void add_throttle_headers(reply& made, std::string_view scope, std::string_view information) {
    made.headers.emplace_back("x-ms-throttle-scope", scope);
    made.headers.emplace_back("x-ms-throttle-information", information);
}

reply planted_graph_reply(service& all, call const& about, fault const& what) {
    if (what.status != 429 || !what.code.empty()) {
        return graph_error(about, what.status, what.code.empty() ? usual_code(what.status) : what.code,
                           what.message);
    }
    auto made = throttled(all, about);
    add_throttle_headers(made,
                         fmt::format("Tenant_Application/ReadWrite/{}/{}", to_string(about.who.client),
                                     to_string(about.who.tenant)),
                         "CPULimitExceeded");
    hold_caller(all, about, what.retry_after);
    return made;
}

}  // namespace

std::optional<reply> authenticate(service& all, call& about) {
    auto const header = about.header("Authorization");
    if (!header.starts_with("Bearer ") || header.size() == 7)
        return unauthorized(about, "Access token is empty.");
    auto const claims = check_token(all, about, header.substr(7));
    if (!claims) return unauthorized(about, text_of(claims.error()));
    if (!is_for_graph(all, claims->audience)) {
        return unauthorized(about, "Access token validation failure. Invalid audience.");
    }
    if (!is_known_caller(all, *claims, about.now)) {
        return unauthorized(about, "The identity of the calling application could not be established.",
                            "Authorization_IdentityNotFound");
    }
    about.who = {claims->tenant, claims->client, permissions_of(all, *claims)};
    return std::nullopt;
}

std::optional<reply> charge(service& all, call const& about, route const& which, header_list& spent) {
    auto const cost = cost_of(which, about.where);
    if (cost.resource_units == 0) return std::nullopt;
    auto const result = all.quotas.admit(about.who.client, about.who.tenant,
                                         size_of(all.users_of(about.who.tenant)), cost, about.arrival);
    if (result.early) ++all.counted.early_calls;
    spent.emplace_back("x-ms-resource-unit", std::to_string(cost.resource_units));
    if (result.used > warn_from) {
        spent.emplace_back("x-ms-throttle-limit-percentage",
                           fmt::format("{:.2f}", std::min(result.used, highest_percentage)));
    }
    if (!result.refused) return std::nullopt;
    auto made = throttled(all, about);
    made.headers.emplace_back("Retry-After", std::to_string(result.refused->retry_after));
    add_throttle_headers(made, result.refused->scope, result.refused->information);
    return made;
}

std::optional<reply> refuse_permission(call const& about, route const& which) {
    if (allows(about.who.roles, which.need)) return std::nullopt;
    // The reporting service has words of its own.
    if (which.need == permission::read_reports) {
        return graph_error(about, 403, "S2SUnauthorized", "Invalid permission.");
    }
    return request_denied(about);
}

reply planted_reply(service& all, call const& about, route const& which, fault const& what) {
    auto made =
        which.where != area::authority
            ? planted_graph_reply(all, about, what)
            : authority_error(
                  about, what.status, what.code.empty() ? "temporarily_unavailable" : what.code,
                  what.status == 429 ? 90055 : 90033,
                  what.message.empty() ? "A transient error has occurred. Please try again." : what.message);
    if (!what.retry_after.empty()) made.headers.emplace_back("Retry-After", what.retry_after);
    return made;
}

reply no_route(call const& about, bool path_known) {
    if (path_known) {
        return graph_error(about, 405, "Request_BadRequest",
                           "Specified HTTP method is not allowed for the request target.");
    }
    auto const& path = about.where.segments;
    if (path.empty() || path.front().text != "v1.0") return graph_error(about, 404, "UnknownError", "");
    return graph_error(about, 400, "BadRequest",
                       fmt::format("Resource not found for the segment '{}'.", path.back().text));
}

}  // namespace poolwright::sandbox
