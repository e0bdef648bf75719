#include "cli/dashboard.hpp"

#include "cli/dashboard_gate.hpp"
#include "cli/dashboard_page.hpp"
#include "cli/dashboard_replies.hpp"
#include "cli/failure.hpp"
#include "cli/version_command.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <chrono>
#include <exception>
#include <list>
#include <string_view>
#include <utility>

namespace poolwright::cli {

namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
namespace json = boost::json;
using asio::use_awaitable;
using asio::ip::tcp;
using boost::system::error_code;
using time_point = std::chrono::steady_clock::time_point;
using namespace std::chrono_literals;

constexpr auto between_looks = 500ms;   // at what is new
constexpr auto between_checks = 100ms;  // of the patience with connections
constexpr auto patience = 10s;          // with a request, and with a reader of what was written
constexpr auto last_patience = 1s;      // when the run is over
constexpr std::size_t most_connections = 32;
constexpr std::uint32_t longest_header = 8u << 10;

// One window, or one question.
struct connection {
    tcp::socket socket;
    asio::steady_timer news;  // rings when there may be some
    time_point deadline;      // then it is closed, whatever it does
};

std::string_view field(http::request_header<> const& head, std::string_view name) {
    auto const found = head.find({name.data(), name.size()});
    return found == head.end() ? std::string_view()
                               : std::string_view(found->value().data(), found->value().size());
}

page_request asked_in(http::request_header<> const& head) {
    auto const method = head.method_string();
    auto const target = head.target();
    return {.method = {method.data(), method.size()},
            .target = {target.data(), target.size()},
            .host = field(head, "Host"),
            .origin = field(head, "Origin"),
            .fetch_site = field(head, "Sec-Fetch-Site"),
            .authorization = field(head, "Authorization")};
}

std::string_view to_string(run_ending how) noexcept {
    constexpr std::string_view names[] = {"finished", "interrupted", "broken"};
    return names[static_cast<std::size_t>(how)];
}

tcp::acceptor listen(asio::any_io_executor const& executor, dashboard_address const& where) {
    try {
        return {executor, tcp::endpoint(asio::ip::make_address(where.host), where.port)};
    } catch (boost::system::system_error const& refused) {
        throw failure(
            broken,
            fmt::format("--dashboard: cannot listen on {}: {}", url_of(where), refused.code().message()),
            "--dashboard alone takes a free port");
    }
}

void rethrow(std::exception_ptr const& bug) {
    if (bug) std::rethrow_exception(bug);
}

}  // namespace

class dashboard::server : public std::enable_shared_from_this<server> {
public:
    server(asio::any_io_executor const& executor, dashboard_address const& where,
           std::function<void(std::string const&)> opened)
        : acceptor_(listen(executor, where)),
          checks_(executor),
          where_{.host = where.host, .port = acceptor_.local_endpoint().port()},
          opened_(std::move(opened)),
          page_(make_dashboard_page(own_version())) {}

    [[nodiscard]] std::string address() const { return url_of(where_) + '#' + gate_.token(); }

    void begin(shown_run what) {
        run_ = std::move(what);
        asio::co_spawn(acceptor_.get_executor(), accept(shared_from_this()), rethrow);
        asio::co_spawn(acceptor_.get_executor(), look_after(shared_from_this()), rethrow);
    }

    void end(run_ending how) {
        sample();
        ending_ = how;
        has_ended_ = true;
        error_code ignored;
        acceptor_.close(ignored);
        checks_.cancel();
        for (auto& each : connections_) {
            each.deadline = std::min(each.deadline, std::chrono::steady_clock::now() + last_patience);
            each.news.cancel();
        }
    }

private:
    using place = std::list<connection>::iterator;

    void sample() { run_.watch->sample(run_.counts(), std::chrono::steady_clock::now()); }

    // Each keeps the server, since windows may outlive the object that began it.
    static asio::awaitable<void> accept(std::shared_ptr<server> self);
    static asio::awaitable<void> look_after(std::shared_ptr<server> self);
    static asio::awaitable<void> serve(std::shared_ptr<server> self, place one);

    asio::awaitable<void> answer(connection& one);
    asio::awaitable<void> follow(connection& one);
    asio::awaitable<bool> write(connection& one, std::string const& text);
    [[nodiscard]] std::string text_for(page_answer found);
    [[nodiscard]] std::string open_window();

    tcp::acceptor acceptor_;
    asio::steady_timer checks_;
    dashboard_address where_;
    std::function<void(std::string const&)> opened_;
    dashboard_page page_;
    dashboard_gate gate_;
    shown_run run_;
    std::list<connection> connections_;
    run_ending ending_ = run_ending::finished;
    bool has_ended_ = false;
};

asio::awaitable<void> dashboard::server::accept(std::shared_ptr<server> self) {
    while (!self->has_ended_) {
        error_code failed;
        auto socket = co_await self->acceptor_.async_accept(asio::redirect_error(use_awaitable, failed));
        // Out of descriptors, say: whoever asked may ask again, but not at once.
        if (failed && !self->has_ended_) {
            asio::steady_timer pause(self->acceptor_.get_executor(), between_looks);
            co_await pause.async_wait(use_awaitable);
            continue;
        }
        if (failed || self->connections_.size() >= most_connections) continue;
        auto const executor = socket.get_executor();
        auto const until = std::chrono::steady_clock::now() + patience;
        self->connections_.push_back({std::move(socket), asio::steady_timer(executor), until});
        auto session = serve(self, std::prev(self->connections_.end()));
        asio::co_spawn(executor, std::move(session), rethrow);
    }
}

