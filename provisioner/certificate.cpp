#include "provisioner/certificate.hpp"

#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <ctime>
#include <stdexcept>

namespace poolwright::provisioner {

struct rsa_key::pair {
    std::shared_ptr<EVP_PKEY> key;
};

struct certificate::key_pair {
    std::shared_ptr<EVP_PKEY> key;
    std::shared_ptr<X509> own;
};

namespace {

void need(bool done, char const* what) {
    if (done) return;
    std::array<char, 256> reason{};
    ERR_error_string_n(ERR_get_error(), reason.data(), reason.size());
    throw std::runtime_error(std::string("cannot ") + what + ": " + reason.data());
}

std::shared_ptr<BIO> reader(std::string_view text) {
    std::shared_ptr<BIO> bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), BIO_free);
    need(bio != nullptr, "read a certificate");
    return bio;
}

// Memory that is wiped when it ends.
std::shared_ptr<BIO> writer() {
    std::shared_ptr<BIO> bio(BIO_new(BIO_s_secmem()), BIO_free);
    need(bio != nullptr, "write a certificate");
    return bio;
}

secret written(BIO* bio) {
    char* data = nullptr;
    auto const size = BIO_get_mem_data(bio, &data);
    return secret(std::string_view(data, static_cast<std::size_t>(size)));
}

std::string der_of(X509* what) {
    int const size = i2d_X509(what, nullptr);
    need(size > 0, "encode a certificate");
    std::string bytes(static_cast<std::size_t>(size), '\0');
    auto* out = reinterpret_cast<unsigned char*>(bytes.data());
    i2d_X509(what, &out);
    return bytes;
}

std::chrono::sys_seconds time_of(ASN1_TIME const* when) {
    std::tm broken{};
    need(ASN1_TIME_to_tm(when, &broken) == 1, "read the times of a certificate");
    return std::chrono::sys_seconds(std::chrono::seconds(timegm(&broken)));
}

void set_time(ASN1_TIME* to, std::chrono::sys_seconds when) {
    need(ASN1_TIME_set(to, when.time_since_epoch().count()) != nullptr, "set the times of a certificate");
}

// Positive, and of 16 bytes.
void set_serial(X509* of, guid const& serial) {
    auto bytes = serial.bytes;
    bytes[0] = (bytes[0] & 0x3FU) | 0x40U;
    std::shared_ptr<BIGNUM> const number(BN_bin2bn(bytes.data(), bytes.size(), nullptr), BN_free);
    need(number && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(of)) != nullptr,
         "number a certificate");
}

void set_name(X509* of, std::string_view name) {
    constexpr std::size_t longest = 64;
    auto* const to = X509_get_subject_name(of);
    auto const* const text = reinterpret_cast<unsigned char const*>(name.data());
    need(X509_NAME_add_entry_by_txt(to, "CN", MBSTRING_UTF8, text,
                                    static_cast<int>(std::min(name.size(), longest)), -1, 0) == 1,
         "name a certificate");
    need(X509_set_issuer_name(of, to) == 1, "name a certificate");
}

void add_extension(X509* to, int what, char const* value) {
    std::shared_ptr<X509_EXTENSION> const made(X509V3_EXT_conf_nid(nullptr, nullptr, what, value),
                                               X509_EXTENSION_free);
    need(made && X509_add_ext(to, made.get(), -1) == 1, "say what a certificate is for");
}

// For OpenSSL's callback: no question is ever asked on the terminal.
int give_password(char* to, int room, int, void* password) {
    auto const text = static_cast<secret const*>(password)->reveal();
    if (text.size() > static_cast<std::size_t>(room)) return -1;
    std::copy(text.begin(), text.end(), to);
    return static_cast<int>(text.size());
}

// As C takes a text: with a zero behind it.
wiped_string with_its_end(secret const& password) {
    wiped_string text;
    text.reserve(std::max<std::size_t>(password.size(), 32));
    text.assign(password.reveal());
    return text;
}

