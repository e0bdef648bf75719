#pragma once

#include "provisioner/key_pair.hpp"

#include <boost/system/result.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// A private key that only its passphrase opens: argon2id makes a key of the passphrase, and a secret box
// (XSalsa20-Poly1305) holds the private key. Written as the last three lines of a key file: the public half,
// "argon2id" with its numbers and the salt, and the nonce with the box. Used by key_files.cpp.

namespace poolwright::provisioner {

// What one try of a passphrase costs.
struct passphrase_cost {
    std::uint64_t passes = 3;
    std::uint64_t memory = std::uint64_t{256} << 20U;  // bytes

    bool operator==(passphrase_cost const&) const = default;
};

enum class unlock_fault : std::uint8_t { wrong_passphrase, no_memory };

class protected_key {
public:
    // Takes about as long as a try does: half a second at the usual cost. Throws std::bad_alloc.
    static protected_key close(private_key const& key, secret const& passphrase, passphrase_cost const& cost);

    // Known without the passphrase, and checked when the key is opened.
    [[nodiscard]] public_key const& public_half() const noexcept { return public_half_; }
    [[nodiscard]] passphrase_cost const& cost() const noexcept { return cost_; }

    [[nodiscard]] boost::system::result<private_key, unlock_fault> open(secret const& passphrase) const;

    // Three lines, each with its end, and back; nothing if they are not those lines, or ask for more time or
    // memory than a key file may.
    [[nodiscard]] std::string text() const;
    static std::optional<protected_key> parse(std::string_view text);

private:
    explicit protected_key(public_key const& open_half) : public_half_(open_half) {}

    static constexpr std::size_t salt_size = 16;

    public_key public_half_;
    passphrase_cost cost_;
    std::array<unsigned char, salt_size> salt_{};
    std::vector<unsigned char> box_;  // the nonce, then the box
};

}  // namespace poolwright::provisioner
