#include "examples/sandbox/encoding.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace poolwright::sandbox {
namespace {

constexpr std::string_view url_alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

constexpr std::array<signed char, 256> decoding_table() {
    std::array<signed char, 256> table{};
    table.fill(-1);
    for (std::size_t i = 0; i < url_alphabet.size(); ++i) {
        table[static_cast<unsigned char>(url_alphabet[i])] = static_cast<signed char>(i);
    }
    table[static_cast<unsigned char>('+')] = 62;
    table[static_cast<unsigned char>('/')] = 63;
    return table;
}

int hex_digit(char c) noexcept {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

bool is_unreserved(char c) noexcept {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view("-._~").find(c) != std::string_view::npos;
}

}  // namespace

std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space) {
    std::string decoded;
    decoded.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            decoded += plus_is_space && text[i] == '+' ? ' ' : text[i];
            continue;
        }
        if (i + 2 >= text.size()) return std::nullopt;
        auto const high = hex_digit(text[i + 1]);
        auto const low = hex_digit(text[i + 2]);
        if (high < 0 || low < 0) return std::nullopt;
        decoded += static_cast<char>(high * 16 + low);
        i += 2;
    }
    return decoded;
}

std::string percent_encode(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string encoded;
    encoded.reserve(text.size());
    for (auto const c : text) {
        if (is_unreserved(c)) {
            encoded += c;
            continue;
        }
        auto const byte = static_cast<unsigned char>(c);
        encoded += {'%', digits[byte >> 4], digits[byte & 0xF]};
    }
    return encoded;
}

std::optional<fields> parse_fields(std::string_view text) {
    fields all;
    while (!text.empty()) {
        auto const one = text.substr(0, text.find('&'));
        text.remove_prefix(std::min(text.size(), one.size() + 1));
        if (one.empty()) continue;
        auto const equals = std::min(one.find('='), one.size());
        auto name = percent_decode(one.substr(0, equals), true);
        auto value = percent_decode(one.substr(std::min(one.size(), equals + 1)), true);
        if (!name || !value) return std::nullopt;
        all.emplace_back(std::move(*name), std::move(*value));
    }
    return all;
}

std::string const* find_field(fields const& all, std::string_view name) noexcept {
    auto const found = std::ranges::find(all, name, &fields::value_type::first);
    return found == all.end() ? nullptr : &found->second;
}

std::string base64url_encode(std::string_view bytes) {
    std::string text;
    text.reserve((bytes.size() * 4 + 2) / 3);
    std::uint32_t buffer = 0;
    int bits = 0;
    for (auto const c : bytes) {
        buffer = buffer << 8 | static_cast<unsigned char>(c);
        for (bits += 8; bits >= 6; bits -= 6) text += url_alphabet[buffer >> (bits - 6) & 0x3F];
    }
    if (bits > 0) text += url_alphabet[buffer << (6 - bits) & 0x3F];
    return text;
}

std::optional<std::string> base64_decode(std::string_view text) {
    static constexpr auto table = decoding_table();
    while (text.ends_with('=')) text.remove_suffix(1);
    std::string bytes(text.size() * 3 / 4, '\0');
    auto at = bytes.begin();
    std::uint32_t buffer = 0;
    int bits = 0;
    for (auto const c : text) {
        auto const value = table[static_cast<unsigned char>(c)];
        if (value < 0) return std::nullopt;
        buffer = buffer << 6 | static_cast<std::uint32_t>(value);
        bits += 6;
        if (bits < 8) continue;
        bits -= 8;
        *at++ = static_cast<char>(buffer >> bits & 0xFF);
    }
    return bytes;
}

}  // namespace poolwright::sandbox
