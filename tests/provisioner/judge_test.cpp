#include "provisioner/told.hpp"
#include "tests/provisioner/judging.hpp"
#include "tests/provisioner/printing.hpp"

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

        // mailboxes are counted in another way where there is no report
        {find_mailbox_report, 403, "S2SUnauthorized", "", "Invalid permission.", meaning::absent},
        {find_mailbox_report, 404, "UnknownError", "", "", meaning::absent},
        {find_mailbox_report, 400, "BadRequest", "", "Invalid period value specified.",
         meaning::slot_refused},
        {download_mailbox_report, 403, "AuthenticationFailed", "", "", meaning::slot_refused},
        {download_mailbox_report, 404, "", "", "", meaning::slot_refused},
        {count_licensed_users, 403, "Authorization_RequestDenied", "",
         "Insufficient privileges to complete the operation.", meaning::identity_refused},
        {count_licensed_users, 400, "Request_UnsupportedQuery", "", "Unsupported filter.",
         meaning::slot_refused},

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
        CHECK(says(found, told(each.message, {}) + " (request-id b2a1f1c0-0000-4000-8000-00000000beef"));
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
        auto const broken = judge(what, lost(), judged_at);
        CHECK(broken.what == meaning::transient);
        CHECK(broken.facts.kind == reply_kind::transient);
        CHECK(broken.acted);
        CHECK(says(broken, "the connection was reset"));
        CHECK(says(broken, to_string(what)));
        auto const refused = judge(what, not_sent(), judged_at);
        CHECK(refused.what == meaning::transient);
        CHECK_FALSE(refused.acted);
        auto const feigned = judge(what, untrusted(), judged_at);
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
