#include "provisioner/https.hpp"

#include "provisioner/connection.hpp"
#include "provisioner/connection_pool.hpp"
#include "provisioner/http_wire.hpp"
#include "provisioner/name_cache.hpp"
#include "provisioner/tls.hpp"
#include "provisioner/trip.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace poolwright::provisioner {

namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using boost::system::error_code;
using phase = transport_failure::phase;

constexpr std::size_t largest_header = 64u << 10;
constexpr std::chrono::nanoseconds nearby = std::chrono::seconds(1);  // to connect on the own link

// Beast's parser of the wire, filling our reply without a Beast message in between: the body goes into wiped
// memory once.
class reply_parser final : public http::basic_parser<false> {
public:
    explicit reply_parser(std::size_t largest_body) {
        eager(true);
        header_limit(largest_header);
        body_limit(largest_body);
    }

    [[nodiscard]] int status() const noexcept { return status_; }

    http_reply take() {
        http_reply reply;
        reply.status = status_;
        reply.headers = std::move(headers_);
        reply.body = secret(std::move(body_));
        return reply;
    }

private:
    using text = boost::beast::string_view;

    void on_request_impl(http::verb, text, text, int, error_code&) override {}
    void on_response_impl(int code, text, int, error_code& failed) override {
        status_ = code;
        if (code < 100) failed = http::error::bad_status;
    }
    void on_field_impl(http::field, text name, text value, error_code& failed) override {
        // Beast's own limit is for what lies in the buffer at once: a header that comes line by line could go
        // on forever.
        header_size_ += name.size() + value.size() + 4;
        if (header_size_ > largest_header) failed = http::error::header_limit;
        if (!header_done_) headers_.emplace_back(name, value);
    }
    void on_header_impl(error_code&) override { header_done_ = true; }
    void on_body_init_impl(boost::optional<std::uint64_t> const& length, error_code&) override {
        body_.reserve(std::max<std::size_t>(32, static_cast<std::size_t>(length.value_or(0))));
    }
    std::size_t on_body_impl(text part, error_code&) override {
        body_.append(part.data(), part.size());
        return part.size();
    }
    void on_chunk_header_impl(std::uint64_t, text, error_code&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, text part, error_code& failed) override {
        return on_body_impl(part, failed);
    }
    void on_finish_impl(error_code&) override {}

    int status_ = 0;
    header_list headers_;
    std::size_t header_size_ = 0;
    bool header_done_ = false;  // what comes after it are trailers, which nobody asked for
    wiped_string body_;
};

std::string plain(error_code malformed, std::size_t largest_body) {
    if (malformed == http::error::header_limit)
        return fmt::format("the header of the reply is larger than {} KiB", largest_header >> 10);
    if (malformed == http::error::body_limit)
        return fmt::format("the reply is larger than {} KiB", largest_body >> 10);
    return fmt::format("the reply is not valid HTTP ({})", malformed.message());
}

// Beast's parser asserts that what follows the line of the last chunk never comes alone; no body in chunks
// ends with fewer bytes than these five.
bool needs_more(reply_parser const& parser, wiped_string const& incoming, std::size_t taken) {
    constexpr std::string_view shortest_end = "0\r\n\r\n";
    return parser.is_header_done() && parser.chunked() && incoming.size() - taken < shortest_end.size();
}

// Gives the parser what has arrived; what it does not take stays.
error_code feed(reply_parser& parser, wiped_string& incoming) {
    error_code failed;
    std::size_t taken = 0;
    while (taken < incoming.size() && !parser.is_done() && !failed && !needs_more(parser, incoming, taken))
        taken += parser.put(asio::const_buffer(incoming.data() + taken, incoming.size() - taken), failed);
    incoming.erase(0, taken);
    if (failed != http::error::need_more) return failed;
    // An endless line, such as a chunk extension, would make the buffer grow without limit.
    if (incoming.size() > largest_header) return http::error::header_limit;
    return {};
}

// Nothing if the reply is one without a length, which the end of the stream completes. Where the stream ends
// without TLS saying so, anyone may have cut it.
std::optional<transport_failure> end_of_reply(reply_parser& parser, error_code ended, trip const& to) {
    bool const closed = ended == asio::error::eof || ended == asio::ssl::error::stream_truncated;
    if (!closed) return to.failed(phase::receive, ended);
    if (!parser.got_some()) return to.failed(phase::receive, "the connection was closed without a reply");
    error_code cut = http::error::partial_message;
    if (ended == asio::error::eof) parser.put_eof(cut);
    if (cut) return to.failed(phase::receive, "the connection was closed in the middle of the reply");
    return std::nullopt;
}

