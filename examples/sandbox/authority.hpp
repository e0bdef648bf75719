#pragma once

#include "examples/sandbox/replies.hpp"

// The errors of the authority (login.microsoftonline.com), which have a shape of their own. Used by the token
// endpoint and the discovery documents.

namespace poolwright::sandbox {

// {"error","error_description":"AADSTS<code>: <text>\r\nTrace ID:
// …","error_codes":[…],"timestamp","trace_id","correlation_id", "error_uri"}
reply authority_error(call const& about, int status, std::string_view error, int code, std::string_view text);

// Content-Type as the authority writes it.
reply authority_reply(boost::json::object const& body);

// The tenant of the path: 90002 where it is unknown, 900023 where it is neither an id nor a domain.
boost::system::result<guid, reply> tenant_of_path(service const& all, call const& about);

// 429 with Retry-After: 60.
reply authority_throttled(call const& about);

}  // namespace poolwright::sandbox
