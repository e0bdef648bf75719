#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// Object ids, application ids and directory ids, in sixteen bytes instead of thirty-six characters: a sandbox
// holds millions.

namespace poolwright::sandbox {

struct guid {
    std::uint64_t high = 0;
    std::uint64_t low = 0;

    auto operator<=>(guid const&) const = default;
};

// Found by boost::hash.
std::size_t hash_value(guid const& id) noexcept;

// Exactly 8-4-4-4-12 hexadecimal digits, in either case; nothing for any other text.
std::optional<guid> parse_guid(std::string_view text) noexcept;

// In lower case.
std::string to_string(guid const& id);

// Always the same id for the same name, after RFC 9562's version 5 (SHA-1).
guid name_based_guid(std::string_view name);

}  // namespace poolwright::sandbox