std::shared_ptr<EVP_PKEY> key_in(secret const& pem, secret const& password) {
    auto const from = reader(pem.reveal());
    auto* const user = const_cast<secret*>(&password);  // NOLINT(cppcoreguidelines-pro-type-const-cast)
    return {PEM_read_bio_PrivateKey(from.get(), nullptr, give_password, user), EVP_PKEY_free};
}

std::vector<std::shared_ptr<X509>> certificates_in(secret const& pem) {
    std::vector<std::shared_ptr<X509>> all;
    auto const from = reader(pem.reveal());
    while (auto* const next = PEM_read_bio_X509(from.get(), nullptr, nullptr, nullptr)) {
        all.emplace_back(next, X509_free);
    }
    ERR_clear_error();  // the end of the text counts as an error
    return all;
}

}  // namespace

certificate::certificate(std::shared_ptr<key_pair const> pair)
    : pair_(std::move(pair)),
      der_(der_of(pair_->own.get())),
      valid_from_(time_of(X509_get0_notBefore(pair_->own.get()))),
      valid_until_(time_of(X509_get0_notAfter(pair_->own.get()))) {}

rsa_key rsa_key::make(int bits) {
    auto made = std::make_shared<pair>();
    made->key = {EVP_RSA_gen(static_cast<unsigned int>(bits)), EVP_PKEY_free};
    need(made->key != nullptr, "make an RSA key");
    rsa_key key;
    key.pair_ = std::move(made);
    return key;
}

certificate certificate::make(std::string_view name, std::chrono::sys_seconds from,
                              std::chrono::sys_seconds until) {
    guid serial;
    need(RAND_bytes(serial.bytes.data(), static_cast<int>(serial.bytes.size())) == 1, "get random bits");
    return make(rsa_key::make(), {.name = name, .serial = serial, .from = from, .until = until});
}

certificate certificate::make(rsa_key const& key, certificate_facts const& facts) {
    auto made = std::make_shared<key_pair>();
    made->key = key.pair_->key;
    made->own = {X509_new(), X509_free};
    auto* const own = made->own.get();
    need(own != nullptr && X509_set_version(own, X509_VERSION_3) == 1, "make a certificate");
    set_serial(own, facts.serial);
    set_time(X509_getm_notBefore(own), facts.from);
    set_time(X509_getm_notAfter(own), facts.until);
    set_name(own, facts.name);
    need(X509_set_pubkey(own, made->key.get()) == 1, "make a certificate");
    add_extension(own, NID_basic_constraints, "critical,CA:FALSE");
    add_extension(own, NID_key_usage, "critical,digitalSignature");
    add_extension(own, NID_ext_key_usage, "clientAuth");
    need(X509_sign(own, made->key.get(), EVP_sha256()) > 0, "sign a certificate");
    return certificate(std::move(made));
}

boost::system::result<certificate, std::string> certificate::from_pem(secret const& text,
                                                                      secret const& password) {
    auto const key = key_in(text, password);
    bool const encrypted = text.reveal().find("ENCRYPTED") != std::string_view::npos;
    if (key == nullptr) {
        ERR_clear_error();
        if (encrypted && password.empty()) return std::string("its private key is locked with a password");
        return std::string(encrypted ? "its private key is not opened by the password"
                                     : "it holds no private key that can be read");
    }
    if (EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_RSA)
        return std::string("its private key is not an RSA key, and Entra takes no other");
    auto const all = certificates_in(text);
    if (all.empty()) return std::string("it holds no certificate");
    auto const own = std::find_if(all.begin(), all.end(), [&](std::shared_ptr<X509> const& each) {
        return X509_check_private_key(each.get(), key.get()) == 1;
    });
    ERR_clear_error();
    if (own == all.end()) return std::string("it holds no certificate of its private key");
    certificate found(std::make_shared<key_pair>(key_pair{key, *own}));
    for (auto const& each : all) {
        if (each != *own) found.chain_.push_back(der_of(each.get()));
    }
    return found;
}

