#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// The encodings of the wire: percent, form and the two base64 alphabets.

namespace poolwright::sandbox {

// Nothing if a % is not followed by two hexadecimal digits. `plus_is_space`: as in forms and queries.
std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space);

// Everything but letters, digits and "-._~" is escaped.
std::string percent_encode(std::string_view text);

using fields = std::vector<std::pair<std::string, std::string>>;

// "a=1&b=2", decoded; nothing if an escape is broken.
std::optional<fields> parse_fields(std::string_view text);

// The first value of that name; null if there is none.
std::string const* find_field(fields const& all, std::string_view name) noexcept;

// Without padding (RFC 4648, 5).
std::string base64url_encode(std::string_view bytes);

// Either alphabet, padded or not; nothing for any other character.
std::optional<std::string> base64_decode(std::string_view text);

}  // namespace poolwright::sandbox
