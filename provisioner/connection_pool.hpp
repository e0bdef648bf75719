#pragma once

#include "provisioner/connection.hpp"

#include <chrono>
#include <cstddef>
#include <deque>
#include <memory>
#include <utility>
#include <vector>

// The idle connections of the HTTPS transport. The last one kept is the first one used, so that those too
// many grow old and go.

namespace poolwright::provisioner {

class connection_pool {
public:
    connection_pool(std::size_t per_endpoint, std::chrono::nanoseconds idle_time)
        : per_endpoint_(per_endpoint), idle_time_(idle_time) {}

    // A connection that may be used at once; null if there is none. Those found closed by the server or too
    // old are let go.
    std::shared_ptr<connection> take(endpoint const& to);

    // Keeps it if there is room. Its buffers are wiped.
    void keep(endpoint const& to, std::shared_ptr<connection> link);

private:
    struct idle {
        std::shared_ptr<connection> link;
        std::chrono::steady_clock::time_point since;
    };

    std::deque<idle>& at(endpoint const& to);

    std::size_t per_endpoint_;
    std::chrono::nanoseconds idle_time_;
    std::vector<std::pair<endpoint, std::deque<idle>>> idle_;  // a handful of endpoints
};

}  // namespace poolwright::provisioner
