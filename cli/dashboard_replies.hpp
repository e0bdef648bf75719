#pragma once

#include <boost/json/object.hpp>

#include <string>
#include <string_view>

// What the dashboard's server sends, as bytes of HTTP/1.1. A connection is for one answer; no browser keeps
// one, guesses its type, or gives it to another page.

namespace poolwright::cli {

// `status` as in "200 OK"; `more` are further header lines, each with its line end.
std::string whole_reply(std::string_view status, std::string_view type, std::string_view body,
                        std::string_view more = {});

// A sentence for whoever asked for what they may not have.
std::string refusal(std::string_view status, std::string_view words);

// The head of a stream of events, which lasts as long as the connection.
std::string stream_head();

// An event of such a stream (html.spec.whatwg.org/multipage/server-sent-events.html).
std::string event_text(std::string_view name, boost::json::object const& data);

}  // namespace poolwright::cli
