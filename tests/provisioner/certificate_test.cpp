#include "provisioner/certificate.hpp"

#include "tests/provisioner/a_certificate.hpp"

#include <doctest/doctest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <string>

using namespace poolwright::provisioner;
using namespace poolwright::provisioner::test;

TEST_SUITE_BEGIN("provisioner");

namespace {

// As `openssl genpkey -aes256` writes it.
std::string locked_pem(std::string_view password) {
    std::string const pem(a_certificate().pem().reveal());
    std::shared_ptr<BIO> const from(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free);
    std::shared_ptr<EVP_PKEY> const key(PEM_read_bio_PrivateKey(from.get(), nullptr, nullptr, nullptr),
                                        EVP_PKEY_free);
    std::shared_ptr<BIO> const to(BIO_new(BIO_s_mem()), BIO_free);
    PEM_write_bio_PKCS8PrivateKey(to.get(), key.get(), EVP_aes_256_cbc(), password.data(),
                                  static_cast<int>(password.size()), nullptr, nullptr);
    char* data = nullptr;
    auto const size = BIO_get_mem_data(to.get(), &data);
    return std::string(data, static_cast<std::size_t>(size)) + pem.substr(pem.find("-----BEGIN CERTIFICATE"));
}

std::string replaced(std::string text, std::string_view what, std::string_view by) {
    auto const at = text.find(what);
    REQUIRE(at != std::string::npos);
    return text.replace(at, what.size(), by);
}

std::string fault_of(std::string_view pem, std::string_view password = "") {
    auto const found = certificate::from_pem(secret(pem), secret(password));
    return found ? "" : found.error();
}

constexpr std::string_view an_ec_key =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgjyhVeyf2OgNdvXIY\n"
    "e8ssttQvkVFTKq3Qvbqp5gcADQihRANCAAQnQwpKk29AZsHohwE3PJ2A6kxTLWCQ\n"
    "LEzCRBcVKC4siWFqvi5FWlD6XwMlAmhKvudLyYnFGX+fN3DxK5/pNEcU\n"
    "-----END PRIVATE KEY-----\n";

}  // namespace

TEST_CASE("a certificate made here is valid as long as was asked, and itself signed") {
    auto const& made = a_certificate();
    CHECK(made.valid_from() == valid_from);
    CHECK(made.valid_until() == valid_until);
    CHECK(made.chain().empty());
    auto const* bytes = reinterpret_cast<unsigned char const*>(made.der().data());
    std::shared_ptr<X509> const read(d2i_X509(nullptr, &bytes, static_cast<long>(made.der().size())),
                                     X509_free);
    REQUIRE(read);
    auto* const key = X509_get0_pubkey(read.get());
    CHECK(EVP_PKEY_get_bits(key) == 3072);
    CHECK(X509_verify(read.get(), key) == 1);
    CHECK((X509_get_key_usage(read.get()) & KU_DIGITAL_SIGNATURE) != 0);
    CHECK(X509_check_ca(read.get()) == 0);
}

TEST_CASE("no two certificates are alike, and a name may be long") {
    auto const other = certificate::make(std::string(100, 'x'), valid_from, valid_until);
    CHECK(other.fingerprint() != a_certificate().fingerprint());
}

TEST_CASE("PEM and PFX give back the same key pair") {
    auto const& made = a_certificate();
    auto const from_pem = certificate::from_pem(made.pem(), secret());
    REQUIRE(from_pem.has_value());
    secret const password("correct horse");
    auto const from_pfx = certificate::from_pfx(made.pfx(password), password);
    REQUIRE(from_pfx.has_value());
    for (auto const* each : {&*from_pem, &*from_pfx}) {
        CHECK(each->der() == made.der());
        CHECK(each->valid_until() == valid_until);
        CHECK(each->sign("text").size() == 384);
    }
}

TEST_CASE("the chain stands behind the certificate of the key, wherever that stands") {
    auto const& made = a_certificate();
    auto const other = certificate::make("issuer", valid_from, valid_until);
    auto const pem_of = [](certificate const& of) {
        std::string const all(of.pem().reveal());
        return all.substr(all.find("-----BEGIN CERTIFICATE"));
    };
    auto const read =
        certificate::from_pem(secret(pem_of(other) + std::string(made.pem().reveal())), secret());
    REQUIRE(read.has_value());
    CHECK(read->der() == made.der());
    REQUIRE(read->chain().size() == 1);
    CHECK(read->chain().front() == other.der());
}

TEST_CASE("what is no key pair is refused in words, without a word of it") {
    std::string const pem(a_certificate().pem().reveal());
    auto const split = pem.find("-----BEGIN CERTIFICATE");
    auto const key = pem.substr(0, split);
    auto const own = pem.substr(split);
    auto const other = certificate::make("other", valid_from, valid_until);
    std::string const others(other.pem().reveal());
    CHECK(fault_of("") == "it holds no private key that can be read");
    CHECK(fault_of(own) == "it holds no private key that can be read");
    CHECK(fault_of(replaced(pem, "MII", "QII")) == "it holds no private key that can be read");
    CHECK(fault_of(key) == "it holds no certificate");
    CHECK(fault_of(key + others.substr(others.find("-----BEGIN CERTIFICATE"))) ==
          "it holds no certificate of its private key");
    CHECK(fault_of(std::string(an_ec_key) + own) ==
          "its private key is not an RSA key, and Entra takes no other");
    auto const locked = locked_pem("right");
    CHECK(fault_of(locked) == "its private key is locked with a password");
    CHECK(fault_of(locked, "wrong") == "its private key is not opened by the password");
    CHECK(fault_of(locked, "right").empty());
    auto const pfx_fault = [](secret const& bytes, std::string_view password) {
        auto const found = certificate::from_pfx(bytes, secret(password));
        return found ? "" : found.error();
    };
    CHECK(pfx_fault(secret("not a PFX"), "") == "it is not a PFX file");
    CHECK(pfx_fault(a_certificate().pfx(secret("right")), "wrong") == "it is not opened by the password");
}

TEST_SUITE_END();
