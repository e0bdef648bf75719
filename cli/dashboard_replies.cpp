#include "cli/dashboard_replies.hpp"

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

namespace poolwright::cli {
namespace {

std::string head_of(std::string_view status, std::string_view type, std::string_view more = {}) {
    return fmt::format(
        "HTTP/1.1 {}\r\nContent-Type: {}\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n"
        "Referrer-Policy: no-referrer\r\nCross-Origin-Resource-Policy: same-origin\r\n"
        "Cross-Origin-Opener-Policy: same-origin\r\nConnection: close\r\n{}\r\n",
        status, type, more);
}

}  // namespace

std::string whole_reply(std::string_view status, std::string_view type, std::string_view body,
                        std::string_view more) {
    return head_of(status, type, fmt::format("Content-Length: {}\r\n{}", body.size(), more)).append(body);
}

std::string refusal(std::string_view status, std::string_view words) {
    return whole_reply(status, "text/plain; charset=utf-8", words);
}

std::string stream_head() {
    return head_of("200 OK", "text/event-stream; charset=utf-8");
}

std::string event_text(std::string_view name, boost::json::object const& data) {
    return fmt::format("event: {}\ndata: {}\n\n", name, boost::json::serialize(data));
}

}  // namespace poolwright::cli
