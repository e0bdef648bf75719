#include "tests/provisioner/judging.hpp"
#include "tests/provisioner/printing.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using namespace poolwright::provisioner;
using namespace poolwright::provisioner::test;

TEST_SUITE_BEGIN("provisioner");

TEST_CASE("what the authority refuses") {
    struct row {
        step where;
        int status;
        long code;
        std::string_view error;
        meaning what;
    };
    using enum step;
    constexpr row rows[] = {
        // a credential and an application that are young
        {prove, 401, 7'000'215, "invalid_client", meaning::wait},
        {prove, 401, 7'000'222, "invalid_client", meaning::wait},
        {prove, 400, 700'016, "unauthorized_client", meaning::wait},
        {prove, 401, 7'000'112, "unauthorized_client", meaning::slot_refused},
        {prove, 400, 500'011, "invalid_resource", meaning::slot_refused},
        {prove, 400, 70'011, "invalid_scope", meaning::slot_refused},
        {prove, 400, 90'002, "invalid_request", meaning::tenant_refused},
        {prove, 400, 900'023, "invalid_request", meaning::tenant_refused},
        {prove, 400, 90'038, "invalid_request", meaning::tenant_refused},
        {prove, 400, 900'432, "invalid_request", meaning::tenant_refused},

        // the identity that provisions
        {obtain_token, 401, 7'000'215, "invalid_client", meaning::identity_refused},
        {obtain_token, 401, 7'000'222, "invalid_client", meaning::identity_refused},
        {obtain_token, 401, 7'000'218, "invalid_client", meaning::identity_refused},
        {obtain_token, 400, 7'000'218, "invalid_client", meaning::identity_refused},
        {obtain_token, 401, 7'000'112, "unauthorized_client", meaning::identity_refused},
        {obtain_token, 401, 700'027, "invalid_client", meaning::identity_refused},
        {obtain_token, 400, 700'016, "unauthorized_client", meaning::identity_refused},
        {obtain_token, 400, 90'099, "unauthorized_client", meaning::identity_refused},
        {obtain_token, 400, 53'003, "access_denied", meaning::identity_refused},

        // what another issuer signed
        {obtain_token, 401, 700'024, "invalid_client", meaning::identity_refused},
        {obtain_token, 401, 700'211, "invalid_client", meaning::identity_refused},
        {obtain_token, 401, 700'212, "invalid_client", meaning::identity_refused},
        {obtain_token, 401, 700'213, "invalid_client", meaning::identity_refused},

        // a person for whom it acts
        {obtain_token, 400, 50'020, "invalid_grant", meaning::identity_refused},
        {obtain_token, 400, 50'177, "invalid_grant", meaning::identity_refused},
        {obtain_token, 400, 65'001, "invalid_grant", meaning::identity_refused},
        {obtain_token, 400, 70'000, "invalid_grant", meaning::identity_refused},
        {obtain_token, 400, 700'082, "invalid_grant", meaning::identity_refused},
        {obtain_token, 400, 50'173, "invalid_grant", meaning::identity_refused},
        {obtain_token, 400, 50'076, "invalid_grant", meaning::identity_refused},

        // the tenant
        {obtain_token, 400, 90'002, "invalid_request", meaning::tenant_refused},
        {obtain_token, 400, 900'023, "invalid_request", meaning::tenant_refused},
        {obtain_token, 400, 90'038, "invalid_request", meaning::tenant_refused},
        {obtain_token, 400, 900'432, "invalid_request", meaning::tenant_refused},
        {resolve_directory, 400, 90'002, "invalid_tenant", meaning::tenant_refused},
        {resolve_directory, 404, 0, "", meaning::tenant_refused},
        {obtain_token, 400, 12'345'678, "invalid_request", meaning::tenant_refused},

        // passing
        {obtain_token, 400, 90'055, "temporarily_unavailable", meaning::wait},
        {prove, 400, 90'055, "temporarily_unavailable", meaning::wait},
        {obtain_token, 400, 90'033, "invalid_grant", meaning::transient},
        {obtain_token, 400, 90'090, "invalid_grant", meaning::transient},
        {prove, 400, 90'024, "invalid_grant", meaning::transient},
        {obtain_token, 400, 0, "temporarily_unavailable", meaning::transient},
        {prove, 503, 0, "", meaning::transient},
        {resolve_directory, 500, 0, "", meaning::transient},
    };
    for (auto const& each : rows) {
        CAPTURE(each.where);
        CAPTURE(each.code);
        auto const found = judge_reply(each.where, authority_refusal(each.status, each.code, each.error));
        CHECK(found.what == each.what);
        CHECK(says(found, to_string(each.where)));
        CHECK(says(found, "AADSTS"));
        CHECK_FALSE(says(found, "Trace ID"));
    }
}

TEST_CASE("garbage of the authority is a refusal of whatever it was asked for, or passing") {
    for (step const what : authority_steps) {
        auto const refused = what == step::prove ? meaning::slot_refused : meaning::tenant_refused;
        for (std::string_view const body : {"", "<html>", "[]", "{}", R"({"error_codes":[null]})"}) {
            CHECK(judge_reply(what, reply(400, body)).what == refused);
            CHECK(judge_reply(what, reply(401, body)).what == refused);
            CHECK(judge_reply(what, reply(302, body)).what == refused);
            CHECK(judge_reply(what, reply(502, body)).what == meaning::transient);
            CHECK(judge_reply(what, reply(408, body)).what == meaning::transient);
        }
    }
}

TEST_CASE("what a request needs and is not here is waited for, and nothing was sent") {
    transport_failure const missing(transport_failure::phase::prepare, false, false, "no token in the file");
    auto const found = judge(step::obtain_token, round_trip_result(missing), judged_at);
    CHECK(found.what == meaning::wait);
    CHECK(found.facts.kind == poolwright::throttle::reply_kind::replicating);
    CHECK_FALSE(found.acted);
    CHECK(found.why == "cannot obtain a token: no token in the file");
}

TEST_CASE("a certificate that has expired is told apart from one that is not known") {
    auto const remedy = [](std::string_view reason) {
        auto const body =
            std::string(
                R"({"error":"invalid_client","error_codes":[700027],"error_description":"AADSTS700027: )"
                "Client assertion contains an invalid signature. [Reason - ") +
            std::string(reason) + "]\"}";
        auto const found = judge_reply(step::obtain_token, reply(401, body));
        CHECK(found.what == meaning::identity_refused);
        return std::string(found.hint);
    };
    CHECK(remedy("The key used is expired.").find("has expired") != std::string::npos);
    CHECK(remedy("The key was not found.").find("does not know") != std::string::npos);
}

TEST_CASE("a tenant of another cloud is named with the remedy") {
    for (long const code : {90'038L, 900'432L, 90'002L}) {
        auto const found = judge_reply(step::obtain_token, authority_refusal(400, code, "invalid_request"));
        CHECK(says(found, "--cloud or in the column `cloud`"));
    }
}

TEST_SUITE_END();
