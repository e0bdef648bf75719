#include "examples/sandbox/client_assertion.hpp"

#include "examples/sandbox/authority.hpp"
#include "examples/sandbox/encoding.hpp"
#include "examples/sandbox/jwt.hpp"
#include "examples/sandbox/timestamps.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace poolwright::sandbox {
namespace {

constexpr std::chrono::minutes clock_skew{5};

constexpr std::string_view documentation =
    "Review the documentation at "
    "https://docs.microsoft.com/azure/active-directory/develop/active-directory-certificate-credentials .";

reply invalid_client(call const& about, int code, std::string_view text) {
    return authority_error(about, 401, "invalid_client", code, text);
}

reply malformed(call const& about) {
    return authority_error(about, 400, "invalid_request", 50027, "JWT token is invalid or malformed.");
}

bool is_valid_at(jwt const& token, time_point now) {
    auto const ends = token.moment("exp");
    auto const starts = token.moment("nbf");
    return ends && now < *ends + clock_skew && (!starts || *starts - clock_skew <= now);
}

reply out_of_time(call const& about, jwt const& token) {
    return invalid_client(
        about, 700024,
        fmt::format("Client assertion is not within its valid time range. Current time: {}, assertion valid "
                    "from {}, expiry time of assertion {}. {}",
                    long_timestamp(about.now), long_timestamp(token.moment("nbf").value_or(time_point())),
                    long_timestamp(token.moment("exp").value_or(time_point())), documentation));
}

// The token endpoint, or the authority without it, as MSAL for some languages writes it; at this address or
// at that of the cloud; with the tenant's id or with the name that the request used.
bool is_own_audience(service const& all, call const& about, guid const& tenant, std::string_view audience) {
    for (auto const& base : {all.options.base_url, std::string("https://login.microsoftonline.com")}) {
        if (!audience.starts_with(base + '/')) continue;
        auto const rest = audience.substr(base.size() + 1);
        auto const slash = std::min(rest.find('/'), rest.size());
        auto const named = rest.substr(0, slash);
        auto const path = rest.substr(slash);
        auto const is_tenant = named == to_string(tenant) || named == about.where.keys.front().value;
        return is_tenant && (path == "/oauth2/v2.0/token" || path == "/v2.0" || path == "/oauth2/token");
    }
    return false;
}

// What the header says about the certificate: its SHA-256 or, in the older form, its SHA-1.
struct thumbprint {
    std::string bytes;
    bool is_sha256 = false;
};

std::optional<thumbprint> thumbprint_of(jwt const& token) {
    auto const fresh = token.field("x5t#S256");
    auto const text = fresh.empty() ? token.field("x5t") : fresh;
    auto bytes = base64_decode(text);
    if (text.empty() || !bytes) return std::nullopt;
    return thumbprint{std::move(*bytes), !fresh.empty()};
}

std::string hexadecimal(std::string const& bytes) {
    std::string text;
    for (auto const c : bytes) text += fmt::format("{:02X}", static_cast<unsigned char>(c));
    return text;
}

reply wrong_key(call const& about, std::string_view reason, thumbprint const& named) {
    return invalid_client(
        about, 700027,
        fmt::format("Client assertion contains an invalid signature. [Reason - {}, Thumbprint of key used by "
                    "client: '{}'] {}",
                    reason, hexadecimal(named.bytes), documentation));
}

bool is_named(key_credential const& one, thumbprint const& by) {
    return (by.is_sha256 ? sha256_of(one.certificate) : sha1_of(one.certificate)) == by.bytes;
}

std::optional<reply> refuse_signature(call const& about, registered_keys const& of, jwt const& token) {
    auto const named = thumbprint_of(token);
    if (!named) return malformed(about);
    auto const found = std::ranges::find_if(of.certificates, [&](key_credential const& each) {
        return each.usable_from <= about.now && about.now < each.gone_at && is_named(each, *named);
    });
    if (found == of.certificates.end()) return wrong_key(about, "The key was not found.", *named);
    if (found->ends <= about.now) {
        return wrong_key(about,
                         fmt::format("The key used is expired., Found key 'Start={}, End={}'",
                                     short_timestamp(found->starts), short_timestamp(found->ends)),
                         *named);
    }
    if (is_signed_by(token, found->certificate)) return std::nullopt;
    return wrong_key(about, "The provided signature value did not match the expected signature value.",
                     *named);
}

std::optional<reply> refuse_own(service const& all, call const& about, guid const& tenant,
                                registered_keys const& of, jwt const& token) {
    auto const client_id = to_string(of.client_id);
    if (token.claim("iss") != client_id || token.claim("sub") != client_id) {
        return invalid_client(
            about, 700021,
            fmt::format("Client assertion application identifier doesn't match 'client_id' parameter. {}",
                        documentation));
    }
    if (!is_own_audience(all, about, tenant, token.claim("aud"))) {
        return invalid_client(
            about, 700023,
            fmt::format("Client assertion audience claim does not match Realm issuer. {}", documentation));
    }
    if (!is_valid_at(token, about.now)) return out_of_time(about, token);
    return refuse_signature(about, of, token);
}

reply no_federation(call const& about, int code, std::string_view what, std::string_view given) {
    return invalid_client(
        about, code,
        fmt::format("No matching federated identity record found for presented assertion {} '{}'. Check your "
                    "federated identity credential Subject, Audience and Issuer against the presented "
                    "assertion. https://learn.microsoft.com/entra/workload-id/workload-identity-federation",
                    what, given));
}

// The first claim that no federated credential has, among those that have the ones before it.
std::optional<reply> refuse_federation(call const& about, registered_keys const& of, jwt const& token) {
    struct claim {
        int code;
        std::string_view name;
        std::string_view word;
        std::string federated_credential::* field;
    };
    static constexpr std::array<claim, 3> claims{
        {{700211, "iss", "issuer", &federated_credential::issuer},
         {700212, "aud", "audience", &federated_credential::audience},
         {700213, "sub", "subject", &federated_credential::subject}}};
    std::vector<federated_credential const*> left;
    for (auto const& each : of.federated) {
        if (each.usable_from <= about.now) left.push_back(&each);
    }
    for (auto const& each : claims) {
        auto const given = token.claim(each.name);
        std::erase_if(left, [&](auto const* one) { return one->*each.field != given; });
        if (left.empty()) return no_federation(about, each.code, each.word, given);
    }
    return std::nullopt;
}

std::optional<reply> refuse_foreign(service const& all, call const& about, registered_keys const& of,
                                    jwt const& token) {
    if (auto refusal = refuse_federation(about, of, token)) return refusal;
    if (!is_valid_at(token, about.now)) return out_of_time(about, token);
    auto const& issuers = all.options.issuers;
    auto const issuer = std::ranges::find(issuers, token.claim("iss"), &external_issuer::url);
    if (issuer == issuers.end()) {
        return authority_error(about, 400, "invalid_request", 50166,
                               "Request to External OIDC endpoint failed.");
    }
    if (token.field("alg") == "RS256" && is_signed_by(token, issuer->certificate)) return std::nullopt;
    return invalid_client(about, 50013, "Assertion failed signature validation.");
}

}  // namespace

std::optional<reply> refuse_assertion(service const& all, call const& about, guid const& tenant,
                                      registered_keys const& of, std::string_view assertion) {
    auto const token = parse_jwt(assertion);
    if (!token || token->claim("iss").empty() || token->claim("sub").empty() || !token->moment("exp")) {
        return malformed(about);
    }
    // A client is its own issuer and is known by a GUID; an issuer outside by a URL.
    if (parse_guid(token->claim("iss"))) return refuse_own(all, about, tenant, of, *token);
    return refuse_foreign(all, about, of, *token);
}

}  // namespace poolwright::sandbox
