#include "cli/dashboard_address.hpp"

#include <doctest/doctest.h>

TEST_SUITE_BEGIN("cli");

using namespace poolwright::cli;

TEST_CASE("the dashboard is given a port, and an address of this machine") {
    struct {
        std::string_view text;
        dashboard_address where;
        std::string_view url;
    } const table[] = {
        {"0", {"127.0.0.1", 0}, "http://127.0.0.1:0/"},
        {"9090", {"127.0.0.1", 9090}, "http://127.0.0.1:9090/"},
        {"127.0.0.1:65535", {"127.0.0.1", 65535}, "http://127.0.0.1:65535/"},
        {"127.3.2.1:80", {"127.3.2.1", 80}, "http://127.3.2.1:80/"},
        {"localhost:8080", {"127.0.0.1", 8080}, "http://127.0.0.1:8080/"},
        {"[::1]:8080", {"::1", 8080}, "http://[::1]:8080/"},
    };
    for (auto const& row : table) {
        CAPTURE(row.text);
        auto const read = read_dashboard_address(row.text);
        REQUIRE(read.has_value());
        CHECK((*read == row.where));
        CHECK(url_of(*read) == row.url);
    }
}

TEST_CASE("an address that others could reach, or that is none, is refused") {
    for (std::string_view const text :
         {"0.0.0.0:80", "192.168.1.5:80", "[::]:80", "[fe80::1]:80", "8.8.8.8:0"}) {
        CAPTURE(text);
        auto const read = read_dashboard_address(text);
        REQUIRE(read.has_error());
        CHECK(read.error().find("this machine alone") != std::string::npos);
        CHECK(read.error().find("ssh -L") != std::string::npos);
    }
    for (std::string_view const text : {"", ":", "plan.json", "65536", "-1", "80x", " 80", "127.0.0.1",
                                        "127.0.0.1:", "host.example:80", "[::1]"}) {
        CAPTURE(text);
        auto const read = read_dashboard_address(text);
        REQUIRE(read.has_error());
        CHECK(read.error().find("must be PORT") != std::string::npos);
    }
}

TEST_SUITE_END();
