#include "tests/provisioner/https_fixture.hpp"

#include <boost/asio/co_spawn.hpp>
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <exception>

namespace poolwright::provisioner::test {

test_authority const& authority() {
    static test_authority const ours;
    return ours;
}

identity const& server_identity() {
    static identity const ours = authority().issue();
    return ours;
}

https_client::https_client(https_options options) {
    if (options.ca_file.empty()) options.ca_file = authority().ca_file();
    transport_ = make_https_transport(context_.get_executor(), std::move(options));
}

std::vector<round_trip_result> https_client::ask(std::vector<http_request> requests) {
    std::vector<round_trip_result> results(requests.size());
    std::exception_ptr thrown;
    std::size_t answered = 0;
    for (std::size_t i = 0; i < requests.size(); ++i) {
        auto keep = [&results, &thrown, &answered, i](std::exception_ptr const& failed,
                                                      round_trip_result result) {
            ++answered;
            if (failed) thrown = failed;
            results[i] = std::move(result);
        };
        boost::asio::co_spawn(context_, transport_->round_trip(std::move(requests[i])), std::move(keep));
    }
    context_.restart();
    context_.run_for(std::chrono::seconds(10));
    if (thrown) std::rethrow_exception(thrown);
    REQUIRE(answered == results.size());
    return results;
}

round_trip_result https_client::ask(http_request request) {
    std::vector<http_request> one;
    one.push_back(std::move(request));
    return std::move(ask(std::move(one)).front());
}

http_request get(std::uint16_t port, std::string target, std::string host) {
    http_request request;
    request.to = {std::move(host), port};
    request.target = std::move(target);
    return request;
}

http_request post(std::uint16_t port, std::string_view body) {
    http_request request = get(port);
    request.method = http_method::post;
    request.content_type = "application/json";
    request.body = secret(body);
    return request;
}

std::string ok(std::string_view body, std::string_view header_lines) {
    return fmt::format("HTTP/1.1 200 OK\r\n{}Content-Length: {}\r\n\r\n{}", header_lines, body.size(), body);
}

tls_server::script always(std::string reply) {
    return [reply = std::move(reply)](tls_session& session, int) {
        while (!session.read_request().empty()) session.write(reply);
    };
}

}  // namespace poolwright::provisioner::test
