#include "provisioner/jwt.hpp"

#include <sodium.h>

namespace poolwright::provisioner {

// The middle part: base64url of a JSON object.
std::optional<json_body> claims_of(std::string_view token) {
    auto const first = token.find('.');
    if (first == std::string_view::npos) return std::nullopt;
    auto const second = token.find('.', first + 1);
    if (second == std::string_view::npos) return std::nullopt;
    auto const encoded = token.substr(first + 1, second - first - 1);
    wiped_string decoded(encoded.size(), '\0');
    std::size_t length = 0;
    auto* const bytes = reinterpret_cast<unsigned char*>(decoded.data());
    if (sodium_base642bin(bytes, decoded.size(), encoded.data(), encoded.size(), nullptr, &length, nullptr,
                          sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0) {
        return std::nullopt;
    }
    return json_body::parse(std::string_view(decoded).substr(0, length));
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
