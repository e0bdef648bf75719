#include "cli/dashboard_address.hpp"

#include "planner/wording.hpp"

#include <boost/asio/ip/address.hpp>
#include <fmt/format.h>

#include <charconv>
#include <utility>

namespace poolwright::cli {
namespace {

namespace ip = boost::asio::ip;

struct halves {
    std::string_view host;
    std::string_view port;
};

// A number alone is a port.
halves divide(std::string_view text) {
    auto const colon = text.rfind(':');
    if (colon == std::string_view::npos) return {.host = "127.0.0.1", .port = text};
    auto host = text.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    return {.host = host == "localhost" ? "127.0.0.1" : host, .port = text.substr(colon + 1)};
}

template <class... Values>
boost::system::result<dashboard_address, std::string> fault(fmt::format_string<Values...> words,
                                                            Values&&... values) {
    return {boost::system::in_place_error, fmt::format(words, std::forward<Values>(values)...)};
}

}  // namespace

std::optional<std::uint16_t> read_port(std::string_view text) noexcept {
    std::uint16_t port = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return port;
}

boost::system::result<dashboard_address, std::string> read_dashboard_address(std::string_view text) {
    auto const [host, port] = divide(text);
    auto const number = read_port(port);
    boost::system::error_code bad;
    auto const address = ip::make_address(host, bad);
    if (!number || bad) {
        return fault("must be PORT, 127.0.0.1:PORT or [::1]:PORT with a port from 0 to 65535, not {}",
                     planner::shown(text));
    }
    if (!address.is_loopback()) {
        return fault(
            "listens on this machine alone, which {} is not; from elsewhere use ssh -L PORT:127.0.0.1:PORT",
            planner::shown(host));
    }
    return dashboard_address{.host = address.to_string(), .port = *number};
}

std::string url_of(dashboard_address const& where) {
    bool const is_v6 = where.host.find(':') != std::string::npos;
    return fmt::format("http://{}{}{}:{}/", is_v6 ? "[" : "", where.host, is_v6 ? "]" : "", where.port);
}

}  // namespace poolwright::cli
