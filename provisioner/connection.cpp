#include "provisioner/connection.hpp"

#include "provisioner/tls.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>

#include <cerrno>
#include <cstddef>
#include <sys/socket.h>

namespace poolwright::provisioner {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using std::chrono::steady_clock;
using phase = transport_failure::phase;

// A usual request fits, and a usual reply of Graph arrives in one piece. Not larger: all of it is wiped after
// each round trip.
constexpr std::size_t piece = 4096;

}  // namespace

connection::connection(asio::any_io_executor const& executor, asio::ssl::context& tls)
    : stream_(executor, tls), timer_(executor) {
    // Asio asks OpenSSL to give its record buffers back after each message. They are then allocated and wiped
    // whole, 17 KiB each, for every round trip; kept, only what was decrypted is wiped.
    SSL_clear_mode(stream_.native_handle(), SSL_MODE_RELEASE_BUFFERS);
    outgoing_.reserve(piece);
    incoming_.reserve(piece);
}

void connection::close() {
    error_code already_closed;
    socket().close(already_closed);
}

void connection::arm(steady_clock::time_point deadline) {
    expired_ = false;
    timer_.expires_at(deadline);
    timer_.async_wait([self = weak_from_this(), watch = ++watch_](error_code cancelled) {
        auto const alive = self.lock();
        if (cancelled || !alive || alive->watch_ != watch) return;
        alive->expired_ = true;
        alive->close();
    });
}

void connection::disarm() {
    ++watch_;
    timer_.cancel();
}

asio::awaitable<std::optional<transport_failure>> connection::open(trip const& to,
                                                                   name_cache::addresses const& addresses) {
    std::optional<transport_failure> failed = co_await connect(to, addresses);
    in_clear_ = to.in_clear;
    if (!failed && !in_clear_) failed = co_await shake_hands(to);
    disarm();
    co_return failed;
}

asio::awaitable<std::optional<transport_failure>> connection::connect(
    trip const& to, name_cache::addresses const& addresses) {
    error_code failed = asio::error::host_not_found;
    for (std::size_t tried = 0; tried < addresses.size(); ++tried) {
        // An address that swallows everything gets its share of the time and no more: the next one may be
        // fine.
        auto const now = steady_clock::now();
        arm(now + (to.deadline - now) / static_cast<std::int64_t>(addresses.size() - tried));
        co_await socket().async_connect(addresses[tried], asio::redirect_error(asio::use_awaitable, failed));
        if (!failed && !expired_) {
            address_ = addresses[tried];
            error_code only_slower;
            socket().set_option(tcp::no_delay(true), only_slower);
            co_return std::nullopt;
        }
        close();
    }
    if (expired_) co_return to.timed_out(phase::connect);
    if (addresses.size() < 2) co_return to.failed(phase::connect, failed);
    auto const reason = fmt::format("{} (the last of {} addresses)", failed.message(), addresses.size());
    co_return to.failed(phase::connect, reason);
}

asio::awaitable<std::optional<transport_failure>> connection::shake_hands(trip const& to) {
    expect_host(stream_.native_handle(), to.to.host);
    arm(to.deadline);
    error_code failed;
    co_await stream_.async_handshake(asio::ssl::stream_base::client,
                                     asio::redirect_error(asio::use_awaitable, failed));
    if (expired_) co_return to.timed_out(phase::handshake);
    if (!failed) co_return std::nullopt;
    auto const refusal = explain_handshake(stream_.native_handle(), failed);
    co_return to.failed(phase::handshake, refusal.reason, refusal.untrusted);
}

asio::awaitable<error_code> connection::send() {
    error_code failed;
    auto const bytes = asio::buffer(outgoing_);
    if (in_clear_) {
        co_await asio::async_write(socket(), bytes, asio::redirect_error(asio::use_awaitable, failed));
    } else {
        co_await asio::async_write(stream_, bytes, asio::redirect_error(asio::use_awaitable, failed));
    }
    co_return failed;
}

asio::awaitable<error_code> connection::receive() {
    auto const before = incoming_.size();
    incoming_.resize(before + piece);
    error_code failed;
    std::size_t got = 0;
    auto const room = asio::buffer(incoming_.data() + before, piece);
    if (in_clear_) {
        got = co_await socket().async_read_some(room, asio::redirect_error(asio::use_awaitable, failed));
    } else {
        got = co_await stream_.async_read_some(room, asio::redirect_error(asio::use_awaitable, failed));
    }
    incoming_.resize(before + got);
    co_return failed;
}

void connection::rest() {
    wipe(outgoing_);
    wipe(incoming_);
}

bool connection::quiet() {
    SSL* const tls = stream_.native_handle();
    // The end of the TLS stream may have arrived together with the last reply, and lies unread on this side
    // of the socket.
    if (!socket().is_open() || SSL_pending(tls) > 0 || BIO_pending(SSL_get_rbio(tls)) > 0) return false;
    std::byte next{};
    auto const readable = ::recv(socket().native_handle(), &next, sizeof next, MSG_PEEK | MSG_DONTWAIT);
    return readable < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

}  // namespace poolwright::provisioner
