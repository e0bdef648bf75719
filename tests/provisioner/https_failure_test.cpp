#include "tests/provisioner/https_fixture.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <stdexcept>

TEST_SUITE_BEGIN("provisioner");

namespace {

using namespace poolwright::provisioner;
using namespace poolwright::provisioner::test;
using phase = transport_failure::phase;

bool contains(std::string const& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

https_options impatient() {
    https_options options;
    options.timeout = std::chrono::milliseconds(200);
    return options;
}

TEST_CASE("https: replies that are none") {
    struct row {
        char const* what;
        std::string reply;
        char const* sentence;
    };
    std::vector<row> const rows{
        {"nothing", "", "closed without a reply"},
        {"half a header", "HTTP/1.1 200 OK\r\nContent-Le", "closed in the middle"},
        {"half a body", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", "closed in the middle"},
        {"half a chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
         "closed in the middle"},
        {"only an interim reply", "HTTP/1.1 100 Continue\r\n\r\n", "closed without a reply"},
        {"garbage", "SSH-2.0-OpenSSH_9.2\r\n\r\n", "not valid HTTP"},
        {"another version", "HTTP/2.0 200 OK\r\n\r\n", "not valid HTTP"},
        {"status without digits", "HTTP/1.1 abc OK\r\n\r\n", "not valid HTTP"},
        {"status too small", "HTTP/1.1 099 OK\r\n\r\n", "not valid HTTP"},
        {"a header line without a colon", "HTTP/1.1 200 OK\r\nabc\r\n\r\n", "not valid HTTP"},
        {"a length that is no number", "HTTP/1.1 200 OK\r\nContent-Length: ten\r\n\r\n", "not valid HTTP"},
        {"two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
         "not valid HTTP"},
        {"length and chunks",
         "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
         "not valid HTTP"},
        {"a chunk without a size", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
         "not valid HTTP"},
        {"another protocol", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
         "a protocol nobody asked for"},
        {"a length above the limit", "HTTP/1.1 200 OK\r\nContent-Length: 1025\r\n\r\n", "larger than 1 KiB"},
        {"chunks above the limit",
         "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n258\r\n" + std::string(600, 'x') +
             "\r\n258\r\n",
         "larger than 1 KiB"},
        {"no length and above the limit", "HTTP/1.0 200 OK\r\n\r\n" + std::string(1025, 'x'),
         "larger than 1 KiB"},
        {"a long header", "HTTP/1.1 200 OK\r\nX: " + std::string(70000, 'x') + "\r\n\r\n",
         "larger than 64 KiB"},
    };
    https_options options;
    options.largest_body = 1024;
    https_client client(options);
    for (auto const& each : rows) {
        CAPTURE(each.what);
        tls_server const server(server_identity(), [&each](tls_session& session, int) {
            session.read_request();
            session.write(each.reply);
            session.close_properly();
        });
        auto const reply = client.ask(post(server.port(), "{}"));
        REQUIRE(reply.has_error());
        auto const failure = reply.error();
        CAPTURE(failure.text);
        CHECK(contains(failure.text, each.sentence));
        CHECK(contains(failure.text, fmt::format("127.0.0.1:{}", server.port())));
        CHECK(failure.where == phase::receive);
        CHECK(failure.sent);
        CHECK_FALSE(failure.untrusted);
    }
}

TEST_CASE("https: what never ends is ended") {
    struct row {
        char const* what;
        std::string begin;
        std::string on_and_on;
    };
    std::vector<row> const rows{
        {"header lines, each in a record of its own", "HTTP/1.1 200 OK\r\n", "A: b\r\n"},
        {"one header line", "HTTP/1.1 200 OK\r\nA: ", std::string(1000, 'b')},
        {"the status line", "HTTP/1.1 200 ", std::string(1000, 'b')},
        {"a chunk extension",
         "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;a=", std::string(1000, 'b')},
        {"trailers", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", "A: b\r\n"},
    };
    for (auto const& each : rows) {
        CAPTURE(each.what);
        tls_server const server(server_identity(), [&each](tls_session& session, int) {
            session.read_request();
            session.write(each.begin);
            while (!session.wait_for_client(0)) session.write(each.on_and_on);
        });
        https_client client;
        auto const reply = client.ask(get(server.port()));
        REQUIRE(reply.has_error());
        CHECK(contains(reply.error().text, "larger than 64 KiB"));
    }
}

TEST_CASE("https: servers that are not trusted, or too old") {
    struct row {
        char const* what;
        identity shown;
        int newest_tls;
        bool untrusted;
        char const* sentence;
    };
    std::vector<row> rows;
    rows.push_back({"self-signed", test_authority::self_signed(), TLS1_3_VERSION, true, "is self-signed"});
    rows.push_back({"another authority", test_authority().issue(), TLS1_3_VERSION, true, "not trusted here"});
    rows.push_back({"another address", authority().issue({.subject_alt_names = "IP:127.0.0.2"}),
                    TLS1_3_VERSION, true, "another name"});
    rows.push_back({"a name, not the address", authority().issue({.subject_alt_names = "DNS:127.0.0.1"}),
                    TLS1_3_VERSION, true, "another name"});
    rows.push_back({"expired", authority().issue({.valid_from_seconds = -7200, .valid_to_seconds = -3600}),
                    TLS1_3_VERSION, true, "expired"});
    rows.push_back({"not valid yet",
                    authority().issue({.valid_from_seconds = 3600, .valid_to_seconds = 7200}), TLS1_3_VERSION,
                    true, "not valid yet"});
    rows.push_back({"TLS 1.1", authority().issue(), TLS1_1_VERSION, false, "older than 1.2"});
    for (auto const& each : rows) {
        CAPTURE(each.what);
        tls_server const server(each.shown, always(ok("x")), {.newest_tls = each.newest_tls});
        https_client client;
        auto const reply = client.ask(post(server.port(), "{}"));
        REQUIRE(reply.has_error());
        auto const failure = reply.error();
        CAPTURE(failure.text);
        CHECK(failure.where == phase::handshake);
        CHECK_FALSE(failure.sent);
        CHECK(failure.untrusted == each.untrusted);
        CHECK(contains(failure.text, fmt::format("cannot set up TLS with 127.0.0.1:{}: ", server.port())));
        CHECK(contains(failure.text, each.sentence));
        CHECK_FALSE(contains(failure.text, "error:"));
    }
}

TEST_CASE("https: a certificate for another name is refused, whatever else it is good for") {
    tls_server const server(authority().issue({.subject_alt_names = "DNS:other.example,IP:127.0.0.1"}),
                            always(ok("x")));
    https_client client;
    auto const reply = client.ask(get(server.port(), "/", "localhost"));
    REQUIRE(reply.has_error());
    CHECK(reply.error().untrusted);
    CHECK(contains(reply.error().text, "another name"));
}

TEST_CASE("https: TLS 1.2 is enough") {
    tls_server const server(server_identity(), always(ok("x")), {.newest_tls = TLS1_2_VERSION});
    https_client client;
    for (int i = 0; i < 2; ++i) CHECK(client.ask(get(server.port())).has_value());
    CHECK(server.connections() == 1);
}

TEST_CASE("https: nobody there") {
    https_client client;
    auto const port = closed_port();
    auto const refused = client.ask(post(port, "{}"));
    REQUIRE(refused.has_error());
    CHECK(refused.error().text == fmt::format("cannot connect to 127.0.0.1:{}: Connection refused", port));
    CHECK(refused.error().where == phase::connect);
    CHECK_FALSE(refused.error().sent);

    auto const unknown = client.ask(get(443, "/", "does-not-exist.invalid"));
    REQUIRE(unknown.has_error());
    CHECK(contains(unknown.error().text, "cannot find the address of does-not-exist.invalid:443: "));
    CHECK(unknown.error().where == phase::resolve);
    CHECK_FALSE(unknown.error().sent);
}

TEST_CASE("https: one deadline holds for the whole round trip and names where it struck") {
    SUBCASE("nobody accepts") {
        tls_server const server(server_identity(), always(""), {.accepts = false});
        https_client client(impatient());
        auto const reply = client.ask(get(server.port()));
        REQUIRE(reply.has_error());
        CHECK(reply.error().text ==
              fmt::format("cannot set up TLS with 127.0.0.1:{}: timed out after 0.2 s", server.port()));
        CHECK(reply.error().where == phase::handshake);
        CHECK_FALSE(reply.error().sent);
    }
    SUBCASE("nobody answers") {
        tls_server const server(server_identity(), [](tls_session& session, int) {
            while (!session.read_request().empty()) continue;
        });
        https_client client(impatient());
        auto const reply = client.ask(get(server.port()));
        REQUIRE(reply.has_error());
        CHECK(reply.error().text ==
              fmt::format("cannot read the reply of 127.0.0.1:{}: timed out after 0.2 s", server.port()));
        CHECK(reply.error().sent);
    }
    SUBCASE("an answer that drips") {
        tls_server const server(server_identity(), [](tls_session& session, int) {
            session.read_request();
            session.write("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n");
            while (!session.wait_for_client(5)) session.write("x");
        });
        https_client client(impatient());
        auto const reply = client.ask(get(server.port()));
        REQUIRE(reply.has_error());
        CHECK(contains(reply.error().text, "timed out after 0.2 s"));
        CHECK(reply.error().sent);
    }
    SUBCASE("a reader that never reads") {
        tls_server const server(server_identity(),
                                [](tls_session& session, int) { session.wait_until_gone(); });
        https_client client(impatient());
        auto const reply = client.ask(post(server.port(), std::string(64u << 20, 'x')));
        REQUIRE(reply.has_error());
        CHECK(reply.error().where == phase::send);
        CHECK(reply.error().sent);
    }
}

TEST_CASE("https: a CA file that cannot be read is named") {
    https_options options;
    options.ca_file = "/nonexistent/ca.pem";
    CHECK_THROWS_WITH_AS(https_client{options},
                         "cannot read the CA file /nonexistent/ca.pem: No such file or directory",
                         std::runtime_error);
}

}  // namespace

TEST_SUITE_END();
