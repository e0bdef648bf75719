#pragma once

#include "examples/sandbox/certificate.hpp"
#include "examples/sandbox/settings.hpp"

// What an identity that provisions can prove itself by besides its secret: a certificate of its own, and a
// token of the sandbox's own issuer. Used by main, which writes both into the folder.

namespace poolwright::sandbox {

// As a workload elsewhere would be given it.
struct client_proofs {
    std::string certificate_pem;  // with its private key
    std::string federated_token;  // a JWT that is valid for a week
};

// The issuer outside of the directory, known by a certificate of that key.
external_issuer own_issuer(signing_key const& key);

// Registers a certificate and a federated credential for the `number`th identity, and gives what goes with
// them. `now` is wall time.
client_proofs register_proofs(identity& who, int number, signing_key const& key, time_point now);

}  // namespace poolwright::sandbox
