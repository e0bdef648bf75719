#include "provisioner/client_assertion.hpp"

#include "tests/provisioner/a_certificate.hpp"
#include "tests/provisioner/replies.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <doctest/doctest.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <sodium.h>

#include <string>
#include <vector>

using namespace poolwright::provisioner;
using namespace poolwright::provisioner::test;
namespace json = boost::json;

TEST_SUITE_BEGIN("provisioner");

namespace {

constexpr std::string_view endpoint_address =
    "https://login.microsoftonline.com/d0d0d0d0-d0d0-d0d0-d0d0-d0d0d0d0d0d0/oauth2/v2.0/token";
constexpr std::string_view client = "11111111-2222-3333-4444-555555555555";

std::string decoded(std::string_view text, int variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING) {
    std::string bytes(text.size(), '\0');
    std::size_t size = 0;
    REQUIRE(sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), text.data(),
                              text.size(), nullptr, &size, nullptr, variant) == 0);
    bytes.resize(size);
    return bytes;
}

struct parts {
    std::string signed_text;
    json::object header;
    json::object claims;
    std::string signature;
};

parts parts_of(std::string const& token) {
    auto const first = token.find('.');
    auto const last = token.rfind('.');
    return {token.substr(0, last), json::parse(decoded(token.substr(0, first))).as_object(),
            json::parse(decoded(token.substr(first + 1, last - first - 1))).as_object(),
            decoded(token.substr(last + 1))};
}

parts assertion(bool send_chain = false) {
    assertion_claims const claims{.audience = endpoint_address,
                                  .client_id = client,
                                  .number = id(0xA1),
                                  .now = valid_from,
                                  .send_chain = send_chain};
    return parts_of(std::string(client_assertion(a_certificate(), claims).reveal()));
}

bool verifies(parts const& token) {
    auto const* bytes = reinterpret_cast<unsigned char const*>(a_certificate().der().data());
    std::shared_ptr<X509> const own(
        d2i_X509(nullptr, &bytes, static_cast<long>(a_certificate().der().size())), X509_free);
    std::shared_ptr<EVP_MD_CTX> const context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    EVP_PKEY_CTX* key = nullptr;
    EVP_DigestVerifyInit(context.get(), &key, EVP_sha256(), nullptr, X509_get0_pubkey(own.get()));
    EVP_PKEY_CTX_set_rsa_padding(key, RSA_PKCS1_PSS_PADDING);
    EVP_PKEY_CTX_set_rsa_pss_saltlen(key, 32);
    return EVP_DigestVerify(context.get(), reinterpret_cast<unsigned char const*>(token.signature.data()),
                            token.signature.size(),
                            reinterpret_cast<unsigned char const*>(token.signed_text.data()),
                            token.signed_text.size()) == 1;
}

}  // namespace

TEST_CASE("an assertion says who asks whom, for ten minutes") {
    auto const token = assertion();
    CHECK(token.header.at("alg") == "PS256");
    CHECK(token.header.at("typ") == "JWT");
    CHECK_FALSE(token.header.contains("x5c"));
    auto const print = a_certificate().fingerprint();
    CHECK(decoded(std::string(token.header.at("x5t#S256").as_string())) ==
          std::string(print.begin(), print.end()));
    auto const now = valid_from.time_since_epoch().count();
    CHECK(token.claims == json::object{{"aud", endpoint_address},
                                       {"iss", client},
                                       {"sub", client},
                                       {"jti", "a1a1a1a1-a1a1-a1a1-a1a1-a1a1a1a1a1a1"},
                                       {"iat", now},
                                       {"nbf", now - 60},
                                       {"exp", now + 600}});
}

TEST_CASE("an assertion is signed by the key, and by that text only") {
    auto token = assertion();
    CHECK(verifies(token));
    token.signed_text.back() = token.signed_text.back() == 'A' ? 'B' : 'A';
    CHECK_FALSE(verifies(token));
}

TEST_CASE("the chain is sent where it is asked for") {
    auto const token = assertion(true);
    auto const& chain = token.header.at("x5c").as_array();
    REQUIRE(chain.size() == 1);
    CHECK(decoded(std::string(chain[0].as_string()), sodium_base64_VARIANT_ORIGINAL) ==
          a_certificate().der());
    CHECK(verifies(token));
}

TEST_SUITE_END();
