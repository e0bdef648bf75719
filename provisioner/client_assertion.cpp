#include "provisioner/client_assertion.hpp"

#include "provisioner/base64.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <string>

namespace poolwright::provisioner {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;

std::string base64url(std::string_view bytes) {
    return encode_base64(bytes, base64_form::url);
}

json::object header_of(certificate const& key, bool send_chain) {
    auto const print = key.fingerprint();
    std::string_view const bytes(reinterpret_cast<char const*>(print.data()), print.size());
    json::object header{{"alg", "PS256"}, {"typ", "JWT"}, {"x5t#S256", base64url(bytes)}};
    if (!send_chain) return header;
    // RFC 7515, 4.1.6: base64, not base64url; its own certificate first.
    json::array chain{json::string(encode_base64(key.der()))};
    for (auto const& each : key.chain()) chain.emplace_back(encode_base64(each));
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
