#include "examples/sandbox/authority.hpp"

#include "examples/sandbox/timestamps.hpp"

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

namespace poolwright::sandbox {
namespace {

constexpr std::string_view content_type = "application/json; charset=utf-8";

}  // namespace

reply authority_reply(boost::json::object const& body) {
    reply made;
    made.headers.emplace_back("Content-Type", content_type);
    made.body = boost::json::serialize(body);
    return made;
}

reply authority_error(call const& about, int status, std::string_view error, int code,
                      std::string_view text) {
    auto const trace = to_string(about.request_id);
    auto const timestamp = authority_timestamp(about.now);
    auto made = authority_reply(
        {{"error", error},
         {"error_description",
          fmt::format("AADSTS{}: {}\r\nTrace ID: {}\r\nCorrelation ID: {}\r\nTimestamp: {}", code, text,
                      trace, about.client_request_id, timestamp)},
         {"error_codes", boost::json::array{code}},
         {"timestamp", timestamp},
         {"trace_id", trace},
         {"correlation_id", about.client_request_id},
         {"error_uri", fmt::format("https://login.microsoftonline.com/error?code={}", code)}});
    made.status = status;
    return made;
}

boost::system::result<guid, reply> tenant_of_path(service const& all, call const& about) {
    auto const& name = about.where.keys.front().value;
    auto const tenant = tenant_named(name);
    if (!tenant) {
        return authority_error(
            about, 400, "invalid_request", 900023,
            fmt::format("Specified tenant identifier '{}' is neither a valid DNS name, nor a valid "
                        "external domain.",
                        name));
    }
    if (all.kind_of(*tenant) == tenant_kind::unknown) {
        return authority_error(
            about, 400, "invalid_request", 90002,
            fmt::format("Tenant '{}' not found. Check to make sure you have the correct tenant ID "
                        "and are signing into the correct cloud. Check with your subscription "
                        "administrator, this may happen if there are no active subscriptions for "
                        "the tenant.",
                        name));
    }
    return *tenant;
}

reply authority_throttled(call const& about) {
    auto made =
        authority_error(about, 429, "temporarily_unavailable", 90055,
                        "The server has terminated the request because the tenant has exceeded the maximum "
                        "allowed request rate. Please retry your request.");
    made.headers.emplace_back("Retry-After", "60");
    return made;
}

}  // namespace poolwright::sandbox
