#pragma once

#include "examples/sandbox/certificate.hpp"
#include "examples/sandbox/directory_model.hpp"

#include <cstdint>
#include <functional>

// The HTTPS shell around the model: the only file of the sandbox that knows sockets. Used by main.

namespace poolwright::sandbox {

// Serves the model on 127.0.0.1 until SIGINT or SIGTERM, on this thread. `port` 0: a free one. `ready` is
// told the port once connections are accepted. Throws if the port is taken, and whatever the model throws (a
// journal that cannot be written).
void serve(directory_model& model, server_certificate const& certificate, std::uint16_t port,
           std::function<void(std::uint16_t port)> const& ready);

}  // namespace poolwright::sandbox
