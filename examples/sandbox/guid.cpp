#include "examples/sandbox/guid.hpp"

#include <openssl/sha.h>

#include <array>

namespace poolwright::sandbox {
namespace {

int digit(char c) noexcept {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

constexpr bool is_dash(std::size_t index) noexcept {
    return index == 8 || index == 13 || index == 18 || index == 23;
}

std::uint64_t big_endian(unsigned char const* bytes) noexcept {
    std::uint64_t value = 0;
    for (int i = 0; i < 8; ++i) value = value << 8 | bytes[i];
    return value;
}

}  // namespace

std::size_t hash_value(guid const& id) noexcept {
    // Random ids are spread already; the multiplication is for those that a person made up.
    return static_cast<std::size_t>((id.high ^ (id.low << 1)) * 0x9E3779B97F4A7C15ULL ^ id.low);
}

std::optional<guid> parse_guid(std::string_view text) noexcept {
    if (text.size() != 36) return std::nullopt;
    guid id;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (is_dash(i)) {
            if (text[i] != '-') return std::nullopt;
            continue;
        }
        auto const value = digit(text[i]);
        if (value < 0) return std::nullopt;
        auto& half = i < 18 ? id.high : id.low;
        half = half << 4 | static_cast<std::uint64_t>(value);
    }
    return id;
}

std::string to_string(guid const& id) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text(36, '-');
    for (std::size_t i = 0, shift = 0; i < text.size(); ++i) {
        if (is_dash(i)) continue;
        auto const half = shift < 64 ? id.high : id.low;
        text[i] = digits[half >> (60 - shift % 64) & 0xF];
        shift += 4;
    }
    return text;
}

guid name_based_guid(std::string_view name) {
    std::array<unsigned char, SHA_DIGEST_LENGTH> digest{};
    SHA1(reinterpret_cast<unsigned char const*>(name.data()), name.size(), digest.data());
    guid id{big_endian(digest.data()), big_endian(digest.data() + 8)};
    id.high = (id.high & ~0xF000ULL) | 0x5000ULL;
    id.low = (id.low & 0x3FFFFFFFFFFFFFFFULL) | 0x8000000000000000ULL;
    return id;
}

}  // namespace poolwright::sandbox