boost::system::result<certificate, std::string> certificate::from_pfx(secret const& bytes,
                                                                      secret const& password) {
    auto const from = reader(bytes.reveal());
    std::shared_ptr<PKCS12> const box(d2i_PKCS12_bio(from.get(), nullptr), PKCS12_free);
    EVP_PKEY* key = nullptr;
    X509* own = nullptr;
    STACK_OF(X509)* others = nullptr;
    auto const ended = with_its_end(password);
    bool const opened = box != nullptr && PKCS12_parse(box.get(), ended.c_str(), &key, &own, &others) == 1;
    ERR_clear_error();
    std::shared_ptr<STACK_OF(X509)> const rest(
        others, [](STACK_OF(X509) * all) { sk_X509_pop_free(all, X509_free); });
    auto pair = std::make_shared<key_pair>(key_pair{{key, EVP_PKEY_free}, {own, X509_free}});
    if (box == nullptr) return std::string("it is not a PFX file");
    if (!opened) return std::string("it is not opened by the password");
    if (key == nullptr || own == nullptr) return std::string("it holds no private key with its certificate");
    if (EVP_PKEY_get_base_id(key) != EVP_PKEY_RSA)
        return std::string("its private key is not an RSA key, and Entra takes no other");
    certificate found(std::move(pair));
    for (int i = 0; i < sk_X509_num(others); ++i) found.chain_.push_back(der_of(sk_X509_value(others, i)));
    return found;
}

std::array<unsigned char, 32> certificate::fingerprint() const {
    std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
    SHA256(reinterpret_cast<unsigned char const*>(der_.data()), der_.size(), digest.data());
    return digest;
}

secret certificate::pem() const {
    auto const to = writer();
    bool const done = PEM_write_bio_PKCS8PrivateKey(to.get(), pair_->key.get(), nullptr, nullptr, 0, nullptr,
                                                    nullptr) == 1 &&
                      PEM_write_bio_X509(to.get(), pair_->own.get()) == 1;
    need(done, "write a certificate");
    return written(to.get());
}

secret certificate::pfx(secret const& password) const {
    auto const ended = with_its_end(password);
    std::shared_ptr<PKCS12> const box(
        PKCS12_create(ended.c_str(), nullptr, pair_->key.get(), pair_->own.get(), nullptr, NID_aes_256_cbc,
                      NID_aes_256_cbc, PKCS12_DEFAULT_ITER, PKCS12_DEFAULT_ITER, 0),
        PKCS12_free);
    need(box != nullptr, "write a PFX file");
    auto const to = writer();
    need(i2d_PKCS12_bio(to.get(), box.get()) == 1, "write a PFX file");
    return written(to.get());
}

std::string certificate::sign(std::string_view text) const {
    std::shared_ptr<EVP_MD_CTX> const context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    EVP_PKEY_CTX* key = nullptr;
    bool const begun =
        context && EVP_DigestSignInit(context.get(), &key, EVP_sha256(), nullptr, pair_->key.get()) == 1 &&
        EVP_PKEY_CTX_set_rsa_padding(key, RSA_PKCS1_PSS_PADDING) == 1 &&
        EVP_PKEY_CTX_set_rsa_pss_saltlen(key, RSA_PSS_SALTLEN_DIGEST) == 1;
    need(begun, "sign with a certificate");
    auto const* const bytes = reinterpret_cast<unsigned char const*>(text.data());
    std::size_t size = 0;
    need(EVP_DigestSign(context.get(), nullptr, &size, bytes, text.size()) == 1, "sign with a certificate");
    std::string signature(size, '\0');
    auto* const out = reinterpret_cast<unsigned char*>(signature.data());
    need(EVP_DigestSign(context.get(), out, &size, bytes, text.size()) == 1, "sign with a certificate");
    signature.resize(size);
    return signature;
}

std::string fingerprint_of(std::string_view der) {
    std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
    SHA256(reinterpret_cast<unsigned char const*>(der.data()), der.size(), digest.data());
    return fmt::format("{:02x}", fmt::join(digest, ""));
}

std::string thumbprint_of(std::string_view der) {
    std::array<unsigned char, SHA_DIGEST_LENGTH> digest{};
    SHA1(reinterpret_cast<unsigned char const*>(der.data()), der.size(), digest.data());
    return fmt::format("{:02X}", fmt::join(digest, ""));
}

}  // namespace poolwright::provisioner
