#include "examples/sandbox/signer.hpp"

#include "examples/sandbox/random.hpp"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <algorithm>
#include <array>
#include <new>

namespace poolwright::sandbox {
namespace {

constexpr std::size_t digest_size = 32;

void require(bool holds) {
    // With a digest that OpenSSL always has, nothing but memory can be missing.
    if (!holds) throw std::bad_alloc();
}

}  // namespace

void signer::release::operator()(EVP_MAC_CTX* context) const noexcept {
    EVP_MAC_CTX_free(context);
}

signer::signer(std::uint64_t seed) {
    std::array<unsigned char, digest_size> key{};
    generator random(seed);
    std::ranges::generate(key, [&] { return static_cast<unsigned char>(random.next()); });
    std::unique_ptr<EVP_MAC, void (*)(EVP_MAC*)> const hmac(EVP_MAC_fetch(nullptr, "HMAC", nullptr),
                                                            EVP_MAC_free);
    context_.reset(hmac ? EVP_MAC_CTX_new(hmac.get()) : nullptr);
    std::string digest("SHA256");
    std::array<OSSL_PARAM, 2> const options{
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), 0),
        OSSL_PARAM_construct_end()};
    require(context_ && EVP_MAC_init(context_.get(), key.data(), key.size(), options.data()) == 1);
}

std::string signer::sign(std::string_view text) const {
    std::string digest(digest_size, '\0');
    auto* const at = reinterpret_cast<unsigned char*>(digest.data());
    std::size_t written = 0;
    require(EVP_MAC_init(context_.get(), nullptr, 0, nullptr) == 1 &&
            EVP_MAC_update(context_.get(), reinterpret_cast<unsigned char const*>(text.data()),
                           text.size()) == 1 &&
            EVP_MAC_final(context_.get(), at, &written, digest.size()) == 1 && written == digest.size());
    return digest;
}

bool signer::has_signed(std::string_view text, std::string_view signature) const {
    auto const expected = sign(text);
    return signature.size() == expected.size() &&
           CRYPTO_memcmp(signature.data(), expected.data(), expected.size()) == 0;
}

}  // namespace poolwright::sandbox
