#pragma once

#include "examples/sandbox/message.hpp"

#include <boost/json/object.hpp>

#include <optional>
#include <string>
#include <string_view>

// JWTs that others have signed (RFC 7519 in the compact form of RFC 7515), and the certificates whose keys
// did it. Used for client assertions and for the proofs of addKey and removeKey.

namespace poolwright::sandbox {

struct jwt {
    boost::json::object header;
    boost::json::object claims;
    std::string signed_text;  // header and claims, as they were sent
    std::string signature;    // decoded

    // A text of the claims; empty if it is not there.
    [[nodiscard]] std::string_view claim(std::string_view name) const noexcept;
    // A text of the header; empty if it is not there.
    [[nodiscard]] std::string_view field(std::string_view name) const noexcept;
    // nbf, exp; nothing if it is not a number of seconds since 1970.
    [[nodiscard]] std::optional<time_point> moment(std::string_view name) const noexcept;
};

// Nothing if it is not three parts, the first two of which are JSON objects. The signature is not checked.
std::optional<jwt> parse_jwt(std::string_view text);

// The thumbprints of a certificate: digests of its DER, of twenty and of thirty-two bytes.
std::string sha1_of(std::string_view der);
std::string sha256_of(std::string_view der);

struct certificate_facts {
    time_point starts;
    time_point ends;
};

// Nothing if it is not one X.509 certificate.
std::optional<certificate_facts> read_certificate(std::string_view der);

// True if the certificate's RSA key made the signature, by the algorithm that the header names: RS256 or
// PS256.
bool is_signed_by(jwt const& token, std::string_view certificate_der);

}  // namespace poolwright::sandbox
