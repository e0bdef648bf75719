#include "examples/sandbox/authority.hpp"
#include "examples/sandbox/client_assertion.hpp"
#include "examples/sandbox/client_proof.hpp"
#include "examples/sandbox/encoding.hpp"
#include "examples/sandbox/endpoints.hpp"
#include "examples/sandbox/principal_view.hpp"
#include "examples/sandbox/tenant_faults.hpp"

#include <fmt/format.h>
#include <openssl/crypto.h>

#include <algorithm>

namespace poolwright::sandbox {
namespace {

// What the request carries, wherever it carries it.
struct token_request {
    std::string client_id;
    std::optional<std::string> secret;
    std::optional<std::string> assertion;
    std::string scope;
};

struct asked_resource {
    std::uint8_t index = 0;
    std::string audience;
};

reply missing_parameter(call const& about, std::string_view name) {
    return authority_error(about, 400, "invalid_request", 900144,
                           fmt::format("The request body must contain the following parameter: '{}'.", name));
}

// Client id and secret from an Authorization header (RFC 6749, 2.3.1); leaves the request as it is if there
// is none.
void read_basic(call const& about, token_request& into) {
    auto const header = about.header("Authorization");
    if (!header.starts_with("Basic ")) return;
    auto const pair = base64_decode(header.substr(6));
    auto const colon = pair ? pair->find(':') : std::string::npos;
    if (colon == std::string::npos) return;
    into.client_id = percent_decode(pair->substr(0, colon), true).value_or("");
    into.secret = percent_decode(pair->substr(colon + 1), true);
}

// client_assertion, which says nothing without its type.
std::optional<reply> read_assertion(call const& about, fields const& form, token_request& into) {
    auto const* const assertion = find_field(form, "client_assertion");
    if (assertion == nullptr) return std::nullopt;
    auto const* const type = find_field(form, "client_assertion_type");
    if (type == nullptr || *type != assertion_type) return missing_parameter(about, "client_assertion_type");
    into.assertion = *assertion;
    return std::nullopt;
}

boost::system::result<token_request, reply> read_request(call const& about) {
    auto const form = parse_fields(about.message.body);
    if (!form) return missing_parameter(about, "grant_type");
    auto const* const grant_type = find_field(*form, "grant_type");
    if (grant_type == nullptr) return missing_parameter(about, "grant_type");
    if (*grant_type != "client_credentials") {
        return authority_error(about, 400, "unsupported_grant_type", 70003,
                               fmt::format("The app requested an unsupported grant type '{}'.", *grant_type));
    }
    token_request read;
    read_basic(about, read);
    if (auto const* const id = find_field(*form, "client_id")) read.client_id = *id;
    if (auto const* const secret = find_field(*form, "client_secret")) read.secret = *secret;
    if (auto refusal = read_assertion(about, *form, read)) return std::move(*refusal);
    if (read.client_id.empty()) return missing_parameter(about, "client_id");
    auto const* const scope = find_field(*form, "scope");
    if (scope == nullptr) return missing_parameter(about, "scope");
    read.scope = *scope;
    return read;
}

// The host of Graph is another one in every cloud; the sandbox's own stands for it.
bool names(service const& all, std::uint8_t index, std::string_view identifier) {
    auto const& what = well_known_resources()[index];
    if (parse_guid(identifier) == what.app_id) return true;
    if (index != microsoft_graph) {
        return std::ranges::find(what.identifiers, identifier) != what.identifiers.end();
    }
    return identifier == all.options.base_url || identifier == graph_url(all);
}

boost::system::result<asked_resource, reply> read_scope(service const& all, call const& about,
                                                        guid const& tenant, std::string_view scope) {
    constexpr std::string_view suffix = "/.default";
    if (!scope.ends_with(suffix) || scope.find(' ') != std::string_view::npos) {
        return authority_error(
            about, 400, "invalid_scope", 70011,
            fmt::format("The provided request must include a 'scope' input parameter. The provided "
                        "value for the input parameter 'scope' is not valid. The scope {} is not "
                        "valid.",
                        scope));
    }
    auto const identifier = scope.substr(0, scope.size() - suffix.size());
    for (std::uint8_t i = 0; i < well_known_resources().size(); ++i) {
        if (!has_resource(all, tenant, i) || !names(all, i, identifier)) continue;
        auto const own = identifier == all.options.base_url;
        return asked_resource{i, own ? graph_url(all) : std::string(identifier)};
    }
    return authority_error(
        about, 400, "invalid_resource", 500011,
        fmt::format("The resource principal named {} was not found in the tenant named {}. This "
                    "can happen if the application has not been installed by the administrator of "
                    "the tenant or consented to by any user in the tenant.",
                    identifier, to_string(tenant)));
}

reply unknown_client(call const& about, std::string_view client_id, guid const& tenant) {
    return authority_error(
        about, 400, "unauthorized_client", 700016,
        fmt::format("Application with identifier '{}' was not found in the directory '{}'. This "
                    "can happen if the application has not been installed by the administrator of "
                    "the tenant or consented to by any user in the tenant. You may have sent your "
                    "authentication request to the wrong tenant.",
                    client_id, to_string(tenant)));
}

reply wrong_secret(call const& about, std::string_view client_id) {
    return authority_error(
        about, 401, "invalid_client", 7000215,
        fmt::format("Invalid client secret provided. Ensure the secret being sent in the request "
                    "is the client secret value, not the client secret ID, for a secret added to "
                    "app '{}'.",
                    client_id));
}

reply expired_secret(call const& about, std::string_view client_id) {
    return authority_error(
        about, 401, "invalid_client", 7000222,
        fmt::format("The provided client secret keys for app '{}' are expired. Visit the Azure "
                    "portal to create new keys for your app: https://aka.ms/NewClientSecret, or "
                    "consider using certificate credentials for added security: "
                    "https://aka.ms/certCreds.",
                    client_id));
}

bool same_secret(std::string_view given, std::string_view known) {
    return given.size() == known.size() && CRYPTO_memcmp(given.data(), known.data(), known.size()) == 0;
}

// A secret that is right but too young is refused as a wrong one, now and then as an expired one.
std::optional<reply> refuse_secret(service& all, call const& about, application const& app,
                                   token_request const& asked) {
    auto const found = std::ranges::find_if(app.credentials, [&](credential const& each) {
        return same_secret(*asked.secret, std::string_view(each.secret.data(), each.secret.size()));
    });
    if (found == app.credentials.end() || found->gone_at <= about.now)
        return wrong_secret(about, asked.client_id);
    if (found->ends <= about.now) return expired_secret(about, asked.client_id);
    if (found->usable_from <= about.now) return std::nullopt;
    return all.random.below(8) == 0 ? expired_secret(about, asked.client_id)
                                    : wrong_secret(about, asked.client_id);
}

std::vector<std::string> role_names(std::vector<grant> const& grants, std::uint8_t resource) {
    std::vector<std::string> names;
    for (auto const& each : grants) {
        if (each.resource == resource)
            names.emplace_back(well_known_resources()[resource].roles[each.role].name);
    }
    return names;
}

bool is_disabled(application const& app) {
    auto const* const flag = find_property(app.properties, "isDisabled");
    return !app.service_principal->enabled || (flag != nullptr && *flag == "true");
}

reply no_proof(call const& about) {
    return authority_error(about, 401, "invalid_client", 7000218,
                           "The request body must contain the following parameter: 'client_assertion' or "
                           "'client_secret'.");
}

reply public_client(call const& about) {
    return authority_error(about, 401, "invalid_client", 700'025,
                           "Client is public so neither 'client_assertion' nor 'client_secret' should be "
                           "presented.");
}

std::optional<reply> refuse_proof(service& all, call const& about, guid const& tenant, application const& app,
                                  token_request const& asked) {
    if (!asked.assertion) return refuse_secret(all, about, app, asked);
    return refuse_assertion(all, about, tenant, {app.app_id, app.keys, app.federated}, *asked.assertion);
}

// The same for an identity that every tenant knows.
std::optional<reply> refuse_proof(service const& all, call const& about, guid const& tenant,
                                  identity const& who, token_request const& asked) {
    if (asked.assertion) {
        return refuse_assertion(all, about, tenant, {who.client_id, who.certificates, who.federated},
                                *asked.assertion);
    }
    if (!same_secret(*asked.secret, who.secret)) return wrong_secret(about, asked.client_id);
    if (who.secret_ends <= about.now) return expired_secret(about, asked.client_id);
    return std::nullopt;
}

// Who asks, once that is proven.
boost::system::result<principal_view, reply> authenticate(service& all, call const& about, guid const& tenant,
                                                          token_request const& asked) {
    if (!asked.secret && !asked.assertion) return no_proof(about);
    auto const client_id = parse_guid(asked.client_id);
    if (!client_id) return unknown_client(about, asked.client_id, tenant);
    if (auto const* const known = all.identity_of(*client_id)) {
        if (known->is_public) return public_client(about);
        if (auto refusal = refuse_proof(all, about, tenant, *known, asked)) return std::move(*refusal);
        return consented_principal(all, tenant, *known);
    }
    auto const found = find_principal(all, tenant, {"appId", to_string(*client_id)}, about.now);
    if (!found || found->app == nullptr) return unknown_client(about, asked.client_id, tenant);
    if (auto refusal = refuse_proof(all, about, tenant, *found->app, asked)) return std::move(*refusal);
    if (is_disabled(*found->app)) {
        return authority_error(
            about, 401, "unauthorized_client", 7000112,
            fmt::format("Application '{}'({}) is disabled.", asked.client_id, found->name()));
    }
    return *found;
}

bool is_storm(service& all, call const& about, guid const& tenant, token_request const& asked) {
    if (!all.options.token_requests) return false;
    auto const client_id = parse_guid(asked.client_id).value_or(guid{});
    auto const passed =
        all.quotas.admit_token_request(client_id, tenant, *all.options.token_requests, about.now);
    if (passed.early) ++all.counted.early_calls;
    return passed.refused.has_value();
}

}  // namespace

std::optional<reply> refuse_client(service const& all, call const& about, guid const& tenant,
                                   identity const& who) {
    token_request asked;
    read_basic(about, asked);
    auto const form = parse_fields(about.message.body).value_or(fields());
    asked.client_id = to_string(who.client_id);
    if (auto const* const secret = find_field(form, "client_secret")) asked.secret = *secret;
    if (auto refusal = read_assertion(about, form, asked)) return refusal;
    if (!asked.secret && !asked.assertion) return no_proof(about);
    return refuse_proof(all, about, tenant, who, asked);
}

reply post_token(service& all, call const& about) {
    if (asks_for_person(about)) return post_delegated_token(all, about);
    auto const tenant = tenant_of_path(all, about);
    if (!tenant) return tenant.error();
    if (auto refusal = refuse_token_request(all, about, *tenant)) return std::move(*refusal);
    auto const asked = read_request(about);
    if (!asked) return asked.error();
    if (is_storm(all, about, *tenant, *asked)) return authority_throttled(about);
    if (auto refusal = refuse_identity(all, about, *tenant, asked->client_id)) return std::move(*refusal);
    auto const client = authenticate(all, about, *tenant, *asked);
    if (!client) return client.error();
    auto const what = read_scope(all, about, *tenant, asked->scope);
    if (!what) return what.error();

    token_claims const claims{*tenant,
                              client->app_id,
                              client->id,
                              what->audience,
                              std::string(client->name()),
                              role_names(grants_of(*client, about.now), what->index),
                              asked->assertion.has_value()};
    return authority_reply({{"token_type", "Bearer"},
                            {"expires_in", token_lifetime.count()},
                            {"ext_expires_in", token_lifetime.count()},
                            {"access_token", all.tokens.issue(claims, about.request_id, about.now)}});
}

}  // namespace poolwright::sandbox
