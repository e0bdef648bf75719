#pragma once

#include "tests/provisioner/test_authority.hpp"

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

// A server that says exactly the bytes it is told to, so that it can misbehave. Blocking OpenSSL, a thread
// per connection; no wait of it is longer than ten seconds.

namespace poolwright::provisioner::test {

// One accepted connection, in the hands of a script. Its TLS is shaken when the script begins.
class tls_session {
public:
    tls_session(SSL* tls, int socket) : tls_(tls), socket_(socket) {}

    // One request: header and, by its Content-Length, body. Empty when the client has closed.
    std::string read_request();
    void write(std::string_view bytes);
    // Ends the TLS stream as it should be ended. (A script that only returns cuts the connection.)
    void close_properly();
    // Waits for the client to speak or close, at most so long. Whether it did.
    bool wait_for_client(int milliseconds) const;
    // Waits until the connection is broken from outside, and reads nothing.
    void wait_until_gone() const;

private:
    SSL* tls_;
    int socket_;
    std::string read_;
};

class tls_server {
public:
    using script = std::function<void(tls_session&, int connection)>;  // connections count from 1

    struct options {
        int newest_tls = TLS1_3_VERSION;
        bool accepts = true;  // false: the kernel takes connections, nobody ever answers
    };

    tls_server(identity const& shown, script play, options how);
    tls_server(identity const& shown, script play);
    tls_server(tls_server const&) = delete;
    tls_server& operator=(tls_server const&) = delete;
    ~tls_server();

    [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
    // How many handshakes succeeded.
    [[nodiscard]] int connections() const noexcept { return connections_; }
    // Waits until so many connections have been served and closed; false after ten seconds.
    bool wait_for_closed(int connections) const;
    // What the client named in its last handshake; empty: nothing.
    [[nodiscard]] std::string server_name() const;

private:
    void accept_all();
    void serve(int socket);

    openssl_ptr<SSL_CTX> context_;
    script play_;
    int listener_;
    std::uint16_t port_;
    std::atomic<int> connections_ = 0;
    mutable std::mutex mutex_;  // of what follows
    mutable std::condition_variable closed_changed_;
    int closed_ = 0;
    std::string server_name_;
    std::vector<int> open_;
    std::vector<std::jthread> sessions_;
    std::jthread acceptor_;
};

// A port on 127.0.0.1 where nobody listens.
std::uint16_t closed_port();

// A port on 127.0.0.1 whose queue is full: who connects hears nothing.
class full_port {
public:
    full_port();
    full_port(full_port const&) = delete;
    full_port& operator=(full_port const&) = delete;
    ~full_port();

    [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

private:
    int listener_;
    std::uint16_t port_;
    std::vector<int> queue_;
};

}  // namespace poolwright::provisioner::test
