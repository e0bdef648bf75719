#pragma once

#include "provisioner/name_cache.hpp"
#include "provisioner/secret.hpp"
#include "provisioner/trip.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>

// One TLS connection of the HTTPS transport, with its buffers and its deadline; without TLS to a platform
// that is asked in clear. It moves bytes and knows nothing of HTTP.

namespace poolwright::provisioner {

class connection : public std::enable_shared_from_this<connection> {
public:
    connection(boost::asio::any_io_executor const& executor, boost::asio::ssl::context& tls);

    // Connects to the first address that answers and shakes hands. Nothing: it worked.
    boost::asio::awaitable<std::optional<transport_failure>> open(trip const& to,
                                                                  name_cache::addresses const& addresses);

    // At `deadline` the socket is closed, and with it ends whatever waits for it, until disarmed.
    void arm(std::chrono::steady_clock::time_point deadline);
    void disarm();
    [[nodiscard]] bool expired() const noexcept { return expired_; }

    // What send() sends, and what receive() has added to; both are wiped by rest().
    wiped_string& outgoing() noexcept { return outgoing_; }
    wiped_string& incoming() noexcept { return incoming_; }
    boost::asio::awaitable<boost::system::error_code> send();
    boost::asio::awaitable<boost::system::error_code> receive();

    // The address it is connected to.
    [[nodiscard]] boost::asio::ip::tcp::endpoint const& address() const noexcept { return address_; }

    // Wipes the buffers: the connection is kept for later.
    void rest();
    // Whether nothing has happened on it since: it is open, and the server has neither closed it nor said
    // anything unasked.
    bool quiet();

private:
    boost::asio::awaitable<std::optional<transport_failure>> connect(trip const& to,
                                                                     name_cache::addresses const& addresses);
    boost::asio::awaitable<std::optional<transport_failure>> shake_hands(trip const& to);
    boost::asio::ip::tcp::socket& socket() noexcept { return stream_.next_layer(); }
    void close();

    boost::asio::ssl::stream<boost::asio::ip::tcp::socket> stream_;
    boost::asio::steady_timer timer_;
    std::uint64_t watch_ = 0;  // which arm() it is; an expiry that comes late belongs to an earlier one
    bool expired_ = false;
    bool in_clear_ = false;
    boost::asio::ip::tcp::endpoint address_;
    wiped_string outgoing_;
    wiped_string incoming_;
};

}  // namespace poolwright::provisioner
