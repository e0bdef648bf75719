#pragma once

#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <filesystem>
#include <memory>
#include <string>

// Certificates made while the test runs: an authority of our own, and what it signs.

namespace poolwright::provisioner::test {

struct openssl_delete {
    void operator()(X509* p) const noexcept { X509_free(p); }
    void operator()(EVP_PKEY* p) const noexcept { EVP_PKEY_free(p); }
    void operator()(SSL_CTX* p) const noexcept { SSL_CTX_free(p); }
    void operator()(SSL* p) const noexcept { SSL_free(p); }
};

template <class T>
using openssl_ptr = std::unique_ptr<T, openssl_delete>;

struct identity {
    openssl_ptr<EVP_PKEY> key;
    openssl_ptr<X509> certificate;
};

struct certificate_wish {
    std::string subject_alt_names = "IP:127.0.0.1,DNS:localhost";
    long valid_from_seconds = -3600;  // from now
    long valid_to_seconds = 3600;
};

class test_authority {
public:
    test_authority();
    test_authority(test_authority const&) = delete;
    test_authority& operator=(test_authority const&) = delete;
    ~test_authority();

    [[nodiscard]] identity issue(certificate_wish const& wish = {}) const;
    [[nodiscard]] static identity self_signed(certificate_wish const& wish = {});

    // The authority's certificate as a PEM file, which ends with this object.
    [[nodiscard]] std::string ca_file() const { return file_.string(); }

private:
    identity own_;
    std::filesystem::path file_;
};

}  // namespace poolwright::provisioner::test
