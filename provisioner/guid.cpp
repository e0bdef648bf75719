#include "provisioner/guid.hpp"

#include <cstddef>

namespace poolwright::provisioner {
namespace {

constexpr std::size_t hyphenated_size = 36;
constexpr std::size_t hex_size = 32;

constexpr bool hyphen_before(std::size_t byte) noexcept {
    return byte == 4 || byte == 6 || byte == 8 || byte == 10;
}

// The value of a hex digit in either case, or -1.
int digit(char c) noexcept {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

std::optional<guid> parse(std::string_view text, bool hyphens) noexcept {
    if (text.size() != (hyphens ? hyphenated_size : hex_size)) return std::nullopt;
    guid id;
    std::size_t at = 0;
    for (std::size_t i = 0; i < id.bytes.size(); ++i) {
        if (hyphens && hyphen_before(i) && text[at++] != '-') return std::nullopt;
        auto const high = digit(text[at++]);
        auto const low = digit(text[at++]);
        if (high < 0 || low < 0) return std::nullopt;
        id.bytes[i] = static_cast<std::uint8_t>(high * 16 + low);
    }
    return id;
}

std::string format(guid const& id, bool hyphens) {
    static constexpr char digits[] = "0123456789abcdef";
    std::string text;
    text.reserve(hyphenated_size);
    for (std::size_t i = 0; i < id.bytes.size(); ++i) {
        if (hyphens && hyphen_before(i)) text += '-';
        text += digits[id.bytes[i] >> 4];
        text += digits[id.bytes[i] & 15];
    }
    return text;
}

}  // namespace

guid random_guid(std::function<std::uint64_t()> const& random) {
    constexpr std::size_t half = 8;
    guid made;
    for (std::size_t i = 0; i < made.bytes.size(); i += half) {
        auto const bits = random();
        for (std::size_t byte = 0; byte < half; ++byte)
            made.bytes[i + byte] = static_cast<std::uint8_t>(bits >> (8 * byte));
    }
    return made;
}

std::optional<guid> parse_guid(std::string_view text) noexcept {
    return parse(text, true);
}
std::string to_string(guid const& id) {
    return format(id, true);
}
std::string to_hex(guid const& id) {
    return format(id, false);
}
std::optional<guid> parse_hex(std::string_view text) noexcept {
    return parse(text, false);
}

}  // namespace poolwright::provisioner
