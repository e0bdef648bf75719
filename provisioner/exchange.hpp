#pragma once

#include "provisioner/transport.hpp"

#include <boost/asio/awaitable.hpp>

#include <optional>

namespace poolwright::provisioner {

// One round trip, whose reply knows what was sent in confidence, so that it is not told. A request for which
// something is missing is not sent. Always holds a result; optional only because co_spawn asks that results
// can be made from nothing.
boost::asio::awaitable<std::optional<round_trip_result>> exchange(transport& network, http_request request);

}  // namespace poolwright::provisioner
