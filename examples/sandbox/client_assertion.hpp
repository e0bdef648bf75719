#pragma once

#include "examples/sandbox/replies.hpp"

#include <optional>
#include <span>
#include <string_view>

// Client assertions at the token endpoint: a JWT signed by the key of a registered certificate, or one of an
// issuer outside that a federated credential names.

namespace poolwright::sandbox {

// The only client_assertion_type (RFC 7523, 2.2).
inline constexpr std::string_view assertion_type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

// What the client that asks has registered.
struct registered_keys {
    guid client_id;
    std::span<key_credential const> certificates;
    std::span<federated_credential const> federated;
};

// Nothing if the assertion proves that the client asks; else the authority's error: 50027 malformed, 700021
// of another client, 700023 for another audience, 700024 not valid now, 700027 no such key, expired key or
// wrong signature. For an issuer outside: 700211 unknown issuer, 700212 other audience, 700213 other subject,
// 50166 its keys cannot be read, 50013 wrong signature.
std::optional<reply> refuse_assertion(service const& all, call const& about, guid const& tenant,
                                      registered_keys const& of, std::string_view assertion);

}  // namespace poolwright::sandbox
