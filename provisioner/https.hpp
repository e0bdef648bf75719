#pragma once

#include "provisioner/transport.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

// The real transport: HTTPS/1.1 with connection reuse.

namespace poolwright::provisioner {

struct https_options {
    std::string ca_file;  // PEM; empty: the system's trusted certificates
    std::chrono::nanoseconds timeout =
        std::chrono::seconds(30);          // for the whole round trip, name look-up included
    std::size_t largest_body = 4u << 20;   // bytes; a larger reply is a failure
    std::size_t idle_per_endpoint = 1024;  // kept connections
    std::chrono::nanoseconds idle_time =
        std::chrono::seconds(60);  // after which a kept connection is not used again
    std::string user_agent = "poolwright";
};

// Throws std::runtime_error, naming the file, if the CA file cannot be read. TLS 1.2 or later, server name
// indication, verified chain and host name. A connection is closed after a 503 (Graph's best practices ask
// for a new one) and when the server says so.
std::unique_ptr<transport> make_https_transport(boost::asio::any_io_executor executor, https_options options);

}  // namespace poolwright::provisioner