// Looks how far the run is, and closes what takes longer than there is patience for.
asio::awaitable<void> dashboard::server::look_after(std::shared_ptr<server> self) {
    while (!self->has_ended_ || !self->connections_.empty()) {
        auto const now = std::chrono::steady_clock::now();
        for (auto& each : self->connections_) {
            error_code ignored;
            if (each.deadline <= now) each.socket.close(ignored);
        }
        if (!self->has_ended_) self->sample();
        self->checks_.expires_after(between_checks);
        error_code cancelled;
        co_await self->checks_.async_wait(asio::redirect_error(use_awaitable, cancelled));
    }
}

asio::awaitable<void> dashboard::server::serve(std::shared_ptr<server> self, place one) {
    co_await self->answer(*one);
    error_code ignored;
    one->socket.shutdown(tcp::socket::shutdown_both, ignored);
    self->connections_.erase(one);
}

asio::awaitable<void> dashboard::server::answer(connection& one) {
    boost::beast::flat_buffer buffer(longest_header);
    http::request_parser<http::empty_body> parser;
    parser.header_limit(longest_header);
    auto const& bad_http = make_error_code(http::error::bad_method).category();
    error_code failed;
    co_await http::async_read_header(one.socket, buffer, parser, asio::redirect_error(use_awaitable, failed));
    // Only what came and is no request is answered; whoever left, or was too slow, hears nothing.
    if (failed && failed.category() != bad_http) co_return;
    if (failed) {
        auto const unreadable = refusal("400 Bad Request", "That is no request for a page.\n");
        co_await write(one, unreadable);
        co_return;
    }
    auto const found = gate_.judge(asked_in(parser.get()));
    if (found == page_answer::events) {
        co_await follow(one);
    } else {
        auto const text = text_for(found);
        co_await write(one, text);
    }
}

// The holder of a session hears what is new until the run or the window ends.
asio::awaitable<void> dashboard::server::follow(connection& one) {
    auto text = stream_head() + event_text("run", run_.watch->beginning());
    std::uint64_t seen = 0;
    for (;;) {
        bool const is_last = has_ended_;
        text += event_text("news", run_.watch->news(seen, run_.counts(), std::chrono::steady_clock::now()));
        seen = run_.watch->version();
        if (is_last) text += event_text("end", json::object{{"how", to_string(ending_)}});
        one.deadline = std::chrono::steady_clock::now() + (is_last ? last_patience : patience);
        auto const is_heard = co_await write(one, text);
        if (!is_heard || is_last) co_return;
        text.clear();
        if (has_ended_) continue;
        one.deadline = std::chrono::steady_clock::now() + patience;
        one.news.expires_after(between_looks);
        error_code rung;
        co_await one.news.async_wait(asio::redirect_error(use_awaitable, rung));
    }
}

// False: nobody listens any more.
asio::awaitable<bool> dashboard::server::write(connection& one, std::string const& text) {
    error_code failed;
    co_await asio::async_write(one.socket, asio::buffer(text), asio::redirect_error(use_awaitable, failed));
    co_return !failed;
}

std::string dashboard::server::text_for(page_answer found) {
    switch (found) {
        case page_answer::page:
            return whole_reply("200 OK", "text/html; charset=utf-8", page_.html,
                               fmt::format("Content-Security-Policy: {}\r\n", page_.policy));
        case page_answer::session:
            return open_window();
        case page_answer::metrics:
            return whole_reply("200 OK", "text/plain; version=0.0.4; charset=utf-8", run_.metrics());
        case page_answer::nothing:
            return whole_reply("204 No Content", "text/plain", {});
        case page_answer::wrong_method:
            return refusal("405 Method Not Allowed", "Nothing can be changed here; only GET is answered.\n");
        case page_answer::wrong_host:
            return refusal("421 Misdirected Request", "Ask for 127.0.0.1, [::1] or localhost.\n");
        case page_answer::wrong_origin:
            return refusal("403 Forbidden", "Another page may not ask for this.\n");
        case page_answer::wrong_token:
            return refusal("403 Forbidden", "The address has been used, or is not whole.\n");
        default:
            return refusal("404 Not Found", "There is / and /metrics.\n");
    }
}

std::string dashboard::server::open_window() {
    opened_(address());
    return whole_reply("200 OK", "application/json",
                       json::serialize(json::object{{"session", gate_.session()}}));
}

dashboard::dashboard(asio::any_io_executor const& executor, dashboard_address const& where,
                     std::function<void(std::string const&)> opened)
    : server_(std::make_shared<server>(executor, where, std::move(opened))) {}

dashboard::~dashboard() = default;

std::string dashboard::address() const {
    return server_->address();
}

void dashboard::begin(shown_run what) {
    server_->begin(std::move(what));
}

void dashboard::end(run_ending how) {
    server_->end(how);
}

}  // namespace poolwright::cli
