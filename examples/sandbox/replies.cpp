#include "examples/sandbox/replies.hpp"

#include "examples/sandbox/timestamps.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

namespace poolwright::sandbox {
namespace {

namespace json = boost::json;

constexpr std::string_view graph_content_type =
    "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8";

}  // namespace

reply json_reply(int status, json::object const& body) {
    reply made;
    made.status = status;
    made.headers.emplace_back("Content-Type", graph_content_type);
    made.body = json::serialize(body);
    return made;
}

reply no_content() {
    reply made;
    made.status = 204;
    return made;
}

reply plain_text(std::string body) {
    reply made;
    made.headers.emplace_back("Content-Type", "text/plain");
    made.body = std::move(body);
    return made;
}

reply graph_error(call const& about, int status, std::string_view code, std::string_view message,
                  json::array details) {
    json::object error{{"code", code}, {"message", message}};
    if (!details.empty()) error["details"] = std::move(details);
    error["innerError"] = json::object{{"date", zoneless_timestamp(about.now)},
                                       {"request-id", to_string(about.request_id)},
                                       {"client-request-id", about.client_request_id}};
    return json_reply(status, {{"error", std::move(error)}});
}

reply bad_request(call const& about, std::string_view message) {
    return graph_error(about, 400, "Request_BadRequest", message);
}

reply invalid_property(call const& about, std::string_view message, std::string_view detail_code,
                       std::string_view property) {
    json::array details{json::object{{"code", detail_code}, {"message", message}, {"target", property}}};
    return graph_error(about, 400, "Request_BadRequest", message, std::move(details));
}

reply not_found(call const& about, std::string_view key) {
    return graph_error(
        about, 404, "Request_ResourceNotFound",
        fmt::format("Resource '{}' does not exist or one of its queried reference-property objects "
                    "are not present.",
                    key));
}

reply request_denied(call const& about) {
    return graph_error(about, 403, "Authorization_RequestDenied",
                       "Insufficient privileges to complete the operation.");
}

reply unreadable_body(call const& about) {
    return graph_error(
        about, 400, "BadRequest",
        "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is "
        "of valid JSON format.");
}

std::optional<json::object> json_body(call const& about) {
    boost::system::error_code error;
    auto parsed = json::parse(about.message.body, error);
    if (error || !parsed.is_object()) return std::nullopt;
    return std::move(parsed.get_object());
}

std::string metadata_context(std::string_view rest) {
    return fmt::format("https://graph.microsoft.com/v1.0/$metadata#{}", rest);
}

}  // namespace poolwright::sandbox
