#include "provisioner/device_code.hpp"

#include "tests/provisioner/printing.hpp"
#include "tests/provisioner/replies.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <doctest/doctest.h>

#include <deque>
#include <string>
#include <string_view>
#include <vector>

using namespace poolwright::provisioner;
using namespace poolwright::provisioner::test;
using namespace std::chrono_literals;
namespace asio = boost::asio;

TEST_SUITE_BEGIN("provisioner");

namespace {

http_reply code(std::string_view more = R"("expires_in":900,"interval":5)") {
    return reply(200, R"({"device_code":"dev-code","user_code":"ABCD","verification_uri":"https://x.example",
        "message":"To sign in, use ABCD",)" +
                          std::string(more) + "}");
}

http_reply refusal_named(std::string_view error) {
    return reply(
        400, R"({"error":")" + std::string(error) + R"(","error_description":"AADSTS1: so\r\nTrace ID: x"})");
}

// An authority that answers one after another, and time that passes only where somebody waits.
struct booth : transport, alarm {
    std::deque<round_trip_result> answers;
    std::vector<http_request> asked;
    std::vector<std::chrono::seconds> at;
    std::chrono::steady_clock::time_point time{1000s};
    std::string shown;
    std::chrono::seconds stop_after{100'000};

    asio::awaitable<round_trip_result> round_trip(http_request request) override {
        asked.push_back(std::move(request));
        at.push_back(std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()) - 1000s);
        auto next = std::move(answers.front());
        answers.pop_front();
        co_return next;
    }
    [[nodiscard]] instant now() const override { return {.steady = time, .wall = {}}; }
    asio::awaitable<void> wait_until(std::optional<std::chrono::steady_clock::time_point> until) override {
        time = std::min(*until, std::chrono::steady_clock::time_point(1000s + stop_after));
        co_return;
    }
    void ring() override {}

    template <class... Answers>
    void will_say(Answers&&... all) {
        (answers.push_back(round_trip_result(std::forward<Answers>(all))), ...);
    }

    sign_in_result go() {
        static service const authority{.at = {.host = "login.example"}, .path = "/x"};
        asio::io_context loop;
        std::shared_ptr<sign_in_result> found;
        sign_in_machine machine{
            .network = this,
            .clock = this,
            .show = [this](std::string const& message) { shown = message; },
            .stopped = [this] { return time >= std::chrono::steady_clock::time_point(1000s + stop_after); }};
        sign_in_question question{.authority = &authority,
                                  .tenant = "organizations",
                                  .client_id = "11111111-2222-3333-4444-555555555555",
                                  .resource_application_id = "00000003-0000-0000-c000-000000000000"};
        asio::co_spawn(loop, sign_in(std::move(machine), std::move(question)),
                       [&](std::exception_ptr failed, std::shared_ptr<sign_in_result> result) {
                           if (failed) std::rethrow_exception(failed);
                           found = std::move(result);
                       });
        loop.run();
        return *found;
    }
};

}  // namespace

TEST_CASE_FIXTURE(booth, "a person is shown the code and asked about at the pace that the authority wants") {
    will_say(code(), refusal_named("authorization_pending"), refusal_named("slow_down"),
             round_trip_result(transport_failure(transport_failure::phase::connect, false, false, "no")),
             refusal_named("authorization_pending"),
             reply(200, R"({"access_token":"a","refresh_token":"0.AX-refresh"})"));
    auto const result = go();
    REQUIRE(result.has_value());
    CHECK((*result)->reveal() == "0.AX-refresh");
    CHECK(shown == "To sign in, use ABCD");
    CHECK(at == std::vector<std::chrono::seconds>{0s, 5s, 10s, 20s, 30s, 40s});
    CHECK(asked[0].target == "/x/organizations/oauth2/v2.0/devicecode");
    CHECK(asked[0].body.reveal() ==
          "client_id=11111111-2222-3333-4444-555555555555"
          "&scope=00000003-0000-0000-c000-000000000000%2F.default%20offline_access");
    CHECK(asked[1].target == "/x/organizations/oauth2/v2.0/token");
    CHECK(asked[1].body.reveal() ==
          "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code"
          "&client_id=11111111-2222-3333-4444-555555555555&device_code=dev-code");
    CHECK(asked[1].grant->reveal() == "dev-code");
}

TEST_CASE("a sign-in that fails says why, and one that is stopped says nothing") {
    struct row {
        http_reply answer;
        std::string_view why;
    };
    row rows[] = {
        {refusal_named("authorization_declined"), "the person declined to sign in"},
        {refusal_named("access_denied"), "the person declined to sign in"},
        {refusal_named("expired_token"), "nobody signed in before the code expired"},
        {refusal_named("bad_verification_code"), "the sign-in failed: 400 AADSTS1: so"},
        {reply(400, "<html>"), "the sign-in failed: 400 the reply does not say why"},
        {reply(200, R"({"access_token":"a"})"), "offline_access"},
    };
    for (auto& [answer, why] : rows) {
        booth one;
        one.will_say(code(), std::move(answer));
        auto const result = one.go();
        REQUIRE(result.has_error());
        CHECK(result.error().find(why) != std::string::npos);
        CHECK(result.error().find("Trace ID") == std::string::npos);
    }
    booth none;
    none.will_say(refusal_named("unauthorized_client"));
    CHECK(none.go().error() == "the authority gives no code to sign in with: 400 AADSTS1: so");
    booth late;
    late.will_say(code(R"("expires_in":7,"interval":5)"), refusal_named("authorization_pending"));
    CHECK(late.go().error().find("nobody signed in") == 0);
    booth stopped;
    stopped.stop_after = 3s;
    stopped.will_say(code());
    CHECK(stopped.go().error().empty());
}

TEST_SUITE_END();
