#include "examples/sandbox/certificate.hpp"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <array>
#include <stdexcept>

namespace poolwright::sandbox {
namespace {

constexpr long validity_seconds = 2L * 365 * 24 * 3600;
constexpr long backdate_seconds = 86'400;  // for clients whose clock is behind

[[noreturn]] void fail(std::string const& what) {
    std::array<char, 256> reason{};
    ERR_error_string_n(ERR_get_error(), reason.data(), reason.size());
    throw std::runtime_error(what + ": " + reason.data());
}

void need(bool done, char const* what) {
    if (!done) fail(what);
}

std::shared_ptr<EVP_PKEY> new_key() {
    std::shared_ptr<EVP_PKEY> key(EVP_EC_gen("P-256"), EVP_PKEY_free);
    need(key != nullptr, "cannot make a P-256 key");
    return key;
}

std::shared_ptr<BIO> memory() {
    std::shared_ptr<BIO> bio(BIO_new(BIO_s_mem()), BIO_free);
    need(bio != nullptr, "cannot allocate a buffer");
    return bio;
}

std::string text_of(BIO* bio) {
    char* data = nullptr;
    auto const size = BIO_get_mem_data(bio, &data);
    return {data, static_cast<std::size_t>(size)};
}

std::shared_ptr<BIO> reader(std::string const& text) {
    std::shared_ptr<BIO> bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), BIO_free);
    need(bio != nullptr, "cannot allocate a buffer");
    return bio;
}

std::string to_pem(X509* certificate) {
    auto const bio = memory();
    need(PEM_write_bio_X509(bio.get(), certificate) == 1, "cannot write a certificate");
    return text_of(bio.get());
}

std::string to_pem(EVP_PKEY* key) {
    auto const bio = memory();
    need(PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1,
         "cannot write a key");
    return text_of(bio.get());
}

void add_extension(X509* certificate, X509* issuer, int id, char const* value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    std::unique_ptr<X509_EXTENSION, void (*)(X509_EXTENSION*)> const extension(
        X509V3_EXT_conf_nid(nullptr, &context, id, value), X509_EXTENSION_free);
    need(extension && X509_add_ext(certificate, extension.get(), -1) == 1,
         "cannot add a certificate extension");
}

// 16 random bytes: browsers refuse two certificates of one issuer with the same number.
void set_serial_number(X509* certificate) {
    std::array<unsigned char, 16> bytes{};
    need(RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) == 1, "no random bytes");
    bytes[0] &= 0x7F;
    std::unique_ptr<BIGNUM, void (*)(BIGNUM*)> const number(
        BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr), BN_free);
    need(number && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr,
         "cannot number a certificate");
}

std::shared_ptr<X509> blank_certificate(EVP_PKEY* key, char const* name) {
    std::shared_ptr<X509> certificate(X509_new(), X509_free);
    need(certificate != nullptr && X509_set_version(certificate.get(), X509_VERSION_3) == 1,
         "cannot make a certificate");
    set_serial_number(certificate.get());
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -backdate_seconds);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), validity_seconds);
    need(X509_set_pubkey(certificate.get(), key) == 1, "cannot set a public key");
    auto const* const text = reinterpret_cast<unsigned char const*>(name);
    need(X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()), "CN", MBSTRING_ASC, text, -1,
                                    -1, 0) == 1,
         "cannot name a certificate");
    return certificate;
}

void sign_certificate(X509* certificate, X509* issuer, EVP_PKEY* key) {
    need(X509_set_issuer_name(certificate, X509_get_subject_name(issuer)) == 1, "cannot name the issuer");
    need(X509_sign(certificate, key, EVP_sha256()) > 0, "cannot sign a certificate");
}

}  // namespace

certificate_authority certificate_authority::create() {
    auto key = new_key();
    auto certificate = blank_certificate(key.get(), "graph-sandbox (for testing only)");
    auto* const raw = certificate.get();
    add_extension(raw, raw, NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
    add_extension(raw, raw, NID_key_usage, "critical,keyCertSign,cRLSign");
    add_extension(raw, raw, NID_subject_key_identifier, "hash");
    // Even if its key were stolen it could vouch for nothing but this machine.
    add_extension(raw, raw, NID_name_constraints,
                  "critical,permitted;DNS:localhost,permitted;IP:127.0.0.1/255.255.255.255,"
                  "permitted;IP:::1/FFFF:FFFF:FFFF:FFFF:FFFF:FFFF:FFFF:FFFF");
    sign_certificate(raw, raw, key.get());
    return {std::move(certificate), std::move(key)};
}

certificate_authority certificate_authority::load(std::string const& certificate_pem,
                                                  std::string const& key_pem) {
    std::shared_ptr<X509> certificate(
        PEM_read_bio_X509(reader(certificate_pem).get(), nullptr, nullptr, nullptr), X509_free);
    need(certificate != nullptr, "ca.pem holds no certificate");
    std::shared_ptr<EVP_PKEY> key(PEM_read_bio_PrivateKey(reader(key_pem).get(), nullptr, nullptr, nullptr),
                                  EVP_PKEY_free);
    need(key != nullptr, "ca-key.pem holds no key");
    need(X509_check_private_key(certificate.get(), key.get()) == 1,
         "ca.pem and ca-key.pem do not belong together");
    return {std::move(certificate), std::move(key)};
}

std::string certificate_authority::certificate_pem() const {
    return to_pem(certificate_.get());
}

std::string certificate_authority::key_pem() const {
    return to_pem(key_.get());
}

server_certificate certificate_authority::issue() const {
    auto const key = new_key();
    auto const certificate = blank_certificate(key.get(), "localhost");
    auto* const raw = certificate.get();
    add_extension(raw, certificate_.get(), NID_basic_constraints, "critical,CA:FALSE");
    add_extension(raw, certificate_.get(), NID_key_usage, "critical,digitalSignature");
    add_extension(raw, certificate_.get(), NID_ext_key_usage, "serverAuth");
    add_extension(raw, certificate_.get(), NID_authority_key_identifier, "keyid:always");
    add_extension(raw, certificate_.get(), NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1,IP:::1");
    sign_certificate(raw, certificate_.get(), key_.get());
    return {to_pem(raw), to_pem(key.get())};
}

signing_key signing_key::create() {
    std::shared_ptr<EVP_PKEY> key(EVP_RSA_gen(2048), EVP_PKEY_free);
    need(key != nullptr, "cannot make an RSA key");
    return signing_key(std::move(key));
}

signing_certificate signing_key::certify(std::string const& name) const {
    auto const certificate = blank_certificate(key_.get(), name.c_str());
    auto* const raw = certificate.get();
    add_extension(raw, raw, NID_basic_constraints, "critical,CA:FALSE");
    add_extension(raw, raw, NID_key_usage, "critical,digitalSignature");
    sign_certificate(raw, raw, key_.get());
    unsigned char* bytes = nullptr;
    auto const size = i2d_X509(raw, &bytes);
    need(size > 0, "cannot encode a certificate");
    std::string der(bytes, bytes + size);
    OPENSSL_free(bytes);
    return {std::move(der), to_pem(raw) + to_pem(key_.get())};
}

std::string signing_key::sign(std::string_view text) const {
    std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> const context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    auto const* const bytes = reinterpret_cast<unsigned char const*>(text.data());
    std::string signature(static_cast<std::size_t>(EVP_PKEY_get_size(key_.get())), '\0');
    auto size = signature.size();
    need(context && EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get()) == 1 &&
             EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, bytes,
                            text.size()) == 1,
         "cannot sign");
    signature.resize(size);
    return signature;
}

}  // namespace poolwright::sandbox
