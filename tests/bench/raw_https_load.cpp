#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/json/parse.hpp>
#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <string_view>

// The yardstick for everything that talks HTTPS: the same requests that a provisioning run sends, with no
// logic at all, over N keep-alive connections to a graph-sandbox. What it reaches is the most that any client
// of this machine can reach.
//
//     raw_https_load DIR REQUESTS CONNECTIONS [create]
//
// DIR is that of the sandbox. Sends GET /v1.0/organization, or with `create` POST /v1.0/applications with a
// secret; each connection works in a tenant of its own.

namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
namespace json = boost::json;
using asio::use_awaitable;
using asio::ip::tcp;
using stream = asio::ssl::stream<tcp::socket>;

struct workload {
    std::string host;
    std::string port;
    std::string client_id;
    std::string client_secret;
    std::int64_t requests = 0;
    int connections = 1;
    bool create = false;
};

struct tally {
    std::int64_t left = 0;
    std::map<unsigned, std::int64_t> statuses;
};

std::string read_file(std::string const& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) throw std::runtime_error("cannot read " + path);
    return {std::istreambuf_iterator<char>(in), {}};
}

std::string first_line(std::string const& text) {
    return text.substr(0, text.find('\n'));
}

std::string text_at(json::object const& from, std::string_view key) {
    return std::string(from.at(key).as_string());
}

std::string wire(workload const& of, std::string_view start, std::string_view headers,
                 std::string_view body) {
    return fmt::format("{} HTTP/1.1\r\nHost: {}:{}\r\nContent-Length: {}\r\n{}\r\n{}", start, of.host,
                       of.port, body.size(), headers, body);
}

constexpr std::int64_t applications_per_tenant = 6;

std::string tenant_of(int connection, std::int64_t number) {
    return fmt::format("{:08x}-0000-4000-8000-{:012x}", connection, number / applications_per_tenant);
}

std::string token_request(workload const& of, std::string const& tenant) {
    auto const body = fmt::format(
        "grant_type=client_credentials&client_id={}&client_secret={}&scope=https%3A%2F%2Fgraph.microsoft.com%"
        "2F."
        "default",
        of.client_id, of.client_secret);
    return wire(of, fmt::format("POST /{}/oauth2/v2.0/token", tenant),
                "Content-Type: application/x-www-form-urlencoded\r\n", body);
}

std::string application_body(int connection, std::int64_t number) {
    return fmt::format(
        R"({{"displayName":"Backup pool exchange {1:04} under load","uniqueName":"load-{0}-{1:04}",)"
        R"("signInAudience":"AzureADMyOrg","tags":["poolwright","poolwright:pool=exchange",)"
        R"("poolwright:intent={0:016x}{1:016x}"],"passwordCredentials":[{{"displayName":"poolwright"}}]}})",
        connection, number);
}

std::string work_request(workload const& of, std::string const& token, int connection, std::int64_t number) {
    auto const headers = fmt::format("Authorization: Bearer {}\r\nContent-Type: application/json\r\n", token);
    if (!of.create) return wire(of, "GET /v1.0/organization", headers, "");
    return wire(of, "POST /v1.0/applications", headers, application_body(connection, number));
}

asio::awaitable<http::response<http::string_body>> exchange(stream& connection,
                                                            boost::beast::flat_buffer& buffer,
                                                            std::string request) {
    co_await asio::async_write(connection, asio::buffer(request), use_awaitable);
    http::response<http::string_body> answer;
    co_await http::async_read(connection, buffer, answer, use_awaitable);
    co_return answer;
}

asio::awaitable<void> work(asio::io_context& context, asio::ssl::context& tls, workload const& of,
                           tally& counted, int connection_number) {
    tcp::resolver resolver(context);
    auto const found = co_await resolver.async_resolve(of.host, of.port, use_awaitable);
    stream connection(context, tls);
    co_await asio::async_connect(connection.next_layer(), found, use_awaitable);
    connection.next_layer().set_option(tcp::no_delay(true));
    co_await connection.async_handshake(stream::client, use_awaitable);
    boost::beast::flat_buffer buffer;
    std::string token;
    for (std::int64_t number = 0; counted.left-- > 0; ++number) {
        if (number == 0 || (of.create && number % applications_per_tenant == 0)) {
            auto login = token_request(of, tenant_of(connection_number, number));
            auto const granted = co_await exchange(connection, buffer, std::move(login));
            token = text_at(json::parse(granted.body()).as_object(), "access_token");
        }
        auto request = work_request(of, token, connection_number, number);
        auto const answer = co_await exchange(connection, buffer, std::move(request));
        ++counted.statuses[answer.result_int()];
    }
}

workload read_workload(int argc, char** argv) {
    if (argc < 4) throw std::runtime_error("usage: raw_https_load DIR REQUESTS CONNECTIONS [create]");
    auto const ready = json::parse(read_file(std::string(argv[1]) + "/ready.json")).as_object();
    auto const url = text_at(ready, "url").substr(std::string_view("https://").size());
    workload of;
    of.host = url.substr(0, url.find(':'));
    of.port = url.substr(url.find(':') + 1);
    of.client_id = text_at(ready, "client_id");
    of.client_secret = first_line(read_file(text_at(ready, "client_secret_file")));
    of.requests = std::stoll(argv[2]);
    of.connections = std::stoi(argv[3]);
    of.create = argc > 4 && std::string_view(argv[4]) == "create";
    return of;
}

void rethrow(std::exception_ptr const& problem) {
    if (problem) std::rethrow_exception(problem);
}

int run(int argc, char** argv) {
    auto const of = read_workload(argc, argv);
    asio::ssl::context tls(asio::ssl::context::tls_client);
    tls.load_verify_file(std::string(argv[1]) + "/ca.pem");
    tls.set_verify_mode(asio::ssl::verify_peer);
    asio::io_context context(1);
    tally counted{of.requests, {}};
    for (int i = 0; i < of.connections; ++i)
        asio::co_spawn(context, work(context, tls, of, counted, i), rethrow);
    auto const start = std::chrono::steady_clock::now();
    context.run();
    auto const seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    fmt::print("{} requests in {:.2f} s: {:.0f} requests/s;", of.requests, seconds,
               static_cast<double>(of.requests) / seconds);
    for (auto const& [status, count] : counted.statuses) fmt::print(" {} × {}", count, status);
    fmt::print("\n");
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return run(argc, argv);
    } catch (std::exception const& problem) {
        fmt::print(stderr, "raw_https_load: {}\n", problem.what());
        return 1;
    }
}
