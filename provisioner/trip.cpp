#include "provisioner/trip.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <fmt/format.h>

namespace poolwright::provisioner {

namespace {

using phase = transport_failure::phase;

std::string_view attempt_at(phase where) noexcept {
    switch (where) {
        case phase::prepare:
            return "cannot prepare the request to";
        case phase::resolve:
            return "cannot find the address of";
        case phase::connect:
            return "cannot connect to";
        case phase::handshake:
            return "cannot set up TLS with";
        case phase::send:
            return "cannot send the request to";
        case phase::receive:
            return "cannot read the reply of";
    }
    return {};
}

std::string host_and_port(endpoint const& to) {
    std::string text = to.authority();
    if (to.port == 443) text += ":443";
    return text;
}

std::string plain(boost::system::error_code reason) {
    namespace error = boost::asio::error;
    if (reason == error::eof || reason == boost::asio::ssl::error::stream_truncated)
        return "the server closed the connection";
    if (reason == error::host_not_found) return "no such name";
    if (reason == error::no_data) return "the name has no address";
    if (reason == error::host_not_found_try_again) return "the name servers do not answer";
    if (reason.category() == error::get_ssl_category()) return "the TLS connection broke";
    return reason.message();
}

}  // namespace

transport_failure trip::failed(phase where, std::string_view reason, bool untrusted) const {
    bool const sent = where == phase::send || where == phase::receive;
    return {where, sent, untrusted, fmt::format("{} {}: {}", attempt_at(where), host_and_port(to), reason)};
}

transport_failure trip::failed(phase where, boost::system::error_code reason) const {
    return failed(where, plain(reason));
}

transport_failure trip::timed_out(phase where) const {
    return failed(where,
                  fmt::format("timed out after {:g} s", std::chrono::duration<double>(timeout).count()));
}

}  // namespace poolwright::provisioner