class https_transport final : public transport {
public:
    https_transport(asio::any_io_executor executor, https_options options)
        : executor_(std::move(executor)),
          options_(std::move(options)),
          tls_(make_tls_context(options_.ca_file)),
          names_(executor_),
          idle_(options_.idle_per_endpoint, options_.idle_time) {
        if (!is_header_value(options_.user_agent))
            throw std::invalid_argument("the user agent has a line break or NUL in it");
    }

    asio::awaitable<round_trip_result> round_trip(http_request request) override;

private:
    asio::awaitable<boost::system::result<std::shared_ptr<connection>, transport_failure>> open(
        trip const& to);
    asio::awaitable<round_trip_result> exchange(std::shared_ptr<connection> link, trip const& to);
    asio::awaitable<std::optional<transport_failure>> read_message(connection& link, reply_parser& parser,
                                                                   trip const& to) const;

    asio::any_io_executor executor_;
    https_options options_;
    asio::ssl::context tls_;
    name_cache names_;
    connection_pool idle_;
};

asio::awaitable<round_trip_result> https_transport::round_trip(http_request request) {
    check(request);
    bool const in_clear = request.in_clear.has_value();
    trip const to{request.to, options_.timeout, in_clear};
    std::shared_ptr<connection> link;
    if (!in_clear) link = idle_.take(request.to);
    if (!link) {
        // A platform is near, or this computer has none: a person should not wait to be told.
        trip const there{request.to, in_clear ? std::min(to.timeout, nearby) : to.timeout, in_clear};
        auto opened = co_await open(there);
        if (!opened) co_return std::move(opened).error();
        link = *opened;
    }
    write_request(link->outgoing(), request, options_.user_agent);
    co_return co_await exchange(std::move(link), to);
}

asio::awaitable<boost::system::result<std::shared_ptr<connection>, transport_failure>> https_transport::open(
    trip const& to) {
    auto const addresses = co_await names_.look_up(to.to, to.deadline);
    if (!addresses && addresses.error() == asio::error::timed_out) co_return to.timed_out(phase::resolve);
    if (!addresses) co_return to.failed(phase::resolve, addresses.error());
    auto link = std::make_shared<connection>(executor_, tls_);
    if (auto failed = co_await link->open(to, *addresses); failed) co_return std::move(*failed);
    names_.prefer(to.to, link->address());
    co_return link;
}

// Whatever goes wrong from here on may have been acted on by the server: it is told, and never tried again on
// another connection.
asio::awaitable<round_trip_result> https_transport::exchange(std::shared_ptr<connection> link,
                                                             trip const& to) {
    link->arm(to.deadline);
    auto const unsent = co_await link->send();
    if (link->expired()) co_return to.timed_out(phase::send);
    if (unsent) co_return to.failed(phase::send, unsent);
    for (;;) {
        reply_parser parser(options_.largest_body);
        if (auto failed = co_await read_message(*link, parser, to); failed) co_return std::move(*failed);
        if (parser.status() == 101)
            co_return to.failed(phase::receive, "the server switched to a protocol nobody asked for");
        if (parser.status() < 200) continue;  // an interim reply: the real one follows
        link->disarm();
        bool const reusable = !to.in_clear && parser.keep_alive() && parser.status() != 503 &&
                              link->incoming().empty() && !link->expired();
        if (reusable) idle_.keep(to.to, std::move(link));
        co_return parser.take();
    }
}

asio::awaitable<std::optional<transport_failure>> https_transport::read_message(connection& link,
                                                                                reply_parser& parser,
                                                                                trip const& to) const {
    for (;;) {
        auto const malformed = feed(parser, link.incoming());
        if (malformed) co_return to.failed(phase::receive, plain(malformed, options_.largest_body));
        if (parser.is_done()) co_return std::nullopt;
        auto const ended = co_await link.receive();
        if (link.expired()) co_return to.timed_out(phase::receive);
        if (ended) co_return end_of_reply(parser, ended, to);
    }
}

}  // namespace

std::unique_ptr<transport> make_https_transport(asio::any_io_executor executor, https_options options) {
    return std::make_unique<https_transport>(std::move(executor), std::move(options));
}

}  // namespace poolwright::provisioner
