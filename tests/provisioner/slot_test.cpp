#include "provisioner/slot.hpp"

#include "tests/provisioner/printing.hpp"
#include "tests/provisioner/slot_talk.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

using namespace poolwright::provisioner;
using namespace poolwright::provisioner::test;
namespace throttle = poolwright::throttle;
using namespace std::chrono_literals;

TEST_SUITE_BEGIN("provisioner");

namespace {

int writes_of(std::vector<step> const& steps) {
    int writes = 0;
    for (step const each : steps) writes += cost_of(each).writes;
    return writes;
}

auto how_many(std::vector<step> const& steps, step what) {
    return std::count(steps.begin(), steps.end(), what);
}

}  // namespace

TEST_CASE("what a step costs, and which ones must not be repeated") {
    struct row {
        step what;
        int writes;
        int resource_units;
        bool intent;
    };
    using enum step;
    constexpr row rows[] = {
        {resolve_directory, 0, 0, false},
        {obtain_token, 0, 0, false},
        {resolve_roles, 0, 1, false},
        {create_application, 1, 1, true},
        {create_principal, 1, 1, false},
        {grant, 1, 1, false},
        {prove, 0, 0, false},
        {finished, 0, 0, false},
        {look_up_application, 0, 1, false},
        {search_deleted, 0, 1, false},
        {restore_application, 1, 1, false},
        {look_up_principal, 0, 1, false},
        {add_credential, 1, 1, true},
        {list_credentials, 0, 1, false},
        {remove_credential, 1, 1, true},
        {inspect_application, 0, 1, false},
        {inspect_grants, 0, 2, false},
    };
    for (auto const& each : rows) {
        CAPTURE(each.what);
        CHECK(cost_of(each.what).writes == each.writes);
        CHECK(cost_of(each.what).resource_units == each.resource_units);
        CHECK(needs_intent(each.what) == each.intent);
        CHECK_FALSE(to_string(each.what).empty());
    }
}

TEST_CASE("an undisturbed run takes these steps and no other") {
    slot_talk talk;
    using enum step;
    auto const steps = talk.finish();
    CHECK(steps ==
          std::vector<step>{create_application, create_principal, grant, grant, grant, prove, prove});
    CHECK(writes_of(steps) == 5);
}

TEST_CASE("R permissions over S resources are R + 2 writes and S proofs") {
    for (auto const& profile : poolwright::planner::built_in_profiles()) {
        slot_talk talk(profile.name);
        auto const steps = talk.finish();
        CHECK(writes_of(steps) == static_cast<int>(profile.permission_count()) + 2);
        CHECK(how_many(steps, step::prove) == static_cast<int>(profile.resources.size()));
        CHECK(steps.size() == profile.permission_count() + 2 + profile.resources.size());
    }
}

TEST_CASE("as many permissions as a profile may have are all granted") {
    slot_talk talk;
    auto& names = talk.policy.profile.resources[0].permissions;
    while (talk.policy.profile.permission_count() < poolwright::planner::most_permissions)
        names.push_back("P" + std::to_string(names.size()));
    while (talk.roles.size() < poolwright::planner::most_permissions)
        talk.roles.push_back({id(0xB0), id(static_cast<std::uint8_t>(talk.roles.size() + 1))});
    auto const steps = talk.finish();
    CHECK(how_many(steps, step::grant) == static_cast<int>(poolwright::planner::most_permissions));
}

TEST_CASE("every step is asked for in its own words") {
    slot_talk talk;
    std::vector<std::string> asked;
    while (talk.next() != step::finished) {
        REQUIRE(talk.go_on() == meaning::done);
        asked.push_back(talk.asked.target);
        bool const to_authority = talk.asked.to.host == "login.microsoftonline.com";
        CHECK((talk.asked.bearer == nullptr) == to_authority);
        auto const has_id = std::any_of(talk.asked.headers.begin(), talk.asked.headers.end(),
                                        [](auto const& each) { return each.first == "client-request-id"; });
        CHECK(has_id != to_authority);
    }
    auto const grants = "/v1.0/servicePrincipals/" + to_string(id(0xC0)) + "/appRoleAssignments";
    auto const tokens = "/" + to_string(id(0xD0)) + "/oauth2/v2.0/token";
    CHECK(asked == std::vector<std::string>{"/v1.0/applications", "/v1.0/servicePrincipals", grants, grants,
                                            grants, tokens, tokens});
}

TEST_CASE("each permission is granted once, in the order of the profile") {
    slot_talk talk;
    talk.go_on_to(step::grant);
    for (auto const& role : talk.roles) {
        REQUIRE(talk.next() == step::grant);
        talk.go_on();
        CHECK(talk.asked.body.reveal().find(to_string(role.role)) != std::string_view::npos);
    }
    CHECK(talk.next() == step::prove);
}

