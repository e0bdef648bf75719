#pragma once

#include "examples/sandbox/client_credentials.hpp"
#include "examples/sandbox/jwt.hpp"
#include "tests/sandbox/fixture.hpp"

// JWTs as clients sign them, for the tests of client assertions, proofs and federated tokens.

namespace sandbox_test {

// One for all tests: making an RSA key takes a moment.
sandbox::signing_key const& signer();

// A certificate of that key, and a moment at which it is valid, a day after its beginning: certificates are
// made at the machine's own time.
struct test_certificate {
    sandbox::signing_certificate made = signer().certify("test");
    sandbox::certificate_facts facts;

    test_certificate();
    [[nodiscard]] sandbox::time_point moment() const { return facts.starts + std::chrono::days(1); }
    // As keyCredentials take it.
    [[nodiscard]] std::string base64() const;
    // Without its last byte: none.
    [[nodiscard]] std::string damaged() const;
};

enum class algorithm { rs256, ps256 };

std::string signed_jwt(json::object header, json::object const& claims, algorithm by = algorithm::rs256);

// An assertion before it is signed, for a test to change.
struct assertion {
    json::object header;
    json::object claims;
    algorithm by = algorithm::rs256;
};
// Of the older form (RS256, x5t), valid for ten minutes from `now`.
assertion client_assertion(test_certificate const& by, std::string_view client, sandbox::time_point now);

// POST to the token endpoint with that assertion.
answer token_by(fixture& it, std::string_view client, std::string const& assertion);

// The number of the authority's error; 0 for a token.
std::int64_t aadsts(answer const& got);

}  // namespace sandbox_test
