#pragma once

#include "provisioner/http_message.hpp"

#include <string_view>

// A request as the bytes of HTTP/1.1. Made by hand and not by Beast: header and body lie in one wiped buffer
// and leave in one write.

namespace poolwright::provisioner {

// Throws std::invalid_argument, without repeating the value, if a part of the request could break out of its
// line (a space or control character in host, target or bearer, CR, LF or NUL in a header), if a header is
// one that the transport itself writes, if there is a body without a content type, or if a request in clear
// carries more than the key of the platform that it asks.
void check(http_request const& request);

// Replaces `out` by the bytes of a request that was checked. Its capacity is reused.
void write_request(wiped_string& out, http_request const& request, std::string_view user_agent);

// Whether `text` can be the value of a header.
bool is_header_value(std::string_view text) noexcept;

}  // namespace poolwright::provisioner