TEST_CASE("only a create's intent is recorded before an undisturbed run's calls") {
    slot_talk talk;
    while (talk.next() != step::finished) {
        bool const is_create = talk.next() == step::create_application;
        talk.go_on();
        CHECK(talk.intent_recorded == is_create);
        CHECK(talk.last.durable == is_create);
        CHECK(talk.last.event == (is_create ? "app_created" : ""));
        CHECK_FALSE(talk.last.waits_on);
        CHECK(talk.what.record.act == slot_act::none);
    }
}

TEST_CASE("a created application is known, and its secret sealed, before anything else happens") {
    slot_talk talk;
    REQUIRE(talk.answer(created(id(5), "Xyz8Q~the-secret")) == meaning::done);
    auto const& known = talk.what.record;
    CHECK(talk.last.durable);
    CHECK(known.object_id == id(0xA1));
    CHECK(known.application_id == id(0xA2));
    CHECK(known.key_id == id(5));
    CHECK(known.display_name == "Backup pool exchange 0007 (poolwright)");
    CHECK(known.expires_at - talk.second() <= talk.policy.lifetime);
    CHECK(known.expires_at - talk.second() > talk.policy.lifetime - 1min);
    CHECK_FALSE(known.intent.empty());
    CHECK(known.unsettled_since == wall_seconds{});
    CHECK(known.sealed.find("Xyz8Q~the-secret") == std::string::npos);
    CHECK(talk.sealed_secret() == "Xyz8Q~the-secret");
}

TEST_CASE("the proof is made with the very secret, by the new application, for each API") {
    slot_talk talk;
    talk.go_on_to(step::prove);
    for (auto const& resource : talk.policy.profile.resources) {
        REQUIRE(talk.next() == step::prove);
        CHECK_FALSE(talk.what.record.proven);
        talk.go_on();
        auto const form = std::string(talk.asked.body.reveal());
        CHECK(form.find("client_secret=secret-1&") != std::string::npos);
        CHECK(form.find("client_id=" + to_string(id(0xA2))) != std::string::npos);
        CHECK(form.find(resource.application_id) != std::string::npos);
    }
    CHECK(talk.what.record.proven);
    CHECK(talk.what.progress.credential == nullptr);
}

