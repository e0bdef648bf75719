#include "examples/sandbox/text_sealer.hpp"

#include "examples/sandbox/encoding.hpp"
#include "examples/sandbox/guid.hpp"
#include "examples/sandbox/random.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>

namespace poolwright::sandbox {

text_sealer::text_sealer(std::uint64_t seed, std::string_view purpose) {
    generator random(seed ^ hash_value(name_based_guid(std::string(purpose))));
    std::ranges::generate(key_, [&] { return static_cast<unsigned char>(random.next()); });
}

std::string text_sealer::sign(std::string_view text) const {
    std::string digest(32, '\0');
    HMAC(EVP_sha256(), key_.data(), static_cast<int>(key_.size()),
         reinterpret_cast<unsigned char const*>(text.data()), text.size(),
         reinterpret_cast<unsigned char*>(digest.data()), nullptr);
    return digest;
}

std::string text_sealer::seal(std::string_view text) const {
    auto const body = base64url_encode(text);
    auto const signature = sign(body);
    return body + '.' + base64url_encode(signature);
}

std::optional<std::string> text_sealer::open(std::string_view sealed) const {
    auto const dot = sealed.find('.');
    if (dot == std::string_view::npos) return std::nullopt;
    auto const given = base64_decode(sealed.substr(dot + 1));
    auto const expected = sign(sealed.substr(0, dot));
    if (!given || given->size() != expected.size() ||
        CRYPTO_memcmp(given->data(), expected.data(), expected.size()) != 0) {
        return std::nullopt;
    }
    return base64_decode(sealed.substr(0, dot));
}

}  // namespace poolwright::sandbox
