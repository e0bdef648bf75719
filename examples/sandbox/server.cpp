#include "examples/sandbox/server.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/status.hpp>
#include <boost/beast/http/string_body.hpp>
#include <fmt/format.h>

#include <csignal>
#include <stdexcept>

namespace poolwright::sandbox {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::use_awaitable;
using asio::ip::tcp;
using stream = asio::ssl::stream<tcp::socket>;

constexpr std::uint64_t longest_body = 4ULL << 20;

// Wall time that never runs backwards, whatever becomes of the machine's clock.
class forward_clock {
public:
    [[nodiscard]] time_point now() const {
        return wall_ + std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now() -
                                                                            steady_);
    }

private:
    time_point wall_ = std::chrono::system_clock::now();
    std::chrono::steady_clock::time_point steady_ = std::chrono::steady_clock::now();
};

struct shared_state {
    directory_model& model;
    forward_clock clock;
};

asio::ssl::context tls_context(server_certificate const& certificate) {
    asio::ssl::context context(asio::ssl::context::tls_server);
    context.set_options(asio::ssl::context::no_tlsv1 | asio::ssl::context::no_tlsv1_1);
    SSL_CTX_set_cipher_list(context.native_handle(), "ECDHE+AESGCM");
    context.use_certificate_chain(asio::buffer(certificate.certificate_pem));
    context.use_private_key(asio::buffer(certificate.key_pem), asio::ssl::context::pem);
    return context;
}

request to_request(http::request<http::string_body>&& from) {
    request message;
    message.method = std::string(from.method_string());
    message.target = std::string(from.target());
    for (auto const& field : from) message.headers.emplace_back(field.name_string(), field.value());
    message.body = std::move(from.body());
    return message;
}

// Header and body in one piece, so that they leave in one TLS record. `shown` bytes of the body follow.
std::string to_wire(reply const& answer, bool keep_alive, std::size_t shown) {
    auto const reason = http::obsolete_reason(static_cast<http::status>(answer.status));
    std::string wire;
    wire.reserve(1024 + shown);
    wire.append("HTTP/1.1 ").append(std::to_string(answer.status)).append(" ").append(reason).append("\r\n");
    for (auto const& [name, value] : answer.headers)
        wire.append(name).append(": ").append(value).append("\r\n");
    if (answer.status != 204)
        wire.append("Content-Length: ").append(std::to_string(answer.body.size())).append("\r\n");
    if (!keep_alive) wire.append("Connection: close\r\n");
    wire.append("\r\n").append(answer.body, 0, shown);
    return wire;
}

// The peer sees a reset, as if a machine between had died.
void reset(tcp::socket& socket) {
    boost::system::error_code ignored;
    socket.set_option(asio::socket_base::linger(true, 0), ignored);
    socket.close(ignored);
}

asio::awaitable<void> wait(std::chrono::nanoseconds delay, tcp::socket& socket) {
    if (delay <= std::chrono::nanoseconds(0)) co_return;
    asio::steady_timer timer(socket.get_executor(), delay);
    co_await timer.async_wait(use_awaitable);
}

// False once the connection is of no more use.
asio::awaitable<bool> send(stream& connection, reply const& answer, bool keep_alive) {
    co_await wait(answer.delay, connection.next_layer());
    if (answer.how == effect::reset_before || answer.how == effect::reset_after) {
        reset(connection.next_layer());
        co_return false;
    }
    auto const truncated = answer.how == effect::truncate;
    auto const wire = to_wire(answer, keep_alive, truncated ? answer.body.size() / 2 : answer.body.size());
    boost::system::error_code error;
    co_await asio::async_write(connection, asio::buffer(wire), asio::redirect_error(use_awaitable, error));
    if (truncated) reset(connection.next_layer());
    co_return !error && !truncated && keep_alive;
}

asio::awaitable<void> serve_connection(tcp::socket socket, asio::ssl::context& tls, shared_state& shared) {
    boost::system::error_code error;
    socket.set_option(tcp::no_delay(true), error);
    stream connection(std::move(socket), tls);
    co_await connection.async_handshake(stream::server, asio::redirect_error(use_awaitable, error));
    boost::beast::flat_buffer buffer;
    while (!error) {
        http::request_parser<http::string_body> parser;
        parser.body_limit(longest_body);
        co_await http::async_read(connection, buffer, parser, asio::redirect_error(use_awaitable, error));
        if (error) break;
        auto const keep_alive = parser.keep_alive();
        auto const message = to_request(parser.release());
        auto const answer = shared.model.handle(message, shared.clock.now());
        auto const again = co_await send(connection, answer, keep_alive);
        if (!again) break;
    }
    if (connection.next_layer().is_open()) {
        co_await connection.async_shutdown(asio::redirect_error(use_awaitable, error));
    }
}

// A broken connection is a value above; what arrives here is a bug or a broken machine, and ends the server.
void rethrow(std::exception_ptr const& problem) {
    if (problem) std::rethrow_exception(problem);
}

asio::awaitable<void> accept(tcp::acceptor& acceptor, asio::ssl::context& tls, shared_state& shared) {
    for (;;) {
        auto socket = co_await acceptor.async_accept(use_awaitable);
        auto session = serve_connection(std::move(socket), tls, shared);
        asio::co_spawn(acceptor.get_executor(), std::move(session), rethrow);
    }
}

tcp::acceptor listen(asio::io_context& context, std::uint16_t port) {
    try {
        return {context, tcp::endpoint(asio::ip::address_v4::loopback(), port)};
    } catch (boost::system::system_error const& problem) {
        throw std::runtime_error(fmt::format("cannot listen on 127.0.0.1:{}: {}; --port 0 picks a free port",
                                             port, problem.code().message()));
    }
}

}  // namespace

void serve(directory_model& model, server_certificate const& certificate, std::uint16_t port,
           std::function<void(std::uint16_t port)> const& ready) {
    shared_state shared{model, {}};
    auto tls = tls_context(certificate);
    asio::io_context context(1);
    auto acceptor = listen(context, port);
    asio::signal_set signals(context, SIGINT, SIGTERM);
    signals.async_wait([&](boost::system::error_code, int) { context.stop(); });
    asio::co_spawn(context, accept(acceptor, tls, shared), rethrow);
    ready(acceptor.local_endpoint().port());
    context.run();
}

}  // namespace poolwright::sandbox
