#include "examples/sandbox/authority.hpp"
#include "examples/sandbox/client_proof.hpp"
#include "examples/sandbox/encoding.hpp"
#include "examples/sandbox/endpoints.hpp"
#include "examples/sandbox/refresh_token.hpp"
#include "examples/sandbox/tenant_faults.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace poolwright::sandbox {
namespace {

namespace json = boost::json;

constexpr std::string_view device_grant = "urn:ietf:params:oauth:grant-type:device_code";
constexpr std::string_view refresh_grant = "refresh_token";

reply invalid_grant(call const& about, int code, std::string_view text) {
    return authority_error(about, 400, "invalid_grant", code, text);
}

// The tenant of the path; "organizations" and "common" are the one of the person, the partner's.
boost::system::result<guid, reply> tenant_to_enter(service& all, call const& about) {
    auto const& name = about.where.keys.front().value;
    if (name == "organizations" || name == "common") return partner_tenant();
    auto tenant = tenant_of_path(all, about);
    if (!tenant) return tenant;
    if (auto refusal = refuse_token_request(all, about, *tenant)) return std::move(*refusal);
    return tenant;
}

fields form_of(call const& about) {
    return parse_fields(about.message.body).value_or(fields());
}

std::string field(fields const& form, std::string_view name) {
    auto const* const value = find_field(form, name);
    return value == nullptr ? std::string() : *value;
}

reply missing_field(call const& about, std::string_view name) {
    return authority_error(about, 400, "invalid_request", 900'144,
                           fmt::format("The request body must contain the following parameter: '{}'.", name));
}

// The application that asks, which the tenant must know.
boost::system::result<identity const*, reply> client_of(service const& all, call const& about,
                                                        guid const& tenant, fields const& form) {
    auto const text = field(form, "client_id");
    if (text.empty()) return missing_field(about, "client_id");
    if (auto refusal = refuse_identity(all, about, tenant, text)) return std::move(*refusal);
    auto const id = parse_guid(text);
    auto const* const who = id ? all.identity_of(*id) : nullptr;
    if (who != nullptr) return who;
    return authority_error(
        about, 400, "unauthorized_client", 700'016,
        fmt::format("Application with identifier '{}' was not found in the directory '{}'.", text,
                    to_string(tenant)));
}

// --- What the person allows the application

struct wanted_scopes {
    std::vector<std::string> names;  // of Microsoft Graph; none: all that were consented to
    bool offline = false;
};

std::optional<std::string> graph_scope_name(service const& all, std::string_view scope) {
    constexpr std::string_view graph_application_id = "00000003-0000-0000-c000-000000000000/";
    for (auto const& prefix :
         {graph_url(all) + '/', all.options.base_url + '/', std::string(graph_application_id)}) {
        if (scope.starts_with(prefix)) return std::string(scope.substr(prefix.size()));
    }
    if (scope.find('/') != std::string_view::npos) return std::nullopt;
    return std::string(scope);
}

boost::system::result<wanted_scopes, reply> read_scopes(service const& all, call const& about,
                                                        std::string_view text) {
    wanted_scopes wanted;
    while (!text.empty()) {
        auto const one = text.substr(0, text.find(' '));
        text.remove_prefix(std::min(text.size(), one.size() + 1));
        if (one == "offline_access") wanted.offline = true;
        if (one.empty() || one == "offline_access" || one == "openid" || one == "profile" || one == "email")
            continue;
        auto const name = graph_scope_name(all, one);
        if (!name) {
            return authority_error(
                about, 400, "invalid_scope", 70'011,
                fmt::format("The provided value for the input parameter 'scope' is not valid. "
                            "The scope {} is not valid.",
                            one));
        }
        if (*name != ".default") wanted.names.push_back(*name);
    }
    return wanted;
}

reply no_consent(call const& about, identity const& who) {
    auto made = invalid_grant(
        about, 65'001,
        fmt::format(
            "The user or administrator has not consented to use the application with ID '{}' named '{}'. "
            "Send an interactive authorization request for this user and resource.",
            to_string(who.client_id), who.name));
    return made;
}

// Those that are asked for, all of which the tenant must have consented to.
boost::system::result<std::vector<std::string>, reply> granted_scopes(service const& all, call const& about,
                                                                      guid const& tenant, identity const& who,
                                                                      wanted_scopes const& wanted) {
    auto given = consented(all, tenant, who.scopes);
    if (given.empty()) return no_consent(about, who);
    if (wanted.names.empty()) return given;
    for (auto const& each : wanted.names) {
        if (std::ranges::find(given, each) == given.end()) return no_consent(about, who);
    }
    return wanted.names;
}

// --- The two grants

std::optional<reply> refuse_refresh_token(service const& all, call const& about, identity const& who,
                                          std::string const& text) {
    auto const problem = check_refresh_token(all, text, who.client_id, about.arrival);
    if (!problem) return std::nullopt;
    switch (*problem) {
        case refresh_problem::inactive:
            return invalid_grant(
                about, 700'082,
                "The refresh token has expired due to inactivity. The token was inactive for "
                "90.00:00:00.");
        case refresh_problem::revoked:
            return invalid_grant(
                about, 50'173,
                "The provided grant has expired due to it being revoked, a fresh auth token is "
                "needed. The user might have changed or reset their password.");
        case refresh_problem::malformed:
            break;
    }
    return invalid_grant(about, 70'000,
                         "The provided value for the input parameter 'refresh_token' is not valid.");
}

// RFC 8628, 3.5, with the numbers of Entra.
std::optional<reply> refuse_device_code(service& all, call const& about, identity const& who,
                                        device_sign_in* found) {
    if (found == nullptr || found->client != who.client_id) {
        return authority_error(
            about, 400, "bad_verification_code", 70'018,
            "Invalid verification code due to User typing in wrong user code for device code "
            "flow. Authorization isn't approved.");
    }
    if (found->ends <= about.arrival && found->state != device_state::redeemed) {
        return authority_error(about, 400, "expired_token", 70'019,
                               "Verification code expired. Have the user retry the sign-in.");
    }
    auto const too_fast = about.arrival < found->may_poll_from;
    found->may_poll_from = about.arrival + all.options.device_interval;
    switch (found->state) {
        case device_state::pending:
            if (too_fast) {
                return authority_error(about, 400, "slow_down", 70'016,
                                       "OAuth 2.0 device flow error. Polling too frequently. Slow down.");
            }
            return authority_error(
                about, 400, "authorization_pending", 70'016,
                "OAuth 2.0 device flow error. Authorization is pending. Continue polling.");
        case device_state::declined:
            return authority_error(about, 400, "authorization_declined", 65'004,
                                   "User declined to consent to access the app.");
        case device_state::redeemed:
            return invalid_grant(
                about, 54'005,
                "OAuth2 Authorization code was already redeemed, please retry with a new valid code "
                "or use an existing refresh token.");
        case device_state::approved:
            break;
    }
    found->state = device_state::redeemed;
    return std::nullopt;
}

std::string joined(std::vector<std::string> const& names, std::string_view prefix) {
    std::string text;
    for (auto const& each : names) text += fmt::format("{}{}{}", text.empty() ? "" : " ", prefix, each);
    return text;
}

reply token_reply(service& all, call const& about, guid const& tenant, identity const& who,
                  std::vector<std::string> const& scopes, bool with_refresh_token) {
    token_claims claims{tenant,         who.client_id, name_based_guid("graph-sandbox/partner/administrator"),
                        graph_url(all), who.name,      {}};
    claims.scopes = scopes;
    json::object body{{"token_type", "Bearer"},
                      {"scope", joined(scopes, graph_url(all) + '/')},
                      {"expires_in", token_lifetime.count()},
                      {"ext_expires_in", token_lifetime.count()},
                      {"access_token", all.tokens.issue(claims, about.request_id, about.now)}};
    if (with_refresh_token) body["refresh_token"] = issue_refresh_token(all, who.client_id, about.arrival);
    return authority_reply(body);
}

// Easily read aloud: without O, I, 0 and 1.
std::string new_user_code(generator& random) {
    constexpr std::string_view letters = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    std::string code;
    while (code.size() < 9) code += letters[random.below(letters.size())];
    return code;
}

reply decide(service& all, call const& about, device_state state) {
    auto const& code = about.where.keys.front().value;
    return all.devices.decide(code, state, about.arrival) ? no_content() : not_found(about, code);
}

}  // namespace

