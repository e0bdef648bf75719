#pragma once

#include "examples/sandbox/message.hpp"

#include <optional>
#include <string>
#include <string_view>

// The ways in which Graph and the token endpoint write a moment; all UTC.

namespace poolwright::sandbox {

// "2026-02-20T11:27:12.1234567Z": createdDateTime of an object.
std::string long_timestamp(time_point at);

// "2026-02-20T11:27:12Z": dates of a credential.
std::string short_timestamp(time_point at);

// "2026-02-20T11:27:12": innerError, which has no zone.
std::string zoneless_timestamp(time_point at);

// "2026-02-20 11:27:12Z": errors of the token endpoint.
std::string authority_timestamp(time_point at);

// "Fri, 20 Feb 2026 11:27:12 GMT": the Date header.
std::string http_date(time_point at);

// RFC 3339 with a zone (Z or ±hh:mm), fractions of a second allowed; nothing for any other text or an
// impossible date.
std::optional<time_point> parse_timestamp(std::string_view text);

// Seconds since 1970, for tokens.
std::int64_t unix_seconds(time_point at) noexcept;

}  // namespace poolwright::sandbox
