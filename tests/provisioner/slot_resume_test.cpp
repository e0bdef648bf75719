#include "tests/provisioner/printing.hpp"
#include "tests/provisioner/slot_talk.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

// A record that an earlier run left: after a crash, after a refusal, and to be verified.

using namespace poolwright::provisioner;
using namespace poolwright::provisioner::test;
using namespace std::chrono_literals;

TEST_SUITE_BEGIN("provisioner");

namespace {

using steps = std::vector<step>;
using enum step;

// What is looked at before anything is written to an application that an earlier run made.
steps const looks = {inspect_application, look_up_principal, inspect_grants};

steps after_looks(steps more) {
    more.insert(more.begin(), looks.begin(), looks.end());
    return more;
}

// A slot that an earlier run finished.
void make_ready(slot_talk& talk) {
    talk.finish();
    talk.settle(slot_state::ready);
    talk.now += 24h;
}

}  // namespace

TEST_CASE("a slot of which nothing is known begins at the beginning") {
    slot_talk talk;
    talk.restart(true);
    CHECK(talk.next() == create_application);
    CHECK(talk.what.record.state == slot_state::open);
}

TEST_CASE("a crash between the intent and the reply of a create: look first, then as after a lost reply") {
    slot_talk talk;
    talk.answer(lost());
    auto const intent = talk.what.record.intent;
    talk.restart(true);
    CHECK(talk.next() == look_up_application);

    SUBCASE("it was made") {
        CHECK(talk.go_on_to(list_credentials) == steps{look_up_application, add_credential, create_principal,
                                                       grant, grant, grant, prove, prove});
        CHECK(talk.what.record.unsettled_since != wall_seconds{});
    }
    SUBCASE("it was not made") {
        CHECK(talk.answer(absent()) == meaning::done);
        CHECK(talk.go_on() == meaning::done);
        CHECK_FALSE(talk.intent_recorded);
        CHECK(talk.what.record.intent == intent);
    }
}

TEST_CASE("a crash after the application: with the private key the credential is proven as it is") {
    slot_talk talk;
    talk.go_on();
    talk.restart(true);

    SUBCASE("what it had made is not made again") {
        CHECK(talk.finish() == after_looks({prove, prove}));
    }
    SUBCASE("what it had not made is made") {
        talk.go_on_to(look_up_principal);
        talk.answer(absent());
        CHECK(talk.finish() == steps{create_principal, grant, grant, grant, prove, prove});
    }
    CHECK(talk.sealed_secret() == "secret-1");
}

TEST_CASE("a crash after the application: without the private key the credential is replaced and removed") {
    slot_talk talk;
    talk.go_on();
    auto const old = talk.what.record.key_id;
    talk.restart(false);
    // Only when it is needed, so that a process which is killed again and again does not add one each time.
    REQUIRE(talk.go_on_to(add_credential) == looks);
    CHECK(talk.go_on() == meaning::done);
    CHECK(talk.last.durable);
    CHECK(talk.what.record.unsettled_since == talk.second());
    CHECK(talk.go_on_to(list_credentials) == steps{prove, prove});
    auto shown = talk.ours();
    shown.credentials.push_back({old});
    REQUIRE(talk.answer(application(shown)) == meaning::done);
    CHECK(talk.finish() == steps{remove_credential, list_credentials});
    CHECK(talk.sealed_secret() == "secret-2");
}

TEST_CASE("a crash after the replacement: its sweep is not forgotten") {
    slot_talk talk;
    talk.go_on();
    talk.restart(false);
    talk.go_on_to(prove);
    auto const since = talk.what.record.unsettled_since;
    talk.restart(true);
    CHECK(since != wall_seconds{});
    CHECK(talk.what.record.unsettled_since == since);
    CHECK(talk.finish() == after_looks({prove, prove, list_credentials}));
}

TEST_CASE("another private key cannot open the credential, which is replaced") {
    slot_talk talk;
    talk.go_on();
    talk.key = private_key::generate();
    talk.restart(true);
    CHECK(talk.go_on_to(add_credential) == looks);
}

