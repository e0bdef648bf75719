#pragma once

#include "provisioner/http_message.hpp"

#include <boost/asio/awaitable.hpp>

// The seam between what is decided and the network. Real: https.cpp. In tests: the sandbox's directory model
// in virtual time.

namespace poolwright::provisioner {

class transport {
public:
    virtual ~transport() = default;

    // One request, one reply: no redirect is followed, nothing is sent twice. Ends within the transport's
    // timeout.
    virtual boost::asio::awaitable<round_trip_result> round_trip(http_request request) = 0;
};

}  // namespace poolwright::provisioner
