#pragma once

#include "provisioner/secret.hpp"

#include <boost/system/result.hpp>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

// Secrets lie in the ledger sealed to a public key (libsodium sealed boxes: X25519, XSalsa20-Poly1305).
// Whoever provisions needs only the public key; the private key opens them for the export.

namespace poolwright::provisioner {

// The public half. Written as a text file of two lines: "poolwright public key 1" and the key in base64.
class public_key {
public:
    static constexpr std::size_t size = 32;
    explicit public_key(std::array<std::uint8_t, size> const& bytes) : bytes_(bytes) {}

    // The sealed text, in base64 (92 µs).
    [[nodiscard]] std::string seal(secret const& text) const;

    // 32 hex digits that name the key, for the ledger and for messages.
    [[nodiscard]] std::string fingerprint() const;

    // The key as its file holds it, and back; nothing if the text is not 32 bytes in base64, or nothing can
    // be sealed to them.
    [[nodiscard]] std::string base64() const;
    static std::optional<public_key> from_base64(std::string_view text);

    bool operator==(public_key const&) const = default;

private:
    friend class private_key;
    std::array<std::uint8_t, size> bytes_;
};

// The private half, in memory that is locked and wiped.
class private_key {
public:
    private_key(private_key&&) noexcept;
    private_key& operator=(private_key&&) noexcept;
    private_key(private_key const&) = delete;
    private_key& operator=(private_key const&) = delete;
    ~private_key();

    [[nodiscard]] public_key const& public_half() const noexcept;

    // Nothing if it was not sealed to this key or was changed.
    [[nodiscard]] boost::system::result<secret> open(std::string_view sealed) const;

    // The key as its file holds it, and back; nothing if the text is not 32 bytes in base64.
    [[nodiscard]] secret base64() const;
    static std::optional<private_key> from_base64(std::string_view text);

    static private_key generate();

private:
    struct impl;
    explicit private_key(std::unique_ptr<impl> what);
    std::unique_ptr<impl> impl_;
};

}  // namespace poolwright::provisioner
