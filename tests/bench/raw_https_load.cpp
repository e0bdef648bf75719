#include "tests/bench/raw_requests.hpp"

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

#include <array>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

// The yardstick for everything that talks HTTPS: the same requests that a provisioning run sends, with no
// logic at all, over N keep-alive connections to a graph-sandbox. What it reaches is the most that any client
// of this machine can reach.
//
//     raw_https_load DIR REQUESTS CONNECTIONS [create|provision]
//
// DIR is that of the sandbox. Sends GET /v1.0/organization; with `create` POST /v1.0/applications with a
// secret; with `provision` all that a run sends for tenants of six apps, 45 requests each, of whose replies
// only the ids that the next requests need are read. Each connection works in tenants of its own.

namespace {

using namespace poolwright::bench;
namespace asio = boost::asio;
namespace http = boost::beast::http;
namespace json = boost::json;
using asio::use_awaitable;
using asio::ip::tcp;
using stream = asio::ssl::stream<tcp::socket>;

struct tally {
    std::int64_t started = 0;
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

asio::awaitable<http::response<http::string_body>> exchange(stream& connection,
                                                            boost::beast::flat_buffer& buffer,
                                                            std::string request) {
    co_await asio::async_write(connection, asio::buffer(request), use_awaitable);
    http::response<http::string_body> answer;
    co_await http::async_read(connection, buffer, answer, use_awaitable);
    co_return answer;
}

// One connection, and whose requests are counted.
struct link {
    stream connection;
    tally& counted;
    boost::beast::flat_buffer buffer = {};
};

asio::awaitable<std::string> ask(link& over, std::string request) {
    auto answer = co_await exchange(over.connection, over.buffer, std::move(request));
    ++over.counted.statuses[answer.result_int()];
    co_return std::move(answer.body());
}

asio::awaitable<json::object> ask_for_object(link& over, std::string request) {
    auto const body = co_await ask(over, std::move(request));
    co_return json::parse(body).as_object();
}

asio::awaitable<void> provision_app(workload const& of, link& over, tenant_access const& in,
                                    std::string body) {
    auto create = graph_request(of, in, "POST /v1.0/applications", body);
    auto const made = co_await ask_for_object(over, std::move(create));
    auto const application_id = text_at(made, "appId");
    auto const secret = text_at(made.at("passwordCredentials").as_array().at(0).as_object(), "secretText");
    auto const named = fmt::format(R"({{"appId":"{}"}})", application_id);
    auto principal = graph_request(of, in, "POST /v1.0/servicePrincipals", named);
    auto const principal_made = co_await ask_for_object(over, std::move(principal));
    auto const principal_id = text_at(principal_made, "id");
    auto const to = fmt::format("POST /v1.0/servicePrincipals/{}/appRoleAssignments", principal_id);
    for (auto const& [resource, role] : in.roles) {
        auto const grant = fmt::format(R"({{"principalId":"{}","resourceId":"{}","appRoleId":"{}"}})",
                                       principal_id, resource, role);
        auto request = graph_request(of, in, to, grant);
        co_await ask(over, std::move(request));
    }
    for (auto const resource : {exchange_id, graph_id}) {
        auto proof = proof_request(of, in, application_id, secret, resource);
        co_await ask(over, std::move(proof));
    }
}

// The first `count` roles that the resource offers, from `first` on.
asio::awaitable<void> learn_roles(workload const& of, link& over, tenant_access& in,
                                  std::string_view resource_id, std::size_t first, std::size_t count) {
    auto const start =
        fmt::format("GET /v1.0/servicePrincipals(appId='{}')?$select=id,appId,appRoles", resource_id);
    auto request = graph_request(of, in, start, "");
    auto const principal = co_await ask_for_object(over, std::move(request));
    auto const& offered = principal.at("appRoles").as_array();
    for (std::size_t i = 0; i < count; ++i)
        in.roles.at(first + i) = {text_at(principal, "id"), text_at(offered.at(i).as_object(), "id")};
}

asio::awaitable<void> provision_tenant(workload const& of, link& over, int connection, std::int64_t number) {
    tenant_access in{tenant_of(connection, number), {}, {}};
    auto login = token_request(of, in.id);
    auto const granted = co_await ask_for_object(over, std::move(login));
    in.bearer = text_at(granted, "access_token");
    co_await learn_roles(of, over, in, exchange_id, 0, 1);
    co_await learn_roles(of, over, in, graph_id, 1, 2);
    for (std::int64_t app = 0; app < applications_per_tenant; ++app) {
        auto body = whole_application_body(in, connection, number + app);
        co_await provision_app(of, over, in, std::move(body));
    }
}

asio::awaitable<void> send_alike(workload const& of, link& over, int connection_number) {
    std::string token;
    for (std::int64_t number = 0; over.counted.started++ < of.requests; ++number) {
        if (number == 0 || (of.create && number % applications_per_tenant == 0)) {
            auto login = token_request(of, tenant_of(connection_number, number));
            auto const granted = co_await exchange(over.connection, over.buffer, std::move(login));
            token = text_at(json::parse(granted.body()).as_object(), "access_token");
        }
        auto request = work_request(of, token, connection_number, number);
        co_await ask(over, std::move(request));
    }
}

asio::awaitable<void> work(asio::io_context& context, asio::ssl::context& tls, workload const& of,
                           tally& counted, int connection_number) {
    tcp::resolver resolver(context);
    auto const found = co_await resolver.async_resolve(of.host, of.port, use_awaitable);
    link over{stream(context, tls), counted};
    co_await asio::async_connect(over.connection.next_layer(), found, use_awaitable);
    over.connection.next_layer().set_option(tcp::no_delay(true));
    co_await over.connection.async_handshake(stream::client, use_awaitable);
    if (!of.provision) co_return co_await send_alike(of, over, connection_number);
    for (std::int64_t number = 0; counted.started < of.requests; number += applications_per_tenant) {
        counted.started += requests_per_tenant;
        co_await provision_tenant(of, over, connection_number, number);
    }
}

workload read_workload(int argc, char** argv) {
    if (argc < 4)
        throw std::runtime_error("usage: raw_https_load DIR REQUESTS CONNECTIONS [create|provision]");
    auto const ready = json::parse(read_file(std::string(argv[1]) + "/ready.json")).as_object();
    auto const url = text_at(ready, "url").substr(std::string_view("https://").size());
    workload of;
    of.host = url.substr(0, url.find(':'));
    of.port = url.substr(url.find(':') + 1);
    of.client_id = text_at(ready, "client_id");
    of.client_secret = first_line(read_file(text_at(ready, "client_secret_file")));
    of.requests = std::stoll(argv[2]);
    of.connections = std::stoi(argv[3]);
    std::string_view const kind = argc > 4 ? argv[4] : "";
    of.create = kind == "create";
    of.provision = kind == "provision";
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
    tally counted;
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
