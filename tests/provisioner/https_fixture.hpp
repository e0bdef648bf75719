#pragma once

#include "provisioner/https.hpp"
#include "tests/provisioner/tls_server.hpp"

#include <boost/asio/io_context.hpp>

#include <string>
#include <utility>
#include <vector>

// The real transport against a server on this machine, told what to ask and asked for what came back.

namespace poolwright::provisioner::test {

// The authority that every server of these tests is signed by, unless a test says otherwise.
test_authority const& authority();
identity const& server_identity();

class https_client {
public:
    explicit https_client(https_options options = {});

    // Sends all at once and waits for all, ten seconds at most.
    std::vector<round_trip_result> ask(std::vector<http_request> requests);
    round_trip_result ask(http_request request);

private:
    boost::asio::io_context context_;
    std::unique_ptr<transport> transport_;
};

http_request get(std::uint16_t port, std::string target = "/", std::string host = "127.0.0.1");
http_request post(std::uint16_t port, std::string_view body);

// "HTTP/1.1 200 OK" with this body and these further header lines.
std::string ok(std::string_view body, std::string_view header_lines = {});

// Answers every request of every connection with these bytes.
tls_server::script always(std::string reply);

}  // namespace poolwright::provisioner::test
