#include "tests/provisioner/test_authority.hpp"

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <atomic>
#include <cstdio>
#include <stdexcept>
#include <unistd.h>

namespace poolwright::provisioner::test {

namespace {

void need(bool worked, char const* what) {
    if (!worked) throw std::runtime_error(what);
}

void extend(X509* certificate, int kind, std::string const& value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
    X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str());
    need(extension != nullptr && X509_add_ext(certificate, extension, -1) == 1,
         "cannot extend a certificate");
    X509_EXTENSION_free(extension);
}

identity unsigned_identity(std::string const& name, certificate_wish const& wish) {
    static std::atomic<long> count = 0;
    long const number = ++count;
    identity made{openssl_ptr<EVP_PKEY>(EVP_EC_gen("P-256")), openssl_ptr<X509>(X509_new())};
    need(made.key && made.certificate, "cannot make a key");
    X509* const certificate = made.certificate.get();
    X509_set_version(certificate, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), number);
    X509_gmtime_adj(X509_getm_notBefore(certificate), wish.valid_from_seconds);
    X509_gmtime_adj(X509_getm_notAfter(certificate), wish.valid_to_seconds);
    // Two authorities of one name would be told apart only by their signatures.
    auto const unique_name = name + ' ' + std::to_string(number);
    X509_set_pubkey(certificate, made.key.get());
    auto const* const text = reinterpret_cast<unsigned char const*>(unique_name.c_str());
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_ASC, text, -1, -1, 0);
    return made;
}

void sign(identity const& subject, X509* issuer, EVP_PKEY* key) {
    X509_set_issuer_name(subject.certificate.get(), X509_get_subject_name(issuer));
    need(X509_sign(subject.certificate.get(), key, EVP_sha256()) > 0, "cannot sign a certificate");
}

identity make_root() {
    identity root = unsigned_identity("poolwright test authority", {});
    extend(root.certificate.get(), NID_basic_constraints, "critical,CA:TRUE");
    extend(root.certificate.get(), NID_key_usage, "critical,keyCertSign");
    sign(root, root.certificate.get(), root.key.get());
    return root;
}

std::filesystem::path new_file_name() {
    static std::atomic<int> count = 0;
    auto const name =
        "poolwright-test-" + std::to_string(::getpid()) + '-' + std::to_string(count++) + ".pem";
    return std::filesystem::temp_directory_path() / name;
}

}  // namespace

test_authority::test_authority() : own_(make_root()), file_(new_file_name()) {
    std::FILE* const file = std::fopen(file_.c_str(), "w");
    need(file != nullptr, "cannot write the certificate of the test authority");
    bool const written = PEM_write_X509(file, own_.certificate.get()) == 1;
    need(std::fclose(file) == 0 && written, "cannot write the certificate of the test authority");
}

test_authority::~test_authority() {
    std::error_code already_gone;
    std::filesystem::remove(file_, already_gone);
}

identity test_authority::issue(certificate_wish const& wish) const {
    identity made = unsigned_identity("poolwright test server", wish);
    extend(made.certificate.get(), NID_subject_alt_name, wish.subject_alt_names);
    sign(made, own_.certificate.get(), own_.key.get());
    return made;
}

identity test_authority::self_signed(certificate_wish const& wish) {
    identity made = unsigned_identity("poolwright self-signed", wish);
    extend(made.certificate.get(), NID_subject_alt_name, wish.subject_alt_names);
    sign(made, made.certificate.get(), made.key.get());
    return made;
}

}  // namespace poolwright::provisioner::test
