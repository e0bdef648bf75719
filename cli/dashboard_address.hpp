#pragma once

#include <boost/system/result.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// Where `provision --dashboard` listens: always on this machine alone.

namespace poolwright::cli {

struct dashboard_address {
    std::string host = "127.0.0.1";  // an IPv4 address in 127.0.0.0/8, or "::1"
    std::uint16_t port = 0;          // 0: a free one

    bool operator==(dashboard_address const&) const = default;
};

// A whole number from 0 to 65535 in digits alone; otherwise nothing.
std::optional<std::uint16_t> read_port(std::string_view text) noexcept;

// Of "9090", "127.0.0.1:9090", "[::1]:9090" or "localhost:0"; else what is wrong, as a clause with its
// remedy.
boost::system::result<dashboard_address, std::string> read_dashboard_address(std::string_view text);

// "http://127.0.0.1:9090/", with the port that is really listened on.
std::string url_of(dashboard_address const& where);

}  // namespace poolwright::cli
