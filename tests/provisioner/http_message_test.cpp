#include "provisioner/http_message.hpp"

#include "provisioner/https_url.hpp"

#include <doctest/doctest.h>

#include <vector>

TEST_SUITE_BEGIN("provisioner");

namespace {

using namespace poolwright::provisioner;

TEST_CASE("http: methods as they stand on the wire") {
    CHECK(to_string(http_method::get) == "GET");
    CHECK(to_string(http_method::post) == "POST");
    CHECK(to_string(http_method::patch) == "PATCH");
    CHECK(to_string(http_method::put) == "PUT");
    CHECK(to_string(http_method::delete_) == "DELETE");
}

TEST_CASE("http: the authority of an endpoint") {
    CHECK(endpoint{"graph.microsoft.com", 443}.authority() == "graph.microsoft.com");
    CHECK(endpoint{"localhost", 8443}.authority() == "localhost:8443");
    CHECK(endpoint{"127.0.0.1", 443}.authority() == "127.0.0.1");
    CHECK(endpoint{"::1", 443}.authority() == "[::1]");
    CHECK(endpoint{"::1", 8443}.authority() == "[::1]:8443");
}

TEST_CASE("http: the first header of a name counts, whatever its case") {
    http_reply reply;
    reply.headers = {{"Retry-After", "3"}, {"retry-after", "5"}, {"Retry", "x"}};
    CHECK(reply.header("RETRY-AFTER") == "3");
    CHECK(reply.header("retry") == "x");
    CHECK(reply.header("Retry-Afte").empty());
    CHECK(reply.header("").empty());
}

TEST_CASE("http: base URLs that are taken") {
    struct row {
        char const* text;
        parsed_url expected;
    };
    std::vector<row> const rows{
        {"https://graph.microsoft.com", {{"graph.microsoft.com", 443}, ""}},
        {"https://graph.microsoft.com/", {{"graph.microsoft.com", 443}, ""}},
        {"HTTPS://Graph.Microsoft.COM/v1.0/", {{"graph.microsoft.com", 443}, "/v1.0"}},
        {"https://localhost:8443/a/b", {{"localhost", 8443}, "/a/b"}},
        {"https://127.0.0.1:8443", {{"127.0.0.1", 8443}, ""}},
        {"https://[::1]:8443/x", {{"::1", 8443}, "/x"}},
        {"https://host:/", {{"host", 443}, ""}},
        {"https://host/a%20b", {{"host", 443}, "/a%20b"}},
    };
    for (auto const& each : rows) {
        CAPTURE(each.text);
        auto const parsed = parse_https_url(each.text);
        REQUIRE(parsed.has_value());
        CHECK(*parsed == each.expected);
    }
}

TEST_CASE("http: base URLs that are refused, and why") {
    struct row {
        char const* text;
        char const* sentence;
    };
    std::vector<row> const rows{
        {"", "not a URL such as https://graph.microsoft.com"},
        {"graph.microsoft.com", "not a URL such as https://graph.microsoft.com"},
        {"https://a b", "not a URL such as https://graph.microsoft.com"},
        {"https://user:pass word@host", "not a URL such as https://graph.microsoft.com"},
        {"http://host", "`http://host` does not begin with https://, and nothing is sent unencrypted"},
        {"https:/path", "`https:/path` names no host"},
        {"https:///path", "`https:///path` names no host"},
        {"https://user:hunter2@host", "a URL must not carry a user name or password"},
        {"http://user:hunter2@host", "a URL must not carry a user name or password"},
        {"https://host/?q", "`https://host/?q` has a query (?...), which a base URL must not have"},
        {"https://host/#f", "`https://host/#f` has a fragment (#...), which a base URL must not have"},
        {"https://host:0", "`https://host:0`: the port must be 1 ... 65535"},
        {"https://host:65536", "`https://host:65536`: the port must be 1 ... 65535"},
        {"https://a%0Ab", "`https://a%0Ab`: the host is neither a name nor an address"},
        {"https://a%C3%A9b", "`https://a%C3%A9b`: the host is neither a name nor an address"},
        {"https://[v1.x]", "`https://[v1.x]`: the host is neither a name nor an address"},
    };
    for (auto const& each : rows) {
        CAPTURE(each.text);
        auto const parsed = parse_https_url(each.text);
        REQUIRE(parsed.has_error());
        CHECK(parsed.error() == each.sentence);
    }
}

}  // namespace

TEST_SUITE_END();
