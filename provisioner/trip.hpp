#pragma once

#include "provisioner/http_message.hpp"

#include <boost/system/error_code.hpp>

#include <chrono>
#include <string_view>

// Where one round trip of the HTTPS transport goes and until when, and the sentences about how it failed.

namespace poolwright::provisioner {

struct trip {
    endpoint const& to;
    std::chrono::nanoseconds timeout;
    bool in_clear = false;  // without TLS
    std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::now() + timeout;

    // "cannot connect to graph.microsoft.com:443: Connection refused". What fails while sending or receiving
    // counts as sent.
    [[nodiscard]] transport_failure failed(transport_failure::phase where, std::string_view reason,
                                           bool untrusted = false) const;
    [[nodiscard]] transport_failure failed(transport_failure::phase where,
                                           boost::system::error_code reason) const;
    // "...: timed out after 30 s".
    [[nodiscard]] transport_failure timed_out(transport_failure::phase where) const;
};

}  // namespace poolwright::provisioner
