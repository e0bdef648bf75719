#pragma once

#include "provisioner/clear_endpoint.hpp"
#include "provisioner/endpoint.hpp"
#include "provisioner/secret.hpp"

#include <boost/system/result.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// An HTTP request and its reply as plain values, for everyone who must not know Beast. Bodies and the bearer
// token are secrets by construction: no log can show one.

namespace poolwright::provisioner {

enum class http_method : std::uint8_t { get, post, patch, put, delete_ };

// The verb as it stands on the wire.
std::string_view to_string(http_method method) noexcept;

using header_list = std::vector<std::pair<std::string, std::string>>;

// Whether two header names are the same: ASCII, without regard to case.
bool same_header(std::string_view a, std::string_view b) noexcept;

// What a request carries in confidence. It goes with the reply, so that whoever tells what that says can
// leave it out: a service may repeat to us what we sent.
struct confidences {
    std::shared_ptr<secret const> bearer;
    std::shared_ptr<secret const> credential;
    std::shared_ptr<secret const> grant = {};
};

struct http_request {
    http_method method = http_method::get;
    endpoint to;
    std::string target;                    // path and query, percent-encoded
    header_list headers;                   // without Host, Content-Length, Authorization, User-Agent
    std::shared_ptr<secret const> bearer;  // becomes the Authorization header; null: none
    std::string content_type;              // empty: no body
    secret body;
    std::shared_ptr<secret const> credential = {};  // the client secret that the body holds; null: none
    std::string credential_header = {};        // the header that holds it instead of the body; empty: none
    std::shared_ptr<secret const> grant = {};  // the refresh token or device code that the body holds
    std::optional<clear_endpoint> in_clear =
        {};                    // the same as `to`, spoken to without TLS; never with a bearer
    std::string missing = {};  // what it needs and is not here at the moment, in words; empty: it can be sent
};

struct http_reply {
    int status = 0;
    header_list headers;
    secret body;
    confidences sent = {};  // with the request that it answers

    // The first header of that name, without regard to case; empty if there is none.
    [[nodiscard]] std::string_view header(std::string_view name) const noexcept;
};

// What kept a request from being answered. `sent` is false only if not a byte of the request can have reached
// the server: then it was certainly not acted upon.
struct transport_failure {
    enum class phase : std::uint8_t { prepare, resolve, connect, handshake, send, receive };

    // Only because result::error() asks for it; the worst case, so that nothing is repeated by mistake.
    transport_failure() = default;
    transport_failure(phase where_, bool sent_, bool untrusted_, std::string text_)
        : where(where_), sent(sent_), untrusted(untrusted_), text(std::move(text_)) {}

    phase where = phase::receive;
    bool sent = true;
    bool untrusted = false;  // the server's certificate or name was not accepted: trying again is useless
    std::string text;        // "cannot connect to graph.microsoft.com:443: Connection refused"
};

using round_trip_result = boost::system::result<http_reply, transport_failure>;

}  // namespace poolwright::provisioner
