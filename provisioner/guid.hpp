#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

// A GUID as 16 bytes: directory ids, object ids, application ids and key ids are kept by the hundred
// thousand.

namespace poolwright::provisioner {

struct guid {
    std::array<std::uint8_t, 16> bytes{};

    auto operator<=>(guid const&) const = default;
    [[nodiscard]] bool empty() const noexcept { return *this == guid{}; }
};

// 128 bits from a source of 64 unpredictable bits a call.
guid random_guid(std::function<std::uint64_t()> const& random);

// "01234567-89ab-cdef-0123-456789abcdef" in either case, nothing around it; otherwise nothing.
std::optional<guid> parse_guid(std::string_view text) noexcept;

// Lower case, with hyphens.
std::string to_string(guid const& id);

// 32 lower-case hex digits without hyphens, as intents are written in tags.
std::string to_hex(guid const& id);
std::optional<guid> parse_hex(std::string_view text) noexcept;

}  // namespace poolwright::provisioner