bool asks_for_person(call const& about) {
    auto const type = field(form_of(about), "grant_type");
    return type == device_grant || type == refresh_grant;
}

reply post_delegated_token(service& all, call const& about) {
    auto const tenant = tenant_to_enter(all, about);
    if (!tenant) return tenant.error();
    auto const form = form_of(about);
    auto const client = client_of(all, about, *tenant, form);
    if (!client) return client.error();
    auto const& who = **client;
    if (!who.is_public) {
        if (auto refusal = refuse_client(all, about, *tenant, who)) return std::move(*refusal);
    }
    auto const by_device = field(form, "grant_type") == device_grant;
    auto* const device = by_device ? all.devices.find(field(form, "device_code")) : nullptr;
    auto refused = by_device ? refuse_device_code(all, about, who, device)
                             : refuse_refresh_token(all, about, who, field(form, "refresh_token"));
    if (!refused) refused = refuse_person(all, about, *tenant, who);
    if (refused) return std::move(*refused);
    auto const wanted = read_scopes(all, about, by_device ? device->scope : field(form, "scope"));
    if (!wanted) return wanted.error();
    auto const scopes = granted_scopes(all, about, *tenant, who, *wanted);
    if (!scopes) return scopes.error();
    return token_reply(all, about, *tenant, who, *scopes, !by_device || wanted->offline);
}

reply post_device_code(service& all, call const& about) {
    auto const tenant = tenant_to_enter(all, about);
    if (!tenant) return tenant.error();
    auto const form = form_of(about);
    auto const client = client_of(all, about, *tenant, form);
    if (!client) return client.error();
    if (field(form, "scope").empty()) return missing_field(about, "scope");
    auto const code = to_string(all.random.new_guid()) + to_string(all.random.new_guid());
    device_sign_in const one{(*client)->client_id, new_user_code(all.random), field(form, "scope"),
                             about.arrival + device_code_lifetime};
    all.devices.add(code, one);
    constexpr std::string_view page = "https://microsoft.com/devicelogin";
    return authority_reply(
        {{"user_code", one.user_code},
         {"device_code", code},
         {"verification_uri", page},
         {"expires_in", std::chrono::seconds(device_code_lifetime).count()},
         {"interval", all.options.device_interval.count()},
         {"message", fmt::format("To sign in, use a web browser to open the page {} and enter the code {} to "
                                 "authenticate.",
                                 page, one.user_code)}});
}

reply approve_device(service& all, call const& about) {
    return decide(all, about, device_state::approved);
}

reply decline_device(service& all, call const& about) {
    return decide(all, about, device_state::declined);
}

reply revoke_refresh_tokens(service& all, call const& about) {
    all.refresh_tokens_from = about.arrival + std::chrono::nanoseconds(1);
    return no_content();
}

}  // namespace poolwright::sandbox
