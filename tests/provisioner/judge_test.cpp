#include "provisioner/judge.hpp"

#include "tests/provisioner/printing.hpp"
#include "tests/provisioner/replies.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

using namespace poolwright::provisioner;
using namespace poolwright::provisioner::test;
namespace throttle = poolwright::throttle;
using namespace std::chrono_literals;
using throttle::reply_kind;

TEST_SUITE_BEGIN("provisioner");

namespace {

// 2026-10-01 10:00:00 UTC
constexpr std::chrono::system_clock::time_point now{1'790'848'800s};

constexpr step graph_steps[] = {
    step::resolve_roles,       step::create_application, step::create_principal,    step::grant,
    step::look_up_application, step::search_deleted,     step::restore_application, step::look_up_principal,
    step::add_credential,      step::list_credentials,   step::remove_credential,   step::inspect_application,
    step::inspect_grants,
};
constexpr step authority_steps[] = {step::resolve_directory, step::obtain_token, step::prove};

judgement judge_reply(step what, http_reply answer) {
    return judge(what, round_trip_result(std::move(answer)), now);
}

bool says(judgement const& found, std::string_view words) {
    return found.why.find(words) != std::string::npos;
}

}  // namespace

TEST_CASE("what Graph refuses, and what that means for the step") {
    struct row {
        step where;
        int status;
        std::string_view code;
        std::string_view detail;
        std::string_view message;
        meaning what;
    };
    constexpr std::string_view bad = "Request_BadRequest";
    constexpr std::string_view gone = "Request_ResourceNotFound";
    constexpr std::string_view same_key = "Request_MultipleObjectsWithSameKeyValue";
    constexpr std::string_view no_object =
        "Resource 'x' does not exist or one of its queried reference-property objects are not present.";
    constexpr std::string_view name_exists =
        "Another object with the same value for property uniqueName already exists.";
    constexpr std::string_view concurrent =
        "Error due to concurrent requests being made to the tenant. Please wait briefly and retry.";
    using enum step;
    row const rows[] = {
        // the name is taken, by a living or a deleted application
        {create_application, 400, bad, "", name_exists, meaning::name_taken},
        {create_application, 400, "ObjectConflict", "", name_exists, meaning::name_taken},
        {create_application, 400, "ObjectConflict", "", "", meaning::name_taken},
        {create_application, 400, bad, "ObjectConflict", name_exists, meaning::name_taken},
        {create_application, 409, same_key, "", name_exists, meaning::name_taken},
        {create_application, 409, same_key, "ObjectConflict", "", meaning::name_taken},
        {create_application, 409, same_key, "", "", meaning::name_taken},
        {create_application, 400, bad, "", "Invalid value specified for property 'tags'.",
         meaning::slot_refused},
        {create_application, 400, bad, "", "", meaning::slot_refused},

        // the application has not arrived where its principal is made
        {create_principal, 400, bad, "NoBackingApplicationObject",
         "The appId 'x' of the service principal does not reference a valid application object.",
         meaning::wait},
        {create_principal, 400, bad, "",
         "The appId 'x' of the service principal does not reference a valid application object.",
         meaning::wait},
        {create_principal, 403, "Authorization_RequestDenied", "",
         "When using this permission, the backing application of the service principal being created must in "
         "the local tenant",
         meaning::wait},
        {create_principal, 404, gone, "", no_object, meaning::wait},
        {create_principal, 404, "Directory_ObjectNotFound", "",
         "Unable to read the company information from the directory.", meaning::wait},
        {create_principal, 403, "Authorization_RequestDenied", "",
         "Insufficient privileges to complete the operation.", meaning::tenant_refused},

        // the principal is there
        {create_principal, 409, same_key, "ObjectConflict",
         "The service principal cannot be created, updated, or restored because the service principal name x "
         "is already in use.",
         meaning::already_there},
        {create_principal, 409, same_key, "",
         "Another object with the same value for property servicePrincipalNames already exists.",
         meaning::already_there},
        {create_principal, 400, "ObjectConflict", "", "", meaning::already_there},

        // permissions
        {grant, 400, bad, "", "Permission being assigned already exists on the object", meaning::done},
        {grant, 400, same_key, "", "EntitlementGrant entry already exists.", meaning::done},
        {grant, 409, same_key, "", "EntitlementGrant entry already exists.", meaning::done},
        {grant, 400, bad, "", "Not a valid reference update.", meaning::wait},
        {grant, 404, gone, "", no_object, meaning::wait},
        {grant, 400, bad, "", "Permission being assigned was not found on application",
         meaning::tenant_refused},
        {grant, 403, "Authorization_RequestDenied", "", "Insufficient privileges to complete the operation.",
         meaning::tenant_refused},

        // what is looked up is not there, or not yet
        {look_up_application, 404, gone, "", no_object, meaning::absent},
        {look_up_principal, 404, gone, "", no_object, meaning::absent},
        {restore_application, 404, gone, "", no_object, meaning::absent},
        {add_credential, 404, gone, "", no_object, meaning::wait},
        {list_credentials, 404, gone, "", no_object, meaning::wait},
        {inspect_application, 404, gone, "", no_object, meaning::wait},
        {inspect_grants, 404, gone, "", no_object, meaning::wait},
        {remove_credential, 404, gone, "", no_object, meaning::done},
        {remove_credential, 400, bad, "", "No password credential found with keyId.", meaning::done},
        {remove_credential, 400, bad, "", "", meaning::slot_refused},
        {resolve_roles, 404, gone, "", no_object, meaning::tenant_refused},

        // one writer at a time
        {add_credential, 409, "Directory_ConcurrencyViolation", "", concurrent, meaning::wait},
        {remove_credential, 400, "Directory_ConcurrencyViolation", "", concurrent, meaning::wait},
        {add_credential, 400, bad, "", concurrent, meaning::wait},

        // too much, or against a policy of the tenant
        {add_credential, 403, "Directory_ResourceSizeExceeded", "",
         "The size of the object has exceeded its limit. Please reduce the number of values and retry your "
         "request.",
         meaning::slot_refused},
        {create_application, 403, "Directory_QuotaExceeded", "",
         "The directory object quota limit for the Tenant has been exceeded. Please ask your administrator.",
         meaning::tenant_refused},
        {create_principal, 403, "Directory_QuotaExceeded", "",
         "The directory object quota limit for the Principal has been exceeded.", meaning::tenant_refused},
        {create_application, 400, "CredentialTypeNotAllowedAsPerAppPolicy", "",
         "Credential type not allowed as per assigned policy 'p'.", meaning::tenant_refused},
        {add_credential, 400, "CredentialInvalidLifetimeAsPerAppPolicy", "",
         "Credential lifetime exceeds the max value allowed as per assigned policy 'p'.",
         meaning::tenant_refused},
        {create_application, 400, "SignInAudienceNotAllowedAsPerAppPolicy", "", "", meaning::tenant_refused},
        {search_deleted, 400, "DirectoryPageTokenNotFoundException", "", "", meaning::slot_refused},
    };
    for (auto const& each : rows) {
        CAPTURE(each.where);
        CAPTURE(each.status);
        CAPTURE(each.code);
        CAPTURE(each.message);
        auto const found =
            judge_reply(each.where, refusal(each.status, each.code, each.message, each.detail));
        CHECK(found.what == each.what);
        CHECK_FALSE(found.acted);
        CHECK(says(found, "cannot "));
        CHECK(says(found, to_string(each.where)));
        CHECK(says(found, std::to_string(each.status)));
        CHECK(says(found, each.code));
        CHECK(says(found, each.message));
        CHECK(says(found, "b2a1f1c0-0000-4000-8000-00000000beef"));
    }
}

TEST_CASE("a server that failed ends no step, whatever it says") {
    using enum step;
    constexpr std::string_view granted = "Permission being assigned already exists on the object";
    constexpr std::string_view taken =
        "Another object with the same value for property uniqueName already exists.";
    for (int const status : {500, 502, 503, 504}) {
        for (auto const& found :
             {judge_reply(grant, refusal(status, "Request_BadRequest", granted, "")),
              judge_reply(create_application, refusal(status, "ObjectConflict", taken, "")),
              judge_reply(create_principal, refusal(status, "ObjectConflict", "", ""))}) {
            CHECK(found.what == meaning::transient);
            CHECK(found.facts.kind == reply_kind::transient);
            CHECK(found.acted);
        }
    }
}

TEST_CASE("success is success, whatever its body") {
    for (step const what : graph_steps) {
        for (int const status : {200, 201, 204}) {
            auto const found = judge_reply(what, reply(status, "garbage"));
            CHECK(found.what == meaning::done);
            CHECK(found.facts.kind == reply_kind::done);
        }
    }
    for (step const what : authority_steps) CHECK(judge_reply(what, reply(200, "")).what == meaning::done);
}

TEST_CASE("a status that needs no code, for every step of Graph") {
    struct row {
        int status;
        meaning what;
        reply_kind kind;
        bool acted;
    };
    constexpr row rows[] = {
        {301, meaning::slot_refused, reply_kind::permanent, true},
        {302, meaning::slot_refused, reply_kind::permanent, true},
        {401, meaning::token_refused, reply_kind::transient, false},
        {403, meaning::tenant_refused, reply_kind::permanent, false},
        {405, meaning::slot_refused, reply_kind::permanent, false},
        {408, meaning::transient, reply_kind::transient, true},
        {409, meaning::transient, reply_kind::transient, false},
        {410, meaning::slot_refused, reply_kind::permanent, false},
        {413, meaning::slot_refused, reply_kind::permanent, false},
        {422, meaning::slot_refused, reply_kind::permanent, false},
        {423, meaning::transient, reply_kind::transient, false},
        {429, meaning::wait, reply_kind::throttled, true},
        {500, meaning::transient, reply_kind::transient, true},
        {502, meaning::transient, reply_kind::transient, true},
        {503, meaning::transient, reply_kind::transient, true},
        {504, meaning::transient, reply_kind::transient, true},
        {509, meaning::transient, reply_kind::transient, true},
    };
    for (step const what : graph_steps) {
        for (auto const& each : rows) {
            for (std::string_view const body :
                 {"", "<html>Bad Gateway</html>", "[]", R"({"error":null})", R"({"error":{"code":7}})",
                  R"({"error":"invalid"})", R"({"error":{"code":"UnknownError","message":""}})"}) {
                CAPTURE(what);
                CAPTURE(each.status);
                CAPTURE(body);
                auto const found = judge_reply(what, reply(each.status, body));
                CHECK(found.what == each.what);
                CHECK(found.facts.kind == each.kind);
                CHECK(found.acted == each.acted);
                CHECK(says(found, std::to_string(each.status)));
            }
        }
    }
}

TEST_CASE("429 is throttling for every step, whatever it says") {
    struct row {
        std::string_view code;
        std::string_view message;
    };
    constexpr row rows[] = {
        {"TooManyRequests", "Too many requests. Please try again later."},
        {"TooManyRequests",
         "Too many requests from Identifier:`x` under category:aadgraph.app.tenant_large."},
        {"UnknownError", ""},
        {"ApplicationThrottled", "Application is over its MailboxConcurrency limit."},
        {"Request_ThrottledTemporarily", "Your request is throttled temporarily."},
        {"Request_ThrottledPermanently", "Your request is throttled permanently."},
        {"activityLimitReached", ""},
        {"Too Many Requests", "Some error was generated by the proxy."},
        {"Request_BadRequest", "Permission being assigned already exists on the object"},
        {"", ""},
    };
    for (step const what : graph_steps) {
        for (auto const& each : rows) {
            CAPTURE(what);
            CAPTURE(each.code);
            auto const found = judge_reply(what, refusal(429, each.code, each.message));
            CHECK(found.what == meaning::wait);
            CHECK(found.facts.kind == reply_kind::throttled);
            CHECK(found.acted);
            CHECK_FALSE(found.facts.retry_after.has_value());
        }
    }
    for (step const what : authority_steps) {
        for (std::string_view const body : {"", "<html>", R"({"error":"temporarily_unavailable"})"}) {
            auto const found = judge_reply(what, reply(429, body, {{"retry-after", "60"}}));
            CHECK(found.what == meaning::wait);
            CHECK(found.facts.kind == reply_kind::throttled);
            CHECK(found.facts.retry_after == std::optional<std::chrono::nanoseconds>(60s));
        }
    }
}

TEST_CASE("503 is throttling when it says so") {
    auto const plain = judge_reply(step::grant, reply(503, ""));
    CHECK(plain.facts.kind == reply_kind::transient);
    auto const timed = judge_reply(step::grant, reply(503, "", {{"Retry-After", "10"}}));
    CHECK(timed.what == meaning::wait);
    CHECK(timed.facts.kind == reply_kind::throttled);
    for (std::string_view const code : {"Request_ThrottledTemporarily", "Request_ThrottledPermanently"}) {
        auto const coded = judge_reply(step::grant, refusal(503, code, "Your request is throttled."));
        CHECK(coded.what == meaning::wait);
        CHECK(coded.facts.kind == reply_kind::throttled);
    }
}

TEST_CASE("what is waited for is replication, unless it is throttling") {
    auto const young =
        judge_reply(step::grant, refusal(400, "Request_BadRequest", "Not a valid reference update."));
    CHECK(young.facts.kind == reply_kind::replicating);
    auto const crossed = judge_reply(
        step::grant,
        reply(409, R"({"error":{"code":"Directory_ConcurrencyViolation"}})", {{"retry-after", "3"}}));
    CHECK(crossed.facts.kind == reply_kind::replicating);
    CHECK(crossed.facts.retry_after == std::optional<std::chrono::nanoseconds>(3s));
}

TEST_CASE("a date in Retry-After is counted from the service's own clock") {
    auto const found = judge_reply(step::grant, reply(429, "",
                                                      {{"Date", "Sun, 06 Nov 1994 08:49:37 GMT"},
                                                       {"Retry-After", "Sun, 06 Nov 1994 08:50:07 GMT"}}));
    CHECK(found.facts.retry_after == std::chrono::seconds(30));
}

TEST_CASE("the forms of Retry-After") {
    struct row {
        std::string_view value;
        std::optional<std::chrono::nanoseconds> wait;
    };
    row const rows[] = {
        {"5", 5s},
        {" 5 ", 5s},
        {"0", 0s},
        {"2.128", 2128ms},
        {"86400", 24h},
        {"99999999999999999999", 24h},
        {"Thu, 01 Oct 2026 10:00:30 GMT", 30s},
        {"Thu, 01 Oct 2026 09:00:00 GMT", 0s},
        {"Sat, 01 Oct 2033 10:00:30 GMT", 24h},
        {"-5", std::nullopt},
        {"5s", std::nullopt},
        {"1e3", std::nullopt},
        {"soon", std::nullopt},
        {"", std::nullopt},
    };
    for (auto const& each : rows) {
        CAPTURE(each.value);
        auto const found =
            judge_reply(step::grant, reply(429, "", {{"retry-after", std::string(each.value)}}));
        CHECK((found.facts.retry_after == each.wait));
    }
}

TEST_CASE("whose quota a 429 is about") {
    using throttle::throttle_scope;
    using throttle::throttled_calls;
    struct row {
        std::string_view value;
        throttle_scope scope;
        throttled_calls calls;
    };
    constexpr row rows[] = {
        {"Tenant_Application/ReadWrite/9a3d526c-b3c1-4479-ba74-197b5c5751ae/"
         "0785ef7c-2d7a-4542-b048-95bcab406e0b",
         throttle_scope::application_tenant, throttled_calls::all},
        {"Tenant_Application/Write/a/t", throttle_scope::application_tenant, throttled_calls::writes},
        {"Tenant/Write/a/t", throttle_scope::tenant, throttled_calls::writes},
        {"Tenant/Read/a/t", throttle_scope::tenant, throttled_calls::reads},
        {"Application/ReadWrite/a/t", throttle_scope::application, throttled_calls::all},
        {"Application/Read", throttle_scope::application, throttled_calls::reads},
        {"Application/", throttle_scope::application, throttled_calls::all},
        {"Application", throttle_scope::unnamed, throttled_calls::all},
        {"Mailbox/Write/a/t", throttle_scope::unnamed, throttled_calls::writes},
        {"Tenant/Delete/a/t", throttle_scope::tenant, throttled_calls::all},
        {"////", throttle_scope::unnamed, throttled_calls::all},
        {"/", throttle_scope::unnamed, throttled_calls::all},
        {"", throttle_scope::unnamed, throttled_calls::all},
    };
    for (auto const& each : rows) {
        CAPTURE(each.value);
        auto const found =
            judge_reply(step::grant, reply(429, "", {{"X-Ms-Throttle-Scope", std::string(each.value)}}));
        CHECK(found.facts.scope == each.scope);
        CHECK(found.facts.calls == each.calls);
    }
}

TEST_CASE("how full a quota is, also of a success") {
    struct row {
        std::string_view value;
        std::optional<double> percentage;
    };
    constexpr row rows[] = {
        {"0.8", 0.8},
        {"1", 1.0},
        {"1.8", 1.8},
        {"0", 0.0},
        {"-0.8", std::nullopt},
        {"80%", std::nullopt},
        {"nan", std::nullopt},
        {"inf", std::nullopt},
        {"1e999", std::nullopt},
        {"", std::nullopt},
        {"0.8 0.9", std::nullopt},
    };
    for (auto const& each : rows) {
        CAPTURE(each.value);
        auto const found = judge_reply(
            step::grant, reply(201, "{}", {{"x-ms-throttle-limit-percentage", std::string(each.value)}}));
        CHECK(found.what == meaning::done);
        CHECK((found.facts.percentage == each.percentage));
    }
}

TEST_CASE("a refusal names its remedy") {
    struct row {
        step where;
        int status;
        std::string_view code;
        std::string_view message;
        std::string_view remedy;
    };
    constexpr row rows[] = {
        {step::resolve_roles, 404, "Request_ResourceNotFound", "", "licence"},
        {step::resolve_roles, 403, "Authorization_RequestDenied", "", "Application.Read.All"},
        {step::search_deleted, 403, "Authorization_RequestDenied", "", "Application.Read.All"},
        {step::grant, 403, "Authorization_RequestDenied", "", "AppRoleAssignment.ReadWrite.All"},
        {step::create_application, 403, "Directory_QuotaExceeded", "quota limit for the Tenant", "purge"},
        {step::create_application, 403, "Directory_QuotaExceeded", "quota limit for the Principal", "role"},
        {step::add_credential, 400, "CredentialInvalidLifetimeAsPerAppPolicy", "", "--lifetime"},
        {step::add_credential, 400, "CredentialTypeNotAllowedAsPerAppPolicy", "", "exempt"},
        {step::add_credential, 403, "Directory_ResourceSizeExceeded", "", "remove old ones"},
        {step::inspect_application, 404, "Request_ResourceNotFound", "", "restore"},
    };
    for (auto const& each : rows) {
        CAPTURE(each.code);
        CHECK(says(judge_reply(each.where, refusal(each.status, each.code, each.message)), each.remedy));
    }
}

TEST_CASE("a round trip that failed") {
    for (step const what : {step::create_application, step::prove, step::obtain_token}) {
        auto const broken = judge(what, lost(), now);
        CHECK(broken.what == meaning::transient);
        CHECK(broken.facts.kind == reply_kind::transient);
        CHECK(broken.acted);
        CHECK(says(broken, "the connection was reset"));
        CHECK(says(broken, to_string(what)));
        auto const refused = judge(what, not_sent(), now);
        CHECK(refused.what == meaning::transient);
        CHECK_FALSE(refused.acted);
        auto const feigned = judge(what, untrusted(), now);
        CHECK(feigned.what == meaning::untrusted);
        CHECK(feigned.facts.kind == reply_kind::permanent);
    }
}

TEST_CASE("what a reader of a body finds") {
    CHECK(garbled(step::grant).what == meaning::transient);
    CHECK(garbled(step::grant).facts.kind == reply_kind::transient);
    CHECK(garbled(step::grant).acted);
    CHECK(not_yet("x").what == meaning::wait);
    CHECK(not_yet("x").facts.kind == reply_kind::replicating);
    CHECK(stop(meaning::slot_pending, "x").facts.kind == reply_kind::permanent);
    CHECK(stop(meaning::slot_pending, "x").why == "x");
}

TEST_SUITE_END();