TEST_CASE("a crash between the intent and the reply of addPassword: swept from that time on") {
    slot_talk talk;
    talk.answer(lost());
    talk.go_on();
    REQUIRE(talk.next() == add_credential);
    talk.answer(lost());
    talk.now += 3h;
    talk.restart(true);
    CHECK(talk.what.record.act == slot_act::none);
    CHECK(talk.what.record.unsettled_since == talk.second());
    CHECK(talk.go_on_to(list_credentials) ==
          steps{inspect_application, add_credential, look_up_principal, inspect_grants, prove, prove});
}

TEST_CASE("a crash between the intent and the reply of a removal: the list says what is left") {
    slot_talk talk;
    talk.answer(lost());
    talk.go_on_to(list_credentials);
    auto shown = talk.ours();
    shown.credentials.push_back({id(0x52)});
    talk.answer(application(shown));
    talk.answer(lost());
    talk.restart(true);
    CHECK(talk.what.record.act == slot_act::none);
    CHECK(talk.go_on_to(list_credentials) == looks);
}

TEST_CASE("what was refused or given up is compared with the tenant before it goes on") {
    for (auto const end : {slot_state::failed, slot_state::pending}) {
        slot_talk talk;
        talk.go_on_to(grant);
        talk.go_on();
        talk.what.record.reason = "it was refused";
        talk.settle(end);
        talk.restart(true);
        CHECK(talk.what.record.state == slot_state::open);
        CHECK(talk.what.record.reason.empty());
        CHECK(talk.finish() == steps{inspect_application, look_up_principal, inspect_grants, prove, prove});
    }
}

TEST_CASE("a create that was given up goes on with looking for it") {
    slot_talk talk;
    talk.answer(lost());
    talk.settle(slot_state::pending);
    talk.restart(true, true);
    CHECK(talk.next() == look_up_application);
}

TEST_CASE("a ready slot in which all is well is read and proven, and nothing is written") {
    slot_talk talk;
    make_ready(talk);
    auto const before = talk.what.record;

    SUBCASE("with the private key") {
        talk.restart(true, true);
        CHECK(talk.finish() == steps{inspect_application, look_up_principal, inspect_grants, prove, prove});
    }
    SUBCASE("without it") {
        talk.restart(false, true);
        CHECK(talk.finish() == steps{inspect_application, look_up_principal, inspect_grants});
    }
    talk.settle(slot_state::ready);
    auto after = talk.what.record;
    after.since = before.since;
    CHECK((after == before));
}

TEST_CASE("verify: the application is gone") {
    slot_talk talk;
    make_ready(talk);
    talk.restart(true, true);
    REQUIRE(talk.next() == inspect_application);
    CHECK(talk.answer(absent()) == meaning::wait);
    CHECK(talk.last.judged.why.find("restore it") != std::string::npos);
    CHECK(talk.next() == inspect_application);
    CHECK_FALSE(talk.what.record.object_id.empty());
}

TEST_CASE("verify: somebody changed the tags") {
    slot_talk talk;
    make_ready(talk);
    talk.restart(true, true);
    auto const ours = intent_tag(talk.what.record.intent);
    std::vector<std::string> const tags[] = {
        {"poolwright", intent_tag(id(0xEE))}, {"poolwright"}, {ours}, {}};
    for (auto const& changed : tags) {
        auto shown = talk.ours();
        shown.tags = changed;
        CHECK(talk.answer(application(shown)) == meaning::slot_refused);
        CHECK(talk.next() == inspect_application);
    }
    CHECK(talk.answer(reply(200, "{}")) == meaning::transient);
}

TEST_CASE("verify: the credential is gone") {
    slot_talk talk;
    make_ready(talk);
    for (bool const with_key : {true, false}) {
        CAPTURE(with_key);
        talk.restart(with_key, true);
        auto shown = talk.ours();
        shown.credentials = {{id(0x51), "backup product"}};
        REQUIRE(talk.answer(application(shown)) == meaning::done);
        CHECK_FALSE(talk.what.record.proven);
        CHECK(talk.go_on_to(add_credential) == steps{look_up_principal, inspect_grants});
    }
    CHECK(talk.go_on_to(list_credentials) == steps{add_credential, prove, prove});
    CHECK(talk.sealed_secret() == "secret-2");
}

