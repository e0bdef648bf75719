#include "provisioner/base64.hpp"

#include <algorithm>

namespace poolwright::provisioner {

std::optional<std::size_t> decode_base64(std::string_view text, std::span<unsigned char> into,
                                         base64_form form) noexcept {
    // libsodium 1.0.18 takes some bytes beyond ASCII for digits.
    if (std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) > '~'; }))
        return std::nullopt;
    std::size_t size = 0;
    char const* end = nullptr;
    auto const failed = sodium_base642bin(into.data(), into.size(), text.data(), text.size(), nullptr, &size,
                                          &end, static_cast<int>(form));
    if (failed != 0 || end != text.data() + text.size()) return std::nullopt;
    return size;
}

}  // namespace poolwright::provisioner
