#include "tests/provisioner/https_fixture.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <atomic>
#include <stdexcept>

TEST_SUITE_BEGIN("provisioner");

namespace {

using namespace poolwright::provisioner;
using namespace poolwright::provisioner::test;

TEST_CASE("https: a request arrives as it was meant, and so does its reply") {
    std::string seen;
    tls_server const server(server_identity(), [&seen](tls_session& session, int) {
        seen = session.read_request();
        session.write("HTTP/1.1 201 Created\r\nrequest-ID: 17\r\nContent-Length: 8\r\n\r\n{\"id\":1}");
        session.wait_for_client(10000);
    });
    http_request request = post(server.port(), R"({"displayName":"x"})");
    request.target = "/v1.0/applications?$select=id";
    request.headers = {{"Prefer", "return=minimal"}};
    request.bearer = std::make_shared<secret const>("token");
    https_options options;
    options.user_agent = "poolwright/1";
    {
        https_client client(options);
        auto const reply = client.ask(std::move(request));
        REQUIRE(reply.has_value());
        CHECK(reply->status == 201);
        CHECK(reply->header("Request-Id") == "17");
        CHECK(reply->header("absent").empty());
        CHECK(reply->body.reveal() == R"({"id":1})");
    }
    CHECK(server.server_name().empty());
    CHECK(seen ==
          fmt::format("POST /v1.0/applications?$select=id HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nUser-Agent: "
                      "poolwright/1\r\n"
                      "Accept: application/json\r\nAuthorization: Bearer token\r\nPrefer: return=minimal\r\n"
                      "Content-Type: application/json\r\nContent-Length: 19\r\n\r\n{{\"displayName\":\"x\"}}",
                      server.port()));
}

TEST_CASE("https: a name is tried at all its addresses and told to the server") {
    tls_server const server(server_identity(), always(ok("x")));
    https_client client;
    // Where localhost is ::1 as well, nobody listens there.
    auto const reply = client.ask(get(server.port(), "/", "localhost"));
    REQUIRE(reply.has_value());
    CHECK(server.server_name() == "localhost");
}

TEST_CASE("https: a connection is used again unless there is a reason not to") {
    struct row {
        char const* why;
        std::string reply;
        int connections;
    };
    std::vector<row> const rows{
        {"keep-alive is the rule", ok("x"), 1},
        {"an error is no reason",
         "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 3\r\nContent-Length: 0\r\n\r\n", 1},
        {"no body", "HTTP/1.1 204 No Content\r\n\r\n", 1},
        {"503 asks for a new connection", "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n", 3},
        {"the server says so", ok("x", "connection: Close\r\n"), 3},
        {"HTTP/1.0", "HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx", 3},
        {"HTTP/1.0 that keeps alive",
         "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 1\r\n\r\nx", 1},
        {"bytes that nobody asked for", ok("x") + "HTTP/1.1 200 OK\r\n", 3},
    };
    for (auto const& each : rows) {
        CAPTURE(each.why);
        tls_server const server(server_identity(), always(each.reply));
        https_client client;
        for (int i = 0; i < 3; ++i) CHECK(client.ask(get(server.port())).has_value());
        CHECK(server.connections() == each.connections);
    }
}

TEST_CASE("https: idle connections are limited in number and age") {
    tls_server const server(server_identity(), always(ok("x")));
    https_options options;
    SUBCASE("number") {
        options.idle_per_endpoint = 0;
    }
    SUBCASE("age") {
        options.idle_time = std::chrono::nanoseconds(0);
    }
    https_client client(options);
    for (int i = 0; i < 2; ++i) CHECK(client.ask(get(server.port())).has_value());
    CHECK(server.connections() == 2);
}

TEST_CASE("https: connections that the server has closed meanwhile are noticed before anything is sent") {
    bool properly = false;
    SUBCASE("with the end of TLS right behind the reply") {
        properly = true;
    }
    SUBCASE("cut") {}
    tls_server const server(server_identity(), [properly](tls_session& session, int) {
        session.read_request();
        session.write(ok("x"));
        if (properly) session.close_properly();
    });
    https_client client;
    for (int i = 1; i <= 3; ++i) {
        CHECK(client.ask(get(server.port())).has_value());
        CHECK(server.wait_for_closed(i));
    }
    CHECK(server.connections() == 3);
}

TEST_CASE("https: a request that fails on a used connection is not sent again") {
    std::atomic<int> requests = 0;
    tls_server const server(server_identity(), [&requests](tls_session& session, int) {
        session.read_request();
        ++requests;
        session.write(ok("x"));
        if (!session.read_request().empty()) ++requests;
    });
    https_client client;
    CHECK(client.ask(post(server.port(), "{}")).has_value());
    auto const reply = client.ask(post(server.port(), "{}"));
    REQUIRE(reply.has_error());
    CHECK(reply.error().sent);
    CHECK(reply.error().where == transport_failure::phase::receive);
    CHECK(requests == 2);
    CHECK(server.connections() == 1);
}

TEST_CASE("https: replies of every shape") {
    struct row {
        char const* what;
        std::string reply;
        int status;
        std::string body;
    };
    std::vector<row> const rows{
        {"chunked",
         "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nLate: "
         "1\r\n\r\n",
         200, "abcde"},
        {"204 with a length it does not keep", "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n", 204,
         ""},
        {"304", "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", 304, ""},
        {"after interim replies",
         "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + ok("real"), 200,
         "real"},
        {"a redirect is a reply",
         "HTTP/1.1 302 Found\r\nLocation: https://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n", 302, ""},
        {"short", ok("abc"), 200, "abc"},
        {"of many records", ok(std::string(1000000, 'z')), 200, std::string(1000000, 'z')},
    };
    for (auto const& each : rows) {
        CAPTURE(each.what);
        tls_server const server(server_identity(), always(each.reply));
        https_client client;
        for (int i = 0; i < 2; ++i) {
            auto const reply = client.ask(get(server.port()));
            REQUIRE(reply.has_value());
            CHECK(reply->status == each.status);
            CHECK(reply->body.reveal() == each.body);
            CHECK(reply->header("Late").empty());
            CHECK(reply->header("Link").empty());
        }
        CHECK(server.connections() == 1);
    }
}

TEST_CASE("https: a reply in chunks that comes byte by byte, to its last line") {
    std::string const head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    std::pair<std::string, std::string> const rows[] = {
        {"0\r\n\r\n", ""}, {"3\r\nabc\r\n0\r\n\r\n", "abc"}, {"1;x=y\r\na\r\n00\r\nLate: 1\r\n\r\n", "a"}};
    for (auto const& [chunks, body] : rows) {
        CAPTURE(chunks);
        tls_server const server(server_identity(), [reply = head + chunks](tls_session& session, int) {
            while (!session.read_request().empty())
                for (char const& byte : reply) session.write({&byte, 1});
        });
        https_client client;
        for (int i = 0; i < 2; ++i) {
            auto const reply = client.ask(get(server.port()));
            REQUIRE(reply.has_value());
            CHECK(reply->body.reveal() == body);
        }
        CHECK(server.connections() == 1);
    }
}

TEST_CASE("https: a reply without a length ends where TLS ends, and only there") {
    bool properly = false;
    SUBCASE("ended") {
        properly = true;
    }
    SUBCASE("cut") {}
    tls_server const server(server_identity(), [properly](tls_session& session, int) {
        session.read_request();
        session.write("HTTP/1.0 200 OK\r\n\r\nall of it");
        if (properly) session.close_properly();
    });
    https_client client;
    auto const reply = client.ask(get(server.port()));
    REQUIRE(reply.has_value() == properly);
    if (properly) CHECK(reply->body.reveal() == "all of it");
}

TEST_CASE("https: a large request is sent whole") {
    std::size_t seen = 0;
    tls_server const server(server_identity(), [&seen](tls_session& session, int) {
        seen = session.read_request().size();
        session.write(ok(""));
        session.wait_for_client(10000);
    });
    https_client client;
    CHECK(client.ask(post(server.port(), std::string(500000, 'z'))).has_value());
    CHECK(seen > 500000);
}

TEST_CASE("https: many at once share a look-up and keep their connections") {
    tls_server const server(server_identity(), always(ok("x")));
    https_client client;
    for (int i = 0; i < 2; ++i) {
        std::vector<http_request> requests;
        while (requests.size() < 20) requests.push_back(get(server.port(), "/", "localhost"));
        for (auto const& reply : client.ask(std::move(requests))) CHECK(reply.has_value());
    }
    CHECK(server.connections() == 20);
}

TEST_CASE("https: nothing breaks out of its line") {
    struct row {
        char const* what;
        void (*spoil)(http_request&);
    };
    std::vector<row> const rows{
        {"line break in the target", [](http_request& r) { r.target = "/a\r\nX: y"; }},
        {"space in the target", [](http_request& r) { r.target = "/a HTTP/1.1"; }},
        {"NUL in the target", [](http_request& r) { r.target = std::string("/a\0b", 4); }},
        {"no slash", [](http_request& r) { r.target = "a"; }},
        {"not percent-encoded", [](http_request& r) { r.target = "/\xc3\xa9"; }},
        {"line break in the host", [](http_request& r) { r.to.host = "a\r\nX: y"; }},
        {"no host", [](http_request& r) { r.to.host.clear(); }},
        {"CR in a header", [](http_request& r) { r.headers = {{"A", "x\ry"}}; }},
        {"LF in a header", [](http_request& r) { r.headers = {{"A", "x\ny"}}; }},
        {"NUL in a header", [](http_request& r) { r.headers = {{"A", std::string("x\0y", 3)}}; }},
        {"colon in a header's name", [](http_request& r) { r.headers = {{"A: b", "x"}}; }},
        {"header without a name", [](http_request& r) { r.headers = {{"", "x"}}; }},
        {"a second length", [](http_request& r) { r.headers = {{"content-length", "5"}}; }},
        {"line break in the token",
         [](http_request& r) { r.bearer = std::make_shared<secret const>("a\r\nX: y"); }},
        {"line break in the content type", [](http_request& r) { r.content_type = "a\nb"; }},
        {"body without a content type", [](http_request& r) { r.body = secret("x"); }},
    };
    https_client client;
    for (auto const& each : rows) {
        CAPTURE(each.what);
        http_request request = get(1);
        each.spoil(request);
        CHECK_THROWS_AS((void)client.ask(std::move(request)), std::invalid_argument);
    }
    https_options options;
    options.user_agent = "a\r\nb";
    CHECK_THROWS_AS(https_client{options}, std::invalid_argument);
}

}  // namespace

TEST_SUITE_END();