TEST_CASE("verify: a ready credential is replaced later if its proof was refused, not if it was given up") {
    slot_talk talk;
    make_ready(talk);
    talk.restart(true, true);
    talk.go_on_to(prove);

    SUBCASE("given up") {
        CHECK(talk.answer(lost()) == meaning::transient);
        talk.settle(slot_state::failed);
        talk.restart(false);
        CHECK(talk.finish() == steps{inspect_application, look_up_principal, inspect_grants});
    }
    SUBCASE("refused") {
        CHECK(talk.answer(authority_refusal(401, 7'000'215)) == meaning::wait);
        talk.settle(slot_state::pending);
        talk.restart(false);
        CHECK(talk.go_on_to(add_credential) == looks);
    }
    SUBCASE("without a permission") {
        auto const& api = talk.policy.profile.resources[0].application_id;
        CHECK(talk.answer(token(api, {})) == meaning::wait);
        CHECK_FALSE(talk.what.record.proven);
        talk.finish();
        CHECK(talk.what.record.proven);
    }
}

TEST_CASE("verify: a list that is older than the credential is no reason to replace it") {
    slot_talk talk;
    talk.finish();
    talk.what.record.since = talk.second();
    talk.settle(slot_state::ready);
    talk.restart(true, true);
    auto shown = talk.ours();
    shown.credentials.clear();
    CHECK(talk.answer(application(shown)) == meaning::wait);
    CHECK(talk.next() == inspect_application);
    CHECK(talk.go_on() == meaning::done);
    CHECK(talk.next() == look_up_principal);
    talk.restart(true, true);
    talk.now += credential_list_lag;
    CHECK(talk.answer(application(shown)) == meaning::done);
    CHECK(talk.go_on_to(add_credential) == steps{look_up_principal, inspect_grants});
}

TEST_CASE("verify: the service principal is gone") {
    slot_talk talk;
    make_ready(talk);
    talk.restart(true, true);
    talk.go_on_to(look_up_principal);
    REQUIRE(talk.answer(absent()) == meaning::done);
    CHECK(talk.what.record.principal_id.empty());
    CHECK(talk.finish() == steps{create_principal, grant, grant, grant, prove, prove});
}

TEST_CASE("verify: the service principal is another one") {
    slot_talk talk;
    make_ready(talk);
    talk.restart(true, true);
    talk.go_on_to(look_up_principal);
    REQUIRE(talk.answer(principal(id(0xC7))) == meaning::done);
    CHECK(talk.what.record.principal_id == id(0xC7));
    CHECK(talk.next() == inspect_grants);
}

TEST_CASE("verify: grants are missing") {
    slot_talk talk;
    make_ready(talk);
    talk.restart(true, true);
    talk.go_on_to(inspect_grants);
    auto const& all = talk.roles;
    constexpr std::string_view next = "https://graph.microsoft.com/v1.0/grants?$skiptoken=2";

    SUBCASE("all of them") {
        REQUIRE(talk.answer(page({})) == meaning::done);
        CHECK(talk.finish() == steps{grant, grant, grant, prove, prove});
    }
    SUBCASE("the first and the last, which alone are granted") {
        app_role const other{.resource_principal = id(0xB9), .role = all[0].role};
        REQUIRE(talk.answer(page({grant_json(id(0xC0), other), grant_json(id(0xC0), all[1])})) ==
                meaning::done);
        REQUIRE(talk.next() == grant);
        talk.go_on();
        CHECK(talk.asked.body.reveal().find(to_string(all[0].role)) != std::string_view::npos);
        REQUIRE(talk.next() == grant);
        talk.go_on();
        CHECK(talk.asked.body.reveal().find(to_string(all[2].role)) != std::string_view::npos);
        CHECK(talk.finish() == steps{prove, prove});
    }
    SUBCASE("none of them, over two pages") {
        REQUIRE(talk.answer(page({grant_json(id(0xC0), all[2])}, next)) == meaning::done);
        CHECK(talk.next() == inspect_grants);
        REQUIRE(talk.answer(page({grant_json(id(0xC0), all[0]), grant_json(id(0xC0), all[1])})) ==
                meaning::done);
        CHECK(talk.asked.target == "/v1.0/grants?$skiptoken=2");
        CHECK(talk.finish() == steps{prove, prove});
    }
    SUBCASE("or so says a reply that is none") {
        CHECK(talk.answer(page({}, "https://evil.example/v1.0/grants")) == meaning::transient);
        CHECK(talk.answer(reply(200, "{}")) == meaning::transient);
        CHECK(talk.next() == inspect_grants);
    }
}

TEST_SUITE_END();
