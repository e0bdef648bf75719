#include "tests/provisioner/tls_server.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdexcept>
#include <sys/socket.h>
#include <tuple>
#include <unistd.h>
#include <utility>

namespace poolwright::provisioner::test {

namespace {

constexpr int longest_wait_seconds = 10;
constexpr int usual_queue = 64;

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

// The listening socket and its port.
std::pair<int, std::uint16_t> listen_on_loopback(int queue) {
    int const listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = loopback(0);
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    socklen_t size = sizeof address;
    if (listener < 0 || ::bind(listener, generic, size) != 0 || ::listen(listener, queue) != 0 ||
        ::getsockname(listener, generic, &size) != 0)
        throw std::runtime_error("cannot listen on 127.0.0.1");
    return {listener, ntohs(address.sin_port)};
}

// Writing to a client that has gone must not end the tests; only the server's threads ignore it, for the
// client must not need that.
void ignore_broken_pipe() {
    sigset_t broken_pipe;
    sigemptyset(&broken_pipe);
    sigaddset(&broken_pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &broken_pipe, nullptr);
}

std::size_t body_length(std::string_view header) {
    constexpr std::string_view name = "Content-Length: ";
    auto const place = header.find(name);
    return place == std::string_view::npos ? 0
                                           : std::stoul(std::string(header.substr(place + name.size(), 12)));
}

}  // namespace

std::string tls_session::read_request() {
    for (;;) {
        auto const end = read_.find("\r\n\r\n");
        if (end != std::string::npos) {
            auto const size = end + 4 + body_length(std::string_view(read_).substr(0, end));
            if (read_.size() >= size) {
                std::string request = read_.substr(0, size);
                read_.erase(0, size);
                return request;
            }
        }
        char piece[4096];
        int const got = SSL_read(tls_, piece, sizeof piece);
        if (got <= 0) return {};
        read_.append(piece, static_cast<std::size_t>(got));
    }
}

void tls_session::write(std::string_view bytes) {
    SSL_write(tls_, bytes.data(), static_cast<int>(bytes.size()));
}

void tls_session::close_properly() {
    SSL_shutdown(tls_);
}

bool tls_session::wait_for_client(int milliseconds) const {
    pollfd client{socket_, POLLIN, 0};
    return ::poll(&client, 1, milliseconds) != 0;
}

void tls_session::wait_until_gone() const {
    pollfd client{socket_, POLLRDHUP, 0};
    ::poll(&client, 1, longest_wait_seconds * 1000);
}

tls_server::tls_server(identity const& shown, script play) : tls_server(shown, std::move(play), options{}) {}

tls_server::tls_server(identity const& shown, script play, options how)
    : context_(SSL_CTX_new(TLS_server_method())), play_(std::move(play)) {
    SSL_CTX* const context = context_.get();
    // What only old servers speak is below the default level.
    if (how.newest_tls < TLS1_2_VERSION) SSL_CTX_set_security_level(context, 0);
    SSL_CTX_set_min_proto_version(context, std::min(how.newest_tls, TLS1_2_VERSION));
    SSL_CTX_set_max_proto_version(context, how.newest_tls);
    SSL_CTX_use_certificate(context, shown.certificate.get());
    SSL_CTX_use_PrivateKey(context, shown.key.get());
    std::tie(listener_, port_) = listen_on_loopback(usual_queue);
    if (how.accepts) acceptor_ = std::jthread([this] { accept_all(); });
}

tls_server::~tls_server() {
    ::shutdown(listener_, SHUT_RDWR);
    if (acceptor_.joinable()) acceptor_.join();
    {
        std::lock_guard const lock(mutex_);
        for (int const socket : open_) ::shutdown(socket, SHUT_RDWR);
    }
    sessions_.clear();
    ::close(listener_);
}

std::string tls_server::server_name() const {
    std::lock_guard const lock(mutex_);
    return server_name_;
}

bool tls_server::wait_for_closed(int connections) const {
    std::unique_lock lock(mutex_);
    return closed_changed_.wait_for(lock, std::chrono::seconds(longest_wait_seconds),
                                    [&] { return closed_ >= connections; });
}

void tls_server::accept_all() {
    ignore_broken_pipe();
    for (;;) {
        int const socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (socket < 0) return;
        timeval const longest{longest_wait_seconds, 0};
        ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &longest, sizeof longest);
        int const at_once = 1;
        ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once);
        std::lock_guard const lock(mutex_);
        open_.push_back(socket);
        sessions_.emplace_back([this, socket] { serve(socket); });
    }
}

void tls_server::serve(int socket) {
    openssl_ptr<SSL> const tls(SSL_new(context_.get()));
    SSL_set_fd(tls.get(), socket);
    if (SSL_accept(tls.get()) == 1) {
        int const number = ++connections_;
        char const* const named = SSL_get_servername(tls.get(), TLSEXT_NAMETYPE_host_name);
        {
            std::lock_guard const lock(mutex_);
            server_name_ = named != nullptr ? named : "";
        }
        tls_session session(tls.get(), socket);
        play_(session, number);
    }
    std::lock_guard const lock(mutex_);
    std::erase(open_, socket);
    ::close(socket);
    ++closed_;
    closed_changed_.notify_all();
}

full_port::full_port() {
    std::tie(listener_, port_) = listen_on_loopback(0);
    sockaddr_in address = loopback(port_);
    // One fits into a queue of none; the second waits in vain, and so does everyone after it.
    for (int i = 0; i < 3; ++i) {
        int const client = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        if (::connect(client, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 &&
            errno != EINPROGRESS)
            throw std::runtime_error("cannot fill the queue of a port");
        queue_.push_back(client);
    }
}

full_port::~full_port() {
    for (int const client : queue_) ::close(client);
    ::close(listener_);
}

std::uint16_t closed_port() {
    auto const [listener, port] = listen_on_loopback(usual_queue);
    ::close(listener);
    return port;
}

}  // namespace poolwright::provisioner::test
