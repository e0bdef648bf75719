#include "provisioner/connection.hpp"

#include "provisioner/connection_pool.hpp"
#include "provisioner/tls.hpp"
#include "tests/provisioner/https_fixture.hpp"

#include <boost/asio/co_spawn.hpp>
#include <doctest/doctest.h>

#include <exception>

TEST_SUITE_BEGIN("provisioner");

namespace {

using namespace poolwright::provisioner;
using namespace poolwright::provisioner::test;
using boost::asio::ip::tcp;

tcp::endpoint loopback(std::uint16_t port) {
    return {boost::asio::ip::address_v4::loopback(), port};
}

struct opener {
    boost::asio::io_context context;
    boost::asio::ssl::context tls = make_tls_context(authority().ca_file());
    std::shared_ptr<connection> link = std::make_shared<connection>(context.get_executor(), tls);

    std::optional<transport_failure> open(trip const& to, name_cache::addresses const& addresses) {
        std::optional<transport_failure> result;
        bool answered = false;
        auto keep = [&](std::exception_ptr const& thrown, std::optional<transport_failure> failed) {
            if (thrown) std::rethrow_exception(thrown);
            answered = true;
            result = std::move(failed);
        };
        boost::asio::co_spawn(context, link->open(to, addresses), keep);
        context.restart();
        context.run_for(std::chrono::seconds(10));
        REQUIRE(answered);
        return result;
    }
};

TEST_CASE("connection: the first address that answers is taken, whatever is wrong with those before it") {
    tls_server const server(server_identity(), always("x"));
    full_port const silent;
    name_cache::addresses addresses;
    SUBCASE("refused") {
        addresses = {loopback(closed_port()), loopback(server.port())};
    }
    SUBCASE("silent for its share of the time") {
        addresses = {loopback(silent.port()), loopback(server.port())};
    }
    opener opens;
    endpoint const to{"127.0.0.1", server.port()};
    trip const whole{to, std::chrono::seconds(1)};
    CHECK_FALSE(opens.open(whole, addresses));
    CHECK(opens.link->address() == loopback(server.port()));
    CHECK(std::chrono::steady_clock::now() < whole.deadline);
}

TEST_CASE("connection: when no address answers, the last reason is told, or that time is up") {
    full_port const silent;
    opener opens;
    endpoint const to{"127.0.0.1", 443};
    auto const refused =
        opens.open({to, std::chrono::seconds(1)}, {loopback(closed_port()), loopback(closed_port())});
    REQUIRE(refused);
    CHECK(refused->text == "cannot connect to 127.0.0.1:443: Connection refused (the last of 2 addresses)");
    auto const late = opens.open({to, std::chrono::milliseconds(100)}, {loopback(silent.port())});
    REQUIRE(late);
    CHECK(late->text == "cannot connect to 127.0.0.1:443: timed out after 0.1 s");
    CHECK(late->where == transport_failure::phase::connect);
    CHECK_FALSE(late->sent);
}

TEST_CASE("connection: an idle one holds neither what was sent nor what came") {
    // In TLS 1.3 the server's tickets would still lie unread, since nothing has been asked yet.
    tls_server const server(server_identity(), always("x"), {.newest_tls = TLS1_2_VERSION});
    opener opens;
    endpoint const to{"127.0.0.1", server.port()};
    REQUIRE_FALSE(opens.open({to, std::chrono::seconds(5)}, {loopback(server.port())}));
    opens.link->outgoing() = "Authorization: Bearer token";
    opens.link->incoming() = "secretText";
    char const* const sent = opens.link->outgoing().data();
    char const* const came = opens.link->incoming().data();
    connection_pool pool(1, std::chrono::seconds(60));
    pool.keep(to, opens.link);
    CHECK(std::string_view(sent, 27) == std::string(27, '\0'));
    CHECK(std::string_view(came, 10) == std::string(10, '\0'));
    CHECK(pool.take(to) == opens.link);
    CHECK(pool.take(to) == nullptr);
}

}  // namespace

TEST_SUITE_END();
