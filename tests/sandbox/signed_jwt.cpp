#include "tests/sandbox/signed_jwt.hpp"

#include "examples/sandbox/encoding.hpp"
#include "examples/sandbox/jwt.hpp"
#include "examples/sandbox/timestamps.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <memory>

namespace sandbox_test {
namespace {

// RSASSA-PSS over SHA-256, which nothing in the sandbox signs by.
std::string sign_ps256(std::string_view text) {
    auto const pem = signer().certify("any").pem;
    std::unique_ptr<BIO, int (*)(BIO*)> const in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())),
                                                 BIO_free);
    std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> const key(
        PEM_read_bio_PrivateKey(in.get(), nullptr, nullptr, nullptr), EVP_PKEY_free);
    std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> const context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    EVP_PKEY_CTX* how = nullptr;
    REQUIRE(EVP_DigestSignInit(context.get(), &how, EVP_sha256(), nullptr, key.get()) == 1);
    REQUIRE(EVP_PKEY_CTX_set_rsa_padding(how, RSA_PKCS1_PSS_PADDING) == 1);
    REQUIRE(EVP_PKEY_CTX_set_rsa_pss_saltlen(how, RSA_PSS_SALTLEN_DIGEST) == 1);
    std::string signature(256, '\0');
    auto size = signature.size();
    REQUIRE(EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                           reinterpret_cast<unsigned char const*>(text.data()), text.size()) == 1);
    return signature;
}

}  // namespace

sandbox::signing_key const& signer() {
    static auto const key = sandbox::signing_key::create();
    return key;
}

test_certificate::test_certificate() : facts(sandbox::read_certificate(made.certificate_der).value()) {}

std::string test_certificate::base64() const {
    return sandbox::base64url_encode(made.certificate_der);
}

std::string test_certificate::damaged() const {
    return sandbox::base64url_encode(made.certificate_der.substr(0, made.certificate_der.size() - 1));
}

std::string signed_jwt(json::object header, json::object const& claims, algorithm by) {
    if (!header.contains("alg")) header["alg"] = by == algorithm::rs256 ? "RS256" : "PS256";
    auto text = sandbox::base64url_encode(json::serialize(header)) + '.' +
                sandbox::base64url_encode(json::serialize(claims));
    auto const signature = by == algorithm::rs256 ? signer().sign(text) : sign_ps256(text);
    return text + '.' + sandbox::base64url_encode(signature);
}

assertion client_assertion(test_certificate const& by, std::string_view client, sandbox::time_point now) {
    using namespace std::chrono_literals;
    return {{{"typ", "JWT"}, {"x5t", sandbox::base64url_encode(sandbox::sha1_of(by.made.certificate_der))}},
            {{"aud", fmt::format("https://localhost/{}/oauth2/v2.0/token", tenant)},
             {"iss", client},
             {"sub", client},
             {"jti", "00000000-0000-4000-8000-000000000001"},
             {"nbf", sandbox::unix_seconds(now)},
             {"exp", sandbox::unix_seconds(now + 10min)}}};
}

answer token_by(fixture& it, std::string_view client, std::string const& assertion) {
    auto const form = fmt::format(
        "grant_type=client_credentials&client_id={}&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3A"
        "client-assertion-type%3Ajwt-bearer&client_assertion={}&scope={}",
        client, assertion, sandbox::percent_encode(graph_scope));
    return it.raw("POST", "/" + it.in_tenant + "/oauth2/v2.0/token", form);
}

std::int64_t aadsts(answer const& got) {
    auto const* const codes = got.body.if_contains("error_codes");
    return codes == nullptr ? 0 : codes->as_array().at(0).as_int64();
}

}  // namespace sandbox_test
