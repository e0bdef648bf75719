#pragma once

#include <openssl/types.h>

#include <memory>
#include <string>
#include <string_view>

// The certificates of the HTTPS server: an authority made for this folder alone, and a server certificate
// below it; and those by which a client or another issuer signs. Used by main.

namespace poolwright::sandbox {

struct server_certificate {
    std::string certificate_pem;
    std::string key_pem;
};

class certificate_authority {
public:
    // A new one (ECDSA P-256), valid for two years. Throws if OpenSSL fails.
    static certificate_authority create();

    // From an earlier start; throws if either text is not what it should be, or they do not belong together.
    static certificate_authority load(std::string const& certificate_pem, std::string const& key_pem);

    [[nodiscard]] std::string certificate_pem() const;
    [[nodiscard]] std::string key_pem() const;

    // For localhost, 127.0.0.1 and ::1, with a key of its own.
    [[nodiscard]] server_certificate issue() const;

private:
    certificate_authority(std::shared_ptr<X509> certificate, std::shared_ptr<EVP_PKEY> key)
        : certificate_(std::move(certificate)), key_(std::move(key)) {}

    std::shared_ptr<X509> certificate_;
    std::shared_ptr<EVP_PKEY> key_;
};

struct signing_certificate {
    std::string certificate_der;
    std::string pem;  // certificate and private key, as the Azure SDKs read it
};

// One RSA key (2048 bits) behind all certificates that sign in the sandbox's world: making a key for each
// would double the time of a start.
class signing_key {
public:
    // Throws if OpenSSL fails.
    static signing_key create();

    // Self-signed, valid for two years.
    [[nodiscard]] signing_certificate certify(std::string const& name) const;

    // RS256: RSASSA-PKCS1-v1_5 over SHA-256.
    [[nodiscard]] std::string sign(std::string_view text) const;

private:
    explicit signing_key(std::shared_ptr<EVP_PKEY> key) : key_(std::move(key)) {}

    std::shared_ptr<EVP_PKEY> key_;
};

}  // namespace poolwright::sandbox
