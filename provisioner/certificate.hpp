#pragma once

#include "provisioner/guid.hpp"
#include "provisioner/secret.hpp"

#include <boost/system/result.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

// A key pair with its certificate, by which an application shows who it is: Entra knows the certificate, and
// whoever has the private half signs an assertion (client_assertion.hpp).

namespace poolwright::provisioner {

// A private key of which nobody has a certificate yet.
class rsa_key {
public:
    static constexpr int usual_bits = 3072;

    // A new one: with the usual bits half a second of a processor. Throws std::runtime_error if OpenSSL
    // fails.
    static rsa_key make(int bits = usual_bits);

private:
    friend class certificate;
    struct pair;
    std::shared_ptr<pair const> pair_;
};

// What a new certificate says.
struct certificate_facts {
    std::string_view name;  // its common name, cut at 64 characters (X.520)
    guid serial;            // one that no other certificate has
    std::chrono::sys_seconds from;
    std::chrono::sys_seconds until;
};

class certificate {
public:
    // Signed by the key itself; takes a few milliseconds. Throws std::runtime_error if OpenSSL fails.
    static certificate make(rsa_key const& key, certificate_facts const& facts);
    // With a new key and a random number.
    static certificate make(std::string_view name, std::chrono::sys_seconds from,
                            std::chrono::sys_seconds until);

    // The private key and its certificate, in any order, then the chain if there is one; an error is a
    // sentence about what the text lacks, and never holds any of it. Only RSA keys, since Entra takes no
    // others. An empty password: the key is not encrypted.
    static boost::system::result<certificate, std::string> from_pem(secret const& text,
                                                                    secret const& password);
    static boost::system::result<certificate, std::string> from_pfx(secret const& bytes,
                                                                    secret const& password);

    // The certificate alone, as Entra is given it, and its SHA-256 fingerprint.
    [[nodiscard]] std::string const& der() const noexcept { return der_; }
    [[nodiscard]] std::array<unsigned char, 32> fingerprint() const;
    // The certificates between it and its root, in the order of the file.
    [[nodiscard]] std::vector<std::string> const& chain() const noexcept { return chain_; }
    [[nodiscard]] std::chrono::sys_seconds valid_from() const noexcept { return valid_from_; }
    [[nodiscard]] std::chrono::sys_seconds valid_until() const noexcept { return valid_until_; }

    // The private key (PKCS #8) and the certificate.
    [[nodiscard]] secret pem() const;
    // The same for Windows: PKCS #12, AES-256 and SHA-256, locked with the password.
    [[nodiscard]] secret pfx(secret const& password) const;

    // RSASSA-PSS with SHA-256 (the JWT algorithm PS256) over the text: 384 bytes for a key of 3072 bits.
    [[nodiscard]] std::string sign(std::string_view text) const;

private:
    struct key_pair;
    explicit certificate(std::shared_ptr<key_pair const> pair);

    std::shared_ptr<key_pair const> pair_;
    std::string der_;
    std::vector<std::string> chain_;
    std::chrono::sys_seconds valid_from_;
    std::chrono::sys_seconds valid_until_;
};

// How a certificate (DER) is named: its SHA-256 in lower-case hexadecimal, by which the ledger knows it, and
// its SHA-1 in upper case, as the portal shows it and Windows finds it.
std::string fingerprint_of(std::string_view der);
std::string thumbprint_of(std::string_view der);

}  // namespace poolwright::provisioner
