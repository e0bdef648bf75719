#pragma once

#include "provisioner/http_message.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/system/result.hpp>

#include <chrono>
#include <memory>
#include <utility>
#include <vector>

// The addresses of the few hosts we talk to, kept for a minute: a thousand connections ask once, also when
// they all begin at the same instant. Used by the HTTPS transport on its executor's one thread.

namespace poolwright::provisioner {

class name_cache {
public:
    using addresses = std::vector<boost::asio::ip::tcp::endpoint>;

    explicit name_cache(boost::asio::any_io_executor executor) : executor_(std::move(executor)) {}

    // An error of the resolver, or boost::asio::error::timed_out at the deadline. The system's look-up itself
    // cannot be abandoned: it ends in the background, and its answer is kept for the next who asks.
    boost::asio::awaitable<boost::system::result<addresses>> look_up(
        endpoint const& to, std::chrono::steady_clock::time_point deadline);

    // This address answered: it is tried first from now on.
    void prefer(endpoint const& to, boost::asio::ip::tcp::endpoint const& address);

private:
    struct question;
    std::shared_ptr<question> ask(endpoint const& to);
    static void answer(std::shared_ptr<question> const& asked, endpoint const& to);

    boost::asio::any_io_executor executor_;
    std::vector<std::pair<endpoint, std::shared_ptr<question>>> known_;
};

}  // namespace poolwright::provisioner
