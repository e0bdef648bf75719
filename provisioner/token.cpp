#include "provisioner/token.hpp"

#include "provisioner/client_assertion.hpp"
#include "provisioner/form.hpp"
#include "provisioner/json_body.hpp"
#include "provisioner/jwt.hpp"
#include "provisioner/told.hpp"

#include <boost/json/array.hpp>

#include <algorithm>
#include <array>

namespace poolwright::provisioner {
namespace json = boost::json;
namespace {

std::string address_of(token_question const& what) {
    return what.authority->url() + "/" + to_string(what.directory) + "/oauth2/v2.0/token";
}

void append_assertion(wiped_string& form, http_request& request, std::shared_ptr<secret const> assertion) {
    append_field(form, "client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
    append_field(form, "client_assertion", assertion->reveal());
    request.credential = std::move(assertion);
}

// Proves who asks.
void append_credential(wiped_string& form, http_request& request, token_question const& what,
                       client_credential const& credential) {
    if (auto const* text = std::get_if<std::shared_ptr<secret const>>(&credential)) {
        append_field(form, "client_secret", (*text)->reveal());
        request.credential = *text;
    } else if (auto const* pair = std::get_if<certificate_credential>(&credential)) {
        auto const audience = address_of(what);
        assertion_claims const claims{.audience = audience,
                                      .client_id = what.client_id,
                                      .number = what.number,
                                      .now = what.now,
                                      .send_chain = pair->send_chain};
        append_assertion(form, request, std::make_shared<secret const>(client_assertion(*pair->key, claims)));
    } else if (auto const* source = std::get_if<std::shared_ptr<assertion_source>>(&credential)) {
        auto assertion = (*source)->current(what.now);
        if (assertion == nullptr) {
            request.missing = (*source)->why_none();
            return;
        }
        append_assertion(form, request, std::move(assertion));
    }
}

// The claims that a caller decides by; a token that is not readable has none and so no rights.
void read_claims(access_token& token) {
    auto const claims = claims_of(token.text->reveal());
    if (!claims || claims->object() == nullptr) return;
    auto const& said = *claims->object();
    // It is told where it is not the one that was asked for.
    constexpr std::size_t longest_audience = 100;
    token.audience = told(text_at(said, "aud"), {}, longest_audience);
    token.tenant = parse_guid(text_at(said, "tid")).value_or(guid{});
    auto const application = text_at(said, "appid").empty() ? text_at(said, "azp") : text_at(said, "appid");
    token.application = parse_guid(application).value_or(guid{});
    auto scopes = text_at(said, "scp");
    token.delegated = !scopes.empty();
    while (!scopes.empty()) {
        auto const end = std::min(scopes.find(' '), scopes.size());
        if (end > 0) token.roles.emplace_back(scopes.substr(0, end));
        scopes.remove_prefix(std::min(end + 1, scopes.size()));
    }
    auto const* roles = array_at(said, "roles");
    if (roles == nullptr) return;
    for (auto const& role : *roles) {
        if (auto const* name = role.if_string()) token.roles.emplace_back(std::string_view(*name));
    }
}

// What can stand in an Authorization header; the transport takes anything else for a bug.
bool is_bearer_token(std::string_view text) noexcept {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7F'; });
}

long first_error_code(json::object const& body) {
    auto const* codes = array_at(body, "error_codes");
    if (codes == nullptr || codes->empty()) return 0;
    auto const* code = codes->front().if_int64();
    return code == nullptr ? 0 : static_cast<long>(*code);
}

// The description goes on with trace and correlation ids on lines of their own.
std::string first_line(std::string_view text) {
    return std::string(text.substr(0, text.find_first_of("\r\n")));
}

std::chrono::seconds lifetime(json::object const& body) {
    constexpr std::int64_t day = 86'400;
    auto const* seconds = body.if_contains("expires_in");
    auto const* number = seconds == nullptr ? nullptr : seconds->if_int64();
    return std::chrono::seconds(number == nullptr ? 0 : std::clamp<std::int64_t>(*number, 0, day));
}

}  // namespace

http_request directory_request(service const& authority, std::string_view tenant) {
    http_request request;
    request.to = authority.at;
    request.target = authority.path + "/" + encoded(tenant) + "/v2.0/.well-known/openid-configuration";
    return request;
}

guid read_directory_reply(http_reply const& reply) {
    auto const body = json_body::parse(reply.body.reveal());
    if (!body || body->object() == nullptr) return {};
    auto issuer = text_at(*body->object(), "issuer");
    constexpr std::string_view version = "/v2.0";
    if (!issuer.ends_with(version)) return {};
    issuer.remove_suffix(version.size());
    return parse_guid(issuer.substr(issuer.rfind('/') + 1)).value_or(guid{});
}

http_request token_request(token_question const& what, client_credential const& credential) {
    http_request request;
    request.method = http_method::post;
    request.to = what.authority->at;
    request.target = what.authority->path + "/" + to_string(what.directory) + "/oauth2/v2.0/token";
    request.content_type = "application/x-www-form-urlencoded";
    wiped_string form;
    form.reserve(512);
    append_field(form, "grant_type", what.refresh_token ? "refresh_token" : "client_credentials");
    append_field(form, "client_id", what.client_id);
    append_credential(form, request, what, credential);
    auto scope = std::string(what.resource_application_id) + "/.default";
    if (what.refresh_token) {
        append_field(form, "refresh_token", what.refresh_token->reveal());
        request.grant = what.refresh_token;
        scope += " offline_access";
    }
    append_field(form, "scope", scope);
    request.body = secret(std::move(form));
    return request;
}

bool access_token::has_role(std::string_view name) const noexcept {
    return std::find(roles.begin(), roles.end(), name) != roles.end();
}

std::optional<access_token> read_access_token(std::string_view text) {
    if (!is_bearer_token(text)) return std::nullopt;
    access_token token;
    token.text = std::make_shared<secret const>(text);
    read_claims(token);
    return token;
}

boost::system::result<access_token, authority_error> read_token_reply(http_reply const& reply) {
    auto const body = json_body::parse(reply.body.reveal());
    if (!body || body->object() == nullptr) return authority_error(0, {}, "the reply is not JSON");
    auto const& document = *body->object();
    auto const text = text_at(document, "access_token");
    if (reply.status != 200 || !is_bearer_token(text)) {
        return authority_error(first_error_code(document), std::string(text_at(document, "error")),
                               first_line(text_at(document, "error_description")));
    }
    auto token = *read_access_token(text);
    token.expires_in = lifetime(document);
    if (auto const next = text_at(document, "refresh_token"); !next.empty())
        token.refresh_token = std::make_shared<secret const>(next);
    return token;
}

bool is_audience(std::string_view audience, std::string_view resource_application_id) noexcept {
    struct identifier {
        std::string_view application_id;
        std::string_view url;
    };
    // The identifier URIs of the two APIs that Microsoft's own tokens name instead of the application id.
    static constexpr std::array<identifier, 3> known{{
        {"00000003-0000-0000-c000-000000000000", "https://graph.microsoft.com"},
        {"00000002-0000-0ff1-ce00-000000000000", "https://outlook.office365.com"},
        {"00000002-0000-0ff1-ce00-000000000000", "https://outlook.office.com"},
    }};
    if (audience == resource_application_id) return true;
    if (audience.ends_with('/')) audience.remove_suffix(1);
    return std::any_of(known.begin(), known.end(), [&](identifier const& each) {
        return each.application_id == resource_application_id && each.url == audience;
    });
}

std::string admin_consent_url(service const& authority, std::string_view tenant, std::string_view client_id) {
    return authority.url() + "/" + std::string(tenant) + "/adminconsent?client_id=" + std::string(client_id);
}

}  // namespace poolwright::provisioner
