#include "cli/dashboard_gate.hpp"

#include <doctest/doctest.h>

TEST_SUITE_BEGIN("cli");

using namespace poolwright::cli;

namespace {

page_request get(std::string_view target, std::string_view authorization = {}) {
    return {.method = "GET",
            .target = target,
            .host = "127.0.0.1:9090",
            .origin = {},
            .fetch_site = {},
            .authorization = authorization};
}

}  // namespace

TEST_CASE("the page holds nothing, so anybody on the machine may load it") {
    dashboard_gate gate;
    CHECK(gate.judge(get("/")) == page_answer::page);
    CHECK(gate.judge(get("/?from=somewhere")) == page_answer::page);
    CHECK(gate.judge(get("/metrics")) == page_answer::metrics);
    CHECK(gate.judge(get("/favicon.ico")) == page_answer::nothing);
    for (auto const* target : {"", "*", "/x", "//", "/events/", "/session/..", "http://127.0.0.1:9090/"})
        CHECK(gate.judge(get(target)) == page_answer::unknown);
}

TEST_CASE("a token opens one window, and the next one another") {
    dashboard_gate gate;
    auto const first = gate.token();
    CHECK(first.size() == 22);
    CHECK(gate.judge(get("/session")) == page_answer::wrong_token);
    CHECK(gate.judge(get("/session", "Bearer ")) == page_answer::wrong_token);
    CHECK(gate.judge(get("/session", first)) == page_answer::wrong_token);
    CHECK(gate.judge(get("/session", "Bearer " + first + "x")) == page_answer::wrong_token);
    CHECK(gate.judge(get("/session", "Bearer " + gate.session())) == page_answer::wrong_token);
    CHECK(gate.token() == first);
    CHECK(gate.judge(get("/session", "Bearer " + first)) == page_answer::session);
    CHECK(gate.judge(get("/session", "Bearer " + first)) == page_answer::wrong_token);
    CHECK(gate.token() != first);
    CHECK(gate.judge(get("/session", "Bearer " + gate.token())) == page_answer::session);
    CHECK(dashboard_gate().token() != dashboard_gate().token());
}

TEST_CASE("what happens is told to a session only") {
    dashboard_gate gate;
    CHECK(gate.judge(get("/events?session=" + gate.session())) == page_answer::events);
    for (std::string const& target :
         {std::string("/events"), std::string("/events?"), std::string("/events?session="),
          "/events?session=" + gate.token(), "/events?session=" + gate.session() + "&",
          "/events?x=&session=" + gate.session(), "/events?session=" + gate.session().substr(1)}) {
        CAPTURE(target);
        CHECK(gate.judge(get(target)) == page_answer::wrong_token);
    }
}

TEST_CASE("nothing can be changed, so nothing but GET is known") {
    dashboard_gate gate;
    for (auto const* method : {"POST", "PUT", "DELETE", "HEAD", "OPTIONS", "get", ""}) {
        auto asked = get("/");
        asked.method = method;
        CHECK(gate.judge(asked) == page_answer::wrong_method);
    }
}

TEST_CASE("only this machine's own names are answered") {
    struct {
        std::string_view host;
        bool own;
    } const table[] = {
        {"127.0.0.1", true},
        {"127.0.0.1:1", true},
        {"127.9.9.9:80", true},
        {"localhost", true},
        {"localhost:8080", true},
        {"[::1]", true},
        {"[::1]:8080", true},
        {"", false},
        {"evil.example", false},
        {"evil.example:9090", false},
        {"127.evil.example", false},
        {"localhost.evil.example", false},
        {"127.0.0.1:x", false},
        {"127.0.0.1:", false},
        {"10.0.0.1:9090", false},
        {"[::2]:9090", false},
        {"127.0.0.1:9090@evil.example", false},
    };
    for (auto const& row : table) {
        CAPTURE(row.host);
        dashboard_gate gate;
        auto asked = get("/metrics");
        asked.host = row.host;
        CHECK(gate.judge(asked) == (row.own ? page_answer::metrics : page_answer::wrong_host));
    }
}

TEST_CASE("another page is told nothing, even if it knew the token") {
    dashboard_gate gate;
    auto const bearer = "Bearer " + gate.token();
    struct {
        std::string_view origin;
        std::string_view site;
        bool own;
    } const table[] = {
        {"http://127.0.0.1:9090", "same-origin", true},
        {"", "same-origin", true},
        {"", "none", true},
        {"http://127.0.0.1:9091", "", false},
        {"https://evil.example", "", false},
        {"null", "", false},
        {"", "cross-site", false},
        {"", "same-site", false},
    };
    for (auto const& row : table) {
        CAPTURE(row.origin);
        CAPTURE(row.site);
        auto asked = get("/session", bearer);
        asked.origin = row.origin;
        asked.fetch_site = row.site;
        if (row.own) {
            dashboard_gate own;
            auto const its = "Bearer " + own.token();
            asked.authorization = its;
            CHECK(own.judge(asked) == page_answer::session);
            continue;
        }
        CHECK(gate.judge(asked) == page_answer::wrong_origin);
        asked.target = "/metrics";
        CHECK(gate.judge(asked) == page_answer::wrong_origin);
    }
    CHECK(gate.judge(get("/session", bearer)) == page_answer::session);
}

TEST_SUITE_END();