TEST_CASE("a proof waits while the credential is young, and does not pass with less") {
    slot_talk talk;
    talk.go_on_to(step::prove);
    std::string const exchange = talk.policy.profile.resources[0].application_id;
    CHECK(talk.answer(authority_refusal(401, 7'000'215)) == meaning::wait);
    CHECK(talk.answer(authority_refusal(401, 7'000'222)) == meaning::wait);
    CHECK(talk.answer(authority_refusal(400, 700'016, "unauthorized_client")) == meaning::wait);
    CHECK(talk.answer(token(exchange, {})) == meaning::wait);
    CHECK(talk.last.judged.why.find("full_access_as_app") != std::string::npos);
    CHECK(talk.answer(token(exchange, {"full_access_as_apps", "full_access"})) == meaning::wait);
    CHECK(talk.answer(token("https://graph.microsoft.com", {"full_access_as_app"})) == meaning::wait);
    CHECK(talk.answer(raw_token("opaque")) == meaning::wait);
    CHECK(talk.last.judged.facts.kind == throttle::reply_kind::replicating);
    CHECK(talk.answer(reply(200, "{}")) == meaning::transient);
    CHECK(talk.answer(reply(200, "")) == meaning::transient);
    CHECK(talk.answer(lost()) == meaning::transient);
    CHECK(talk.answer(throttled()) == meaning::wait);
    CHECK(talk.last.judged.facts.kind == throttle::reply_kind::throttled);
    CHECK(talk.what.progress.proofs == 0);
    CHECK(talk.answer(token("https://outlook.office365.com/", {"x", "full_access_as_app"})) == meaning::done);
    CHECK(talk.finish() == std::vector<step>{step::prove});
}

TEST_CASE("one role that is missing of several keeps the proof waiting") {
    slot_talk talk;
    talk.go_on_to(step::prove);
    talk.go_on();
    auto const& graph = talk.policy.profile.resources[1];
    CHECK(talk.answer(token(graph.application_id, {graph.permissions[0]})) == meaning::wait);
    CHECK_FALSE(talk.what.record.proven);
    CHECK(talk.answer(token(graph.application_id, {graph.permissions[1], graph.permissions[0]})) ==
          meaning::done);
    CHECK(talk.what.record.proven);
}

TEST_CASE("what has not arrived yet is waited for, step by step") {
    slot_talk talk;
    talk.go_on();
    for (auto const code : {"NoBackingApplicationObject", "Request_ResourceNotFound"}) {
        CHECK(talk.answer(refusal(code[0] == 'N' ? 400 : 404, code, "")) == meaning::wait);
        CHECK(talk.next() == step::create_principal);
    }
    talk.go_on();
    CHECK(talk.answer(refusal(400, "Request_BadRequest", "Not a valid reference update.")) == meaning::wait);
    CHECK(talk.next() == step::grant);
    CHECK(talk.what.progress.granted == 0);
    CHECK(talk.finish().size() == 5);
}

TEST_CASE("a permission that is granted already is not granted again") {
    slot_talk talk;
    talk.go_on_to(step::grant);
    CHECK(talk.answer(refusal(400, "Request_BadRequest",
                              "Permission being assigned already exists on the object")) == meaning::done);
    CHECK(talk.answer(refusal(409, "Request_MultipleObjectsWithSameKeyValue",
                              "EntitlementGrant entry already exists.")) == meaning::done);
    CHECK(talk.finish() == std::vector<step>{step::grant, step::prove, step::prove});
}

TEST_CASE("a principal that is there already is looked up") {
    slot_talk talk;
    talk.go_on();
    auto const taken = [] {
        return refusal(409, "Request_MultipleObjectsWithSameKeyValue", "is already in use.",
                       "ObjectConflict");
    };
    CHECK(talk.answer(taken()) == meaning::done);
    CHECK(talk.next() == step::look_up_principal);

    SUBCASE("and not found for a while, which does not lead to another") {
        for (int i = 0; i < 3; ++i) {
            CHECK(talk.answer(refusal(404, "Request_ResourceNotFound", "")) == meaning::wait);
            CHECK(talk.last.judged.facts.kind == throttle::reply_kind::replicating);
            CHECK(talk.next() == step::look_up_principal);
        }
    }
    SUBCASE("and the reply is garbled or lost") {
        CHECK(talk.answer(reply(200, R"({"id":null})")) == meaning::transient);
        CHECK(talk.answer(lost()) == meaning::transient);
        CHECK(talk.next() == step::look_up_principal);
    }
    CHECK(talk.answer(principal(id(0xC7))) == meaning::done);
    CHECK(talk.what.record.principal_id == id(0xC7));
    CHECK(talk.finish().size() == 5);
}

TEST_CASE("a principal whose reply was lost is tried again, and found there") {
    slot_talk talk;
    talk.go_on();
    CHECK(talk.answer(reply(201, R"({"id":7})")) == meaning::transient);
    CHECK(talk.next() == step::create_principal);
    CHECK(talk.answer(lost()) == meaning::transient);
    CHECK(talk.next() == step::create_principal);
}

TEST_CASE("a step that was refused leaves what is known as it was") {
    for (step const at : {step::create_application, step::create_principal, step::grant, step::prove}) {
        slot_talk talk;
        talk.go_on_to(at);
        for (int const status : {400, 401, 403, 409}) {
            auto const before = talk.what.record;
            talk.answer(refusal(status, "Something", "else"));
            CAPTURE(at);
            CAPTURE(status);
            CHECK(talk.next() == at);
            CHECK_FALSE(talk.last.durable);
            if (at != step::create_application) CHECK((talk.what.record == before));
        }
    }
}

TEST_CASE("a create that cannot have been acted on is made again at once, with the intent that it has") {
    slot_talk talk;
    CHECK(talk.answer(not_sent()) == meaning::transient);
    CHECK(talk.intent_recorded);
    auto const intent = talk.what.record.intent;
    CHECK(talk.next() == step::create_application);
    CHECK(talk.answer(refusal(400, "Request_BadRequest", "Invalid value")) == meaning::slot_refused);
    CHECK_FALSE(talk.intent_recorded);
    CHECK(talk.next() == step::create_application);
    CHECK(talk.go_on() == meaning::done);
    CHECK_FALSE(talk.intent_recorded);
    CHECK(talk.what.record.intent == intent);
    CHECK(talk.asked.body.reveal().find(to_hex(intent)) != std::string_view::npos);
    CHECK(talk.finish().size() == 6);
}

TEST_CASE("the name that an application was begun with stays when the pattern changes") {
    slot_talk talk;
    talk.answer(not_sent());
    talk.policy.display_name = *display_pattern::parse("Another {ordinal}");
    talk.go_on();
    CHECK(talk.asked.body.reveal().find("Backup pool exchange 0007") != std::string_view::npos);
}

TEST_SUITE_END();
