#include "examples/sandbox/client_credentials.hpp"

#include "examples/sandbox/encoding.hpp"
#include "examples/sandbox/jwt.hpp"
#include "examples/sandbox/timestamps.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

namespace poolwright::sandbox {
namespace {

namespace json = boost::json;

constexpr std::string_view issuer_url = "https://issuer.sandbox.example";
constexpr std::string_view exchange_audience = "api://AzureADTokenExchange";
constexpr std::chrono::days token_days{7};

std::string federated_token(std::string const& subject, signing_key const& key, time_point now) {
    json::object const header{{"typ", "JWT"}, {"alg", "RS256"}, {"kid", "graph-sandbox"}};
    json::object const claims{{"iss", issuer_url},        {"sub", subject},
                              {"aud", exchange_audience}, {"iat", unix_seconds(now)},
                              {"nbf", unix_seconds(now)}, {"exp", unix_seconds(now + token_days)}};
    auto text = base64url_encode(json::serialize(header)) + '.' + base64url_encode(json::serialize(claims));
    auto const signature = base64url_encode(key.sign(text));
    return text + '.' + signature;
}

key_credential registered(std::string const& der) {
    auto const facts = read_certificate(der).value();
    key_credential one;
    one.key_id = name_based_guid("graph-sandbox/key/" + sha256_of(der));
    one.certificate = der;
    one.starts = facts.starts;
    one.ends = facts.ends;
    return one;
}

}  // namespace

external_issuer own_issuer(signing_key const& key) {
    return {std::string(issuer_url), key.certify("issuer.sandbox.example").certificate_der};
}

client_proofs register_proofs(identity& who, int number, signing_key const& key, time_point now) {
    auto const made = key.certify(fmt::format("poolwright provisioning {}", number));
    who.certificates.push_back(registered(made.certificate_der));
    federated_credential trusted;
    trusted.name = "sandbox";
    trusted.issuer = issuer_url;
    trusted.subject = fmt::format("poolwright:provisioning:{}", number);
    trusted.audience = exchange_audience;
    auto token = federated_token(trusted.subject, key, now);
    who.federated.push_back(std::move(trusted));
    return {made.pem, std::move(token)};
}

}  // namespace poolwright::sandbox
