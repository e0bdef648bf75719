#include "provisioner/told.hpp"

#include "provisioner/judge.hpp"
#include "tests/provisioner/replies.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using namespace poolwright::provisioner;
using namespace poolwright::provisioner::test;

TEST_SUITE_BEGIN("provisioner");

namespace {

constexpr std::string_view client_secret = "Xyz8Q~aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
constexpr std::string_view a_token = "eyJ0eXAiOiJKV1QifQ.eyJhdWQiOiJ4In0.c2lnbmF0dXJlLXNpZ25hdHVyZQ";

confidences keeping(std::string_view bearer, std::string_view credential) {
    return {.bearer = std::make_shared<secret const>(bearer),
            .credential = std::make_shared<secret const>(credential)};
}

}  // namespace

TEST_CASE("what a request carried in confidence is not told") {
    auto const kept = keeping("the bearer", "pass+word~1");
    struct row {
        std::string_view said;
        std::string_view told;
    };
    constexpr row rows[] = {
        {"", ""},
        {"nothing of it", "nothing of it"},
        {"the bearer", "[struck out]"},
        {"got `the bearer` with pass+word~1.", "got `[struck out]` with [struck out]"},
        {"client_secret=pass%2Bword%7E1&scope=x", "client_secret=[struck out]&scope=x"},
        {"pass%2bword%7e1", "[struck out]"},
        {"%70%61%73%73%2B%77%6F%72%64%7E%31", "[struck out]"},
        {"the bearerthe bearer", "[struck out][struck out]"},
        {"pass+word~", "pass+word~"},
        {"pass%2word~1 pass% pass%2", "pass%2word~1 pass% pass%2"},
    };
    for (auto const& each : rows) CHECK(told(each.said, kept) == each.told);
    CHECK(told("the bearer", {}) == "the bearer");
    CHECK(told("empty", keeping("", "")) == "empty");
}

TEST_CASE("what looks like a token or a client secret is not told, whoever it belongs to") {
    for (std::string_view const each : {client_secret, a_token}) {
        auto const said = "it is \"" + std::string(each) + "\".";
        CHECK(told(said, {}) == "it is \"[struck out]\"");
    }
    for (std::string_view const harmless :
         {"AppRoleAssignment.ReadWrite.All", "0b04089f-9bd9-47e5-89ee-47dfac89ec9c", "eyJ", "Xyz8Q~short",
          "Request_MultipleObjectsWithSameKeyValue", "poolwright-exchange-0001", "Müller & Söhne 🏢"})
        CHECK(told(harmless, {}) == harmless);
}

TEST_CASE("what is told is short, whole characters, and hides what lies across its end") {
    CHECK(told(std::string(500, 'x'), {}) == std::string(500, 'x'));
    CHECK(told(std::string(5'000'000, 'x'), {}) == std::string(500, 'x') + "…");
    CHECK(told("aä", {}, 2) == "a…");
    CHECK(told("ä🏢", {}, 5) == "ä…");
    auto const across = told(std::string(490, ' ') + std::string(client_secret), {});
    CHECK(across == std::string(490, ' ') + "[struck ou…");
}

TEST_CASE("a full stop at the end is not told, and none that belongs to what is struck out") {
    CHECK(told("It failed. Try again.", {}) == "It failed. Try again");
    CHECK(told("wait...", {}) == "wait...");
    CHECK(told("see https://a.example .", {}) == "see https://a.example");
    CHECK(told(".", {}) == "");
    CHECK(told("no: a-password.", keeping("", "a-password.")) == "no: [struck out]");
}

TEST_CASE("a header is told if it can be printed") {
    CHECK(told_header("https://a.example/x?y", {}) == "https://a.example/x?y");
    for (std::string_view const value : {"a\tb", "\x1B[2J", "\xFF", "ä"})
        CHECK(told_header(value, {}).empty());
}

TEST_CASE("a refusal repeats neither what was sent in confidence nor what is too long") {
    struct row {
        step where;
        http_reply reply;
    };
    std::string const said = "Bearer " + std::string(a_token) + " of hunter2 " + std::string(10'000, 'y');
    row rows[] = {{step::grant, refusal(400, said, said)},
                  {step::grant, refusal(401, said, said)},
                  {step::prove, reply(400, R"({"error":"x","error_description":")" + said + "\"}")}};
    for (auto& each : rows) {
        each.reply.headers = {{"request-id", "hunter2"}};
        each.reply.sent = keeping(a_token, "hunter2");
        auto const found = judge(each.where, round_trip_result(std::move(each.reply)), {});
        CAPTURE(found.why);
        CHECK(found.why.find("hunter2") == std::string::npos);
        CHECK(found.why.find("eyJ") == std::string::npos);
        CHECK(found.why.find("Bearer [struck out] of [struck out] yyy") != std::string::npos);
        CHECK(found.why.size() < 1'000);
    }
}

TEST_CASE("a refusal without a word is told as one") {
    auto const found = judge(step::create_principal, round_trip_result(reply(409, "<html>")), {});
    CHECK(found.why ==
          "cannot create the service principal: 409: the reply does not say why (request-id "
          "b2a1f1c0-0000-4000-8000-00000000beef)");
}

TEST_CASE("a redirect is told with where it leads to, and what that means") {
    for (step const where : {step::create_application, step::obtain_token, step::prove}) {
        auto const found = judge(
            where, round_trip_result(reply(302, "", {{"Location", "https://evil.example/?s=hunter2"}})), {});
        CHECK(found.why.find("302 redirects to https://evil.example/?s=hunter2, which is not followed") !=
              std::string::npos);
    }
    auto hidden = reply(307, "", {{"Location", "https://evil.example/?s=hunter2"}});
    hidden.sent = keeping("x", "hunter2");
    CHECK(judge(step::grant, round_trip_result(std::move(hidden)), {}).why.find("?s=[struck out],") !=
          std::string::npos);
    auto const nowhere = judge(step::grant, round_trip_result(reply(304, "")), {});
    CHECK(nowhere.why.find("304 redirects, which is not followed") != std::string::npos);
}

TEST_SUITE_END();
