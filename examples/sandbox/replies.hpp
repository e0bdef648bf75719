#pragma once

#include "examples/sandbox/service.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

// Replies in the shapes of Graph and of the token endpoint.

namespace poolwright::sandbox {

// Content-Type as Graph writes it for documents of the directory.
reply json_reply(int status, boost::json::object const& body);
reply no_content();
reply plain_text(std::string body);

// {"error":{"code","message","details","innerError":{"date","request-id","client-request-id"}}}
reply graph_error(call const& about, int status, std::string_view code, std::string_view message,
                  boost::json::array details = {});

// 400 Request_BadRequest.
reply bad_request(call const& about, std::string_view message);

// 400 Request_BadRequest about one property of the body.
reply invalid_property(call const& about, std::string_view message, std::string_view detail_code,
                       std::string_view property);

// 404 Request_ResourceNotFound that names the key which was asked for.
reply not_found(call const& about, std::string_view key);

// 403 Authorization_RequestDenied.
reply request_denied(call const& about);

// 400: the body is not a JSON object.
reply unreadable_body(call const& about);

// The body as an object; nothing if it is not one.
std::optional<boost::json::object> json_body(call const& about);

// "https://graph.microsoft.com/v1.0/$metadata#…"
std::string metadata_context(std::string_view rest);

}  // namespace poolwright::sandbox
