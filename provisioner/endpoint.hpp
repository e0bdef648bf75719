#pragma once

#include <cstdint>
#include <string>

// Where a request goes: over TLS, but for what clear_endpoint.hpp allows.

namespace poolwright::provisioner {

struct endpoint {
    std::string host;  // a name or an address, without brackets
    std::uint16_t port = 443;

    bool operator==(endpoint const&) const = default;
    // "host" or "host:port", with brackets around an IPv6 address.
    [[nodiscard]] std::string authority() const;
};

}  // namespace poolwright::provisioner
