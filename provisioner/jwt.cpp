#include "provisioner/jwt.hpp"

#include "provisioner/base64.hpp"

namespace poolwright::provisioner {

// The middle part: base64url of a JSON object.
std::optional<json_body> claims_of(std::string_view token) {
    auto const first = token.find('.');
    if (first == std::string_view::npos) return std::nullopt;
    auto const second = token.find('.', first + 1);
    if (second == std::string_view::npos) return std::nullopt;
    auto const encoded = token.substr(first + 1, second - first - 1);
    auto const decoded = decode_base64<wiped_string>(encoded, base64_form::url);
    return decoded ? json_body::parse(*decoded) : std::nullopt;
}

std::optional<std::chrono::sys_seconds> expiry_in(boost::json::object const& claims) {
    // The last second of the year 9999, so that no arithmetic overflows.
    constexpr std::int64_t latest = 253'402'300'799;
    auto const* const value = claims.if_contains("exp");
    auto const* const seconds = value == nullptr ? nullptr : value->if_int64();
    if (seconds == nullptr || *seconds < 0 || *seconds > latest) return std::nullopt;
    return std::chrono::sys_seconds(std::chrono::seconds(*seconds));
}

}  // namespace poolwright::provisioner
