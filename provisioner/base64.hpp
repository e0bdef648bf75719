#pragma once

#include <sodium.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

// Base64 (RFC 4648), to and from text.

namespace poolwright::provisioner {

enum class base64_form : int {
    usual = sodium_base64_VARIANT_ORIGINAL,          // as ledger, key files and Graph have it
    url = sodium_base64_VARIANT_URLSAFE_NO_PADDING,  // as JSON Web Tokens have it
};

// `String`: wiped_string, where the bytes are secret.
template <class String = std::string>
String encode_base64(std::span<unsigned char const> bytes, base64_form form = base64_form::usual) {
    auto const variant = static_cast<int>(form);
    // With room for the zero that libsodium writes behind the text.
    String text(sodium_base64_encoded_len(bytes.size(), variant), '\0');
    sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(), variant);
    text.pop_back();
    return text;
}

template <class String = std::string>
String encode_base64(std::string_view bytes, base64_form form = base64_form::usual) {
    return encode_base64<String>(
        std::span(reinterpret_cast<unsigned char const*>(bytes.data()), bytes.size()), form);
}

// How many bytes were decoded into `into`; nothing if the text is not the base64 of at most that many.
std::optional<std::size_t> decode_base64(std::string_view text, std::span<unsigned char> into,
                                         base64_form form = base64_form::usual) noexcept;

// The bytes; nothing if the text is no base64.
template <class String = std::string>
std::optional<String> decode_base64(std::string_view text, base64_form form = base64_form::usual) {
    String bytes(text.size(), '\0');
    auto const size =
        decode_base64(text, std::span(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size()), form);
    if (!size) return std::nullopt;
    bytes.resize(*size);
    return bytes;
}

}  // namespace poolwright::provisioner
