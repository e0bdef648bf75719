#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

// Base64 as the ledger and the key files hold it: the usual alphabet, with padding.

namespace poolwright::provisioner {

// How many bytes were decoded into `into`; nothing if the text is not the base64 of at most that many.
std::optional<std::size_t> decode_base64(std::string_view text, std::span<unsigned char> into) noexcept;

}  // namespace poolwright::provisioner
