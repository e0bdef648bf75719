#include "provisioner/client_assertion.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <sodium.h>

#include <string>

namespace poolwright::provisioner {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;

std::string base64(std::string_view bytes, int variant) {
    std::string text(sodium_base64_encoded_len(bytes.size(), variant), '\0');
    sodium_bin2base64(text.data(), text.size(), reinterpret_cast<unsigned char const*>(bytes.data()),
                      bytes.size(), variant);
    text.pop_back();  // the terminating zero
    return text;
}

std::string base64url(std::string_view bytes) {
    return base64(bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

json::object header_of(certificate const& key, bool send_chain) {
    auto const print = key.fingerprint();
    std::string_view const bytes(reinterpret_cast<char const*>(print.data()), print.size());
    json::object header{{"alg", "PS256"}, {"typ", "JWT"}, {"x5t#S256", base64url(bytes)}};
    if (!send_chain) return header;
    // RFC 7515, 4.1.6: base64, not base64url; its own certificate first.
    json::array chain{json::string(base64(key.der(), sodium_base64_VARIANT_ORIGINAL))};
    for (auto const& each : key.chain()) chain.emplace_back(base64(each, sodium_base64_VARIANT_ORIGINAL));
    header["x5c"] = std::move(chain);
    return header;
}

json::object payload_of(assertion_claims const& claims) {
    return {{"aud", claims.audience},
            {"iss", claims.client_id},
            {"sub", claims.client_id},
            {"jti", to_string(claims.number)},
            {"iat", claims.now.time_since_epoch().count()},
            {"nbf", (claims.now - 1min).time_since_epoch().count()},
            {"exp", (claims.now + 10min).time_since_epoch().count()}};
}

}  // namespace

secret client_assertion(certificate const& key, assertion_claims const& claims) {
    auto const text = base64url(json::serialize(header_of(key, claims.send_chain))) + '.' +
                      base64url(json::serialize(payload_of(claims)));
    return secret(text + '.' + base64url(key.sign(text)));
}

}  // namespace poolwright::provisioner
