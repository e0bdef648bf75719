#pragma once

#include "examples/sandbox/guid.hpp"
#include "examples/sandbox/message.hpp"

#include <string>

// What an application trusts instead of a secret: certificates whose key signs a client assertion, and the
// tokens of another issuer. Kept by the directory, and by the identities that every tenant knows.

namespace poolwright::sandbox {

// An entry of keyCredentials.
struct key_credential {
    guid key_id;
    std::string name;         // empty: null
    std::string identifier;   // customKeyIdentifier as it was given; empty: the thumbprint
    std::string certificate;  // DER
    time_point starts;
    time_point ends;
    time_point usable_from;      // the token endpoint does not know it until then
    time_point listed_from;      // reads of the application lack it until then
    time_point gone_at = never;  // removed: neither listed nor usable from then on
};

// An entry of federatedIdentityCredentials; Graph allows one audience only.
struct federated_credential {
    guid id;
    std::string name;
    std::string issuer;
    std::string subject;
    std::string audience;
    std::string description;  // empty: null
    time_point usable_from;
};

// An issuer outside of the directory whose tokens can be checked.
struct external_issuer {
    std::string url;          // iss
    std::string certificate;  // DER; its key signs (RS256)
};

}  // namespace poolwright::sandbox
