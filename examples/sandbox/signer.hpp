#pragma once

#include <openssl/types.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

// Signatures that only this sandbox can make and that it alone checks: of its access tokens, links and
// refresh tokens.

namespace poolwright::sandbox {

// HMAC-SHA-256 with a key that the seed decides.
class signer {
public:
    explicit signer(std::uint64_t seed);

    // 32 bytes.
    [[nodiscard]] std::string sign(std::string_view text) const;

    // Compared in a time that does not depend on where they differ.
    [[nodiscard]] bool has_signed(std::string_view text, std::string_view signature) const;

private:
    struct release {
        void operator()(EVP_MAC_CTX* context) const noexcept;
    };
    // Holds the key: to look the algorithm up for each text takes longer than to sign it.
    std::unique_ptr<EVP_MAC_CTX, release> context_;
};

}  // namespace poolwright::sandbox
