#include "provisioner/name_cache.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>

namespace poolwright::provisioner {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using std::chrono::steady_clock;

constexpr std::chrono::seconds shelf_life{60};

}  // namespace

// One look-up, shared by all who wait for it. It outlives the cache and the waiters, since the resolver holds
// it until it answers.
struct name_cache::question {
    explicit question(asio::any_io_executor const& executor) : resolver(executor) {}

    tcp::resolver resolver;
    bool answered = false;
    boost::system::error_code failed;
    addresses found;
    steady_clock::time_point asked_at = steady_clock::now();
    std::vector<asio::steady_timer*> waiting;

    [[nodiscard]] bool usable() const {
        return !answered || (!failed && steady_clock::now() - asked_at < shelf_life);
    }
};

namespace {

// A timer that the answer cancels; it leaves the list when its coroutine ends, however that happens.
template <class Question>
class waiter {
public:
    waiter(asio::any_io_executor const& executor, std::shared_ptr<Question> asked,
           steady_clock::time_point until)
        : timer(executor, until), asked_(std::move(asked)) {
        asked_->waiting.push_back(&timer);
    }
    waiter(waiter const&) = delete;
    waiter& operator=(waiter const&) = delete;
    ~waiter() { std::erase(asked_->waiting, &timer); }

    asio::steady_timer timer;

private:
    std::shared_ptr<Question> asked_;
};

}  // namespace

void name_cache::answer(std::shared_ptr<question> const& asked, endpoint const& to) {
    asked->resolver.async_resolve(
        to.host, std::to_string(to.port), tcp::resolver::numeric_service | tcp::resolver::address_configured,
        [asked](boost::system::error_code failed, tcp::resolver::results_type const& results) {
            asked->answered = true;
            asked->failed = failed;
            for (auto const& each : results) asked->found.push_back(each.endpoint());
            for (asio::steady_timer* timer : asked->waiting) timer->cancel();
        });
}

std::shared_ptr<name_cache::question> name_cache::ask(endpoint const& to) {
    auto const place =
        std::find_if(known_.begin(), known_.end(), [&to](auto const& each) { return each.first == to; });
    if (place != known_.end() && place->second->usable()) return place->second;
    auto const asked = std::make_shared<question>(executor_);
    if (place == known_.end())
        known_.emplace_back(to, asked);
    else
        place->second = asked;
    answer(asked, to);
    return asked;
}

asio::awaitable<boost::system::result<name_cache::addresses>> name_cache::look_up(
    endpoint const& to, steady_clock::time_point deadline) {
    boost::system::error_code not_an_address;
    auto const address = asio::ip::make_address(to.host, not_an_address);
    if (!not_an_address) co_return addresses(1, tcp::endpoint(address, to.port));

    auto const asked = ask(to);
    if (!asked->answered) {
        waiter<question> waits(executor_, asked, deadline);
        boost::system::error_code answered_or_late;
        co_await waits.timer.async_wait(asio::redirect_error(asio::use_awaitable, answered_or_late));
    }
    if (!asked->answered) co_return boost::system::error_code(asio::error::timed_out);
    if (asked->failed) co_return asked->failed;
    co_return asked->found;
}

void name_cache::prefer(endpoint const& to, tcp::endpoint const& address) {
    for (auto& [host, asked] : known_) {
        if (host != to) continue;
        auto const place = std::find(asked->found.begin(), asked->found.end(), address);
        if (place != asked->found.end()) std::rotate(asked->found.begin(), place, place + 1);
    }
}

}  // namespace poolwright::provisioner
