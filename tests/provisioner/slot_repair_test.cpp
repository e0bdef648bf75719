#include "tests/provisioner/printing.hpp"
#include "tests/provisioner/slot_talk.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

// After a lost reply or a crash: nothing is made twice, and no credential stays behind that nobody knows.

using namespace poolwright::provisioner;
using namespace poolwright::provisioner::test;
namespace throttle = poolwright::throttle;
using namespace std::chrono_literals;

TEST_SUITE_BEGIN("provisioner");

namespace {

using steps = std::vector<step>;
using enum step;

}  // namespace

TEST_CASE("after a create of unknown outcome its application is looked for before another is made") {
    struct row {
        char const* how;
        round_trip_result (*answer)();
        meaning what;
    };
    constexpr row rows[] = {
        {"lost", [] { return lost(); }, meaning::transient},
        {"429", [] { return round_trip_result(throttled()); }, meaning::wait},
        {"500", [] { return round_trip_result(reply(500, "")); }, meaning::transient},
        {"503", [] { return round_trip_result(reply(503, "")); }, meaning::transient},
        {"504", [] { return round_trip_result(reply(504, "<html>")); }, meaning::transient},
        {"201, empty", [] { return round_trip_result(reply(201, "")); }, meaning::transient},
        {"201, cut off", [] { return round_trip_result(reply(201, R"({"id":"a1a1a1a1-)")); },
         meaning::transient},
        {"201, no ids", [] { return round_trip_result(reply(201, R"({"displayName":"x"})")); },
         meaning::transient},
    };
    for (auto const& each : rows) {
        CAPTURE(each.how);
        slot_talk talk;
        CHECK(talk.answer(each.answer()) == each.what);
        CHECK_FALSE(talk.last.durable);
        CHECK(talk.what.record.act == slot_act::create);
        CHECK(talk.what.record.object_id.empty());
        CHECK(talk.next() == look_up_application);
    }
}

TEST_CASE("our own application is adopted without asking, and gets a credential that we know") {
    slot_talk talk;
    talk.answer(lost());
    REQUIRE(talk.go_on() == meaning::done);
    CHECK(talk.last.durable);
    CHECK(talk.last.event == "app_adopted");
    CHECK(talk.what.record.object_id == id(0xA1));
    CHECK(talk.what.record.act == slot_act::none);
    CHECK_FALSE(talk.what.record.adopted);
    // The secret that was made with it is lost, and its credential is still there.
    CHECK(talk.what.record.unsettled_since == talk.second());
    CHECK(talk.go_on_to(list_credentials) ==
          steps{add_credential, create_principal, grant, grant, grant, prove, prove});
    CHECK(talk.sealed_secret() == "secret-1");
    CHECK(talk.go_on() == meaning::done);
    CHECK(talk.what.record.unsettled_since == wall_seconds{});
    CHECK(talk.next() == finished);
}

TEST_CASE("an application that never arrived is made, with the same intent") {
    slot_talk talk;
    talk.answer(lost());
    auto const intent = talk.what.record.intent;
    CHECK(talk.answer(absent()) == meaning::done);
    CHECK(talk.next() == create_application);

    SUBCASE("and nothing is left to be settled") {
        CHECK(talk.go_on() == meaning::done);
        CHECK(talk.what.record.intent == intent);
        CHECK(talk.finish() == steps{create_principal, grant, grant, grant, prove, prove});
    }
    SUBCASE("unless it arrived in the meantime") {
        CHECK(talk.answer(name_taken()) == meaning::done);
        CHECK(talk.next() == look_up_application);
        CHECK(talk.answer(absent()) == meaning::wait);
        CHECK(talk.next() == search_deleted);
        CHECK(talk.answer(page({})) == meaning::wait);
        CHECK(talk.next() == look_up_application);
        CHECK(talk.go_on() == meaning::done);
        CHECK(talk.last.event == "app_adopted");
    }
}

TEST_CASE("a reply that brings no secret leads to one that does, and the credential without is swept") {
    for (std::string_view const list :
         {"null", "[]", R"([{"keyId":"05050505-0505-0505-0505-050505050505","secretText":null}])"}) {
        CAPTURE(list);
        slot_talk talk;
        auto const ids = R"({"id":")" + to_string(id(0xA1)) + R"(","appId":")" + to_string(id(0xA2));
        auto const body = ids + R"(","passwordCredentials":)" + std::string(list) + "}";
        REQUIRE(talk.answer(reply(201, body)) == meaning::done);
        CHECK(talk.last.event == "app_created");
        CHECK(talk.last.durable);
        CHECK(talk.next() == add_credential);
        CHECK(talk.go_on() == meaning::done);
        CHECK(talk.intent_recorded);
        CHECK(talk.last.event == "credential_added");
        CHECK(talk.last.durable);
        CHECK(talk.go_on_to(list_credentials).back() == prove);
    }
}

TEST_CASE("a credential whose reply was lost is added again, and the other one is swept a minute later") {
    slot_talk talk;
    talk.answer(lost());
    talk.go_on();
    REQUIRE(talk.next() == add_credential);
    for (auto const& answer : {+[] { return lost(); }, +[] { return round_trip_result(throttled()); },
                               +[] { return round_trip_result(reply(200, R"({"keyId":null})")); }}) {
        talk.now += 5min;
        talk.answer(answer());
        CHECK(talk.intent_recorded);
        CHECK(talk.next() == add_credential);
        CHECK(talk.what.record.key_id.empty());
        CHECK(talk.what.record.unsettled_since == talk.second());
    }
    auto const since = talk.what.record.unsettled_since;
    talk.go_on_to(list_credentials);
    CHECK(talk.what.record.unsettled_since == since);
    CHECK(credential_list_lag == 60s);
}

TEST_CASE("a credential that was certainly not added leaves nothing to be settled") {
    slot_talk talk;
    REQUIRE(talk.answer(created(id(5), "s")) == meaning::done);
    talk.what.progress.replace_credential = true;
    talk.go_on_to(add_credential);
    talk.answer(not_sent());
    talk.answer(absent());
    talk.answer(refusal(409, "Directory_ConcurrencyViolation", ""));
    CHECK(talk.what.record.unsettled_since == wall_seconds{});
    CHECK(talk.next() == add_credential);
}

TEST_CASE(
    "a directory that lists another credential for each that is removed does not keep the run for ever") {
    slot_talk talk;
    talk.answer(lost());
    talk.go_on_to(list_credentials);
    auto other = id(0x80);
    std::size_t removed = 0;
    for (; removed < 2'000; ++removed) {
        auto shown = talk.ours();
        ++other.bytes[removed % 15];
        ++other.bytes[15];
        shown.credentials.push_back({other});
        if (talk.answer(application(shown)) != meaning::done) break;
        REQUIRE(talk.next() == remove_credential);
        REQUIRE(talk.go_on() == meaning::done);
    }
    CHECK(removed == 1'000);
    CHECK(talk.last.judged.what == meaning::slot_pending);
    CHECK(talk.last.judged.why.find("1000 of its credentials were removed") != std::string::npos);
}

TEST_CASE("a secret that the authority never knows is replaced, once, and swept") {
    slot_talk talk;
    talk.go_on_to(prove);
    auto const wrong = talk.what.record.key_id;
    talk.now += secret_lag - 10s;
    CHECK(talk.answer(authority_refusal(401, 7'000'215)) == meaning::wait);
    CHECK(talk.next() == prove);
    talk.now += 20s;
    CHECK(talk.answer(authority_refusal(401, 7'000'222)) == meaning::wait);
    CHECK(talk.answer(authority_refusal(401, 7'000'215)) == meaning::done);
    CHECK(talk.go_on_to(list_credentials) == steps{add_credential, prove, prove});
    CHECK(talk.what.record.key_id != wrong);
    CHECK(talk.what.record.unsettled_since != wall_seconds{});
}

TEST_CASE(
    "a secret that the authority does not know is not replaced twice in a run, nor where it was proven") {
    slot_talk talk;
    talk.go_on_to(prove);
    talk.now += secret_lag;
    CHECK(talk.answer(authority_refusal(401, 7'000'215)) == meaning::done);
    talk.go_on_to(prove);
    talk.now += secret_lag;
    CHECK(talk.answer(authority_refusal(401, 7'000'215)) == meaning::wait);

    slot_talk ready;
    ready.finish();
    ready.settle(slot_state::ready);
    ready.now += 24h;
    ready.restart(true, true);
    ready.go_on_to(prove);
    CHECK(ready.answer(authority_refusal(401, 7'000'215)) == meaning::wait);
    CHECK(ready.next() == prove);
}

TEST_CASE("of the listed credentials only unknown ones of ours are removed, one at a time") {
    slot_talk talk;
    talk.answer(lost());
    talk.go_on_to(list_credentials);
    auto const own = talk.what.record.key_id;
    auto shown = talk.ours();
    shown.credentials = {{id(0x51), "backup product"}, {id(0x52)}, {own}, {id(0x53), ""}, {id(0x54)}};
    REQUIRE(talk.answer(application(shown)) == meaning::done);
    CHECK(talk.next() == remove_credential);
    CHECK(talk.go_on() == meaning::done);
    CHECK(talk.intent_recorded);
    CHECK(talk.last.durable);
    CHECK(talk.last.event == "credential_removed");
    CHECK(talk.asked.body.reveal() == R"({"keyId":")" + to_string(id(0x52)) + "\"}");

    SUBCASE("a list that still shows the removed one is old") {
        CHECK(talk.answer(application(shown)) == meaning::wait);
        CHECK(talk.last.judged.facts.kind == throttle::reply_kind::replicating);
        CHECK(talk.next() == list_credentials);
    }
    shown.credentials = {{id(0x51), "backup product"}, {own}, {id(0x53), ""}, {id(0x54)}};
    REQUIRE(talk.answer(application(shown)) == meaning::done);
    REQUIRE(talk.go_on() == meaning::done);
    CHECK(talk.asked.body.reveal() == R"({"keyId":")" + to_string(id(0x54)) + "\"}");
    shown.credentials.pop_back();
    CHECK(talk.answer(application(shown)) == meaning::done);
    CHECK(talk.next() == finished);
    CHECK(talk.what.record.key_id == own);
}

TEST_CASE("a removal of unknown outcome is repeated, and one that was done before is done") {
    slot_talk talk;
    talk.answer(lost());
    talk.go_on_to(list_credentials);
    auto shown = talk.ours();
    shown.credentials.push_back({id(0x52)});
    talk.answer(application(shown));
    CHECK(talk.answer(lost()) == meaning::transient);
    CHECK(talk.what.record.act == slot_act::remove_credential);
    CHECK(talk.what.record.act_key == id(0x52));
    CHECK(talk.next() == remove_credential);
    CHECK(talk.answer(absent()) == meaning::done);
    CHECK(talk.next() == list_credentials);
    CHECK(talk.finish() == steps{list_credentials});
}

TEST_CASE("a list that does not show the credential we proved is old") {
    slot_talk talk;
    talk.answer(lost());
    talk.go_on_to(list_credentials);
    auto shown = talk.ours();
    shown.credentials.clear();
    CHECK(talk.answer(application(shown)) == meaning::wait);
    CHECK(talk.last.judged.facts.kind == throttle::reply_kind::replicating);
    CHECK(talk.next() == list_credentials);
    CHECK(talk.what.record.unsettled_since != wall_seconds{});
    CHECK(talk.go_on() == meaning::done);
    CHECK(talk.next() == finished);
}

TEST_CASE("no credential is removed from an application whose tags are no longer ours") {
    slot_talk talk;
    talk.answer(lost());
    talk.go_on_to(list_credentials);
    std::vector<std::string> const tags[] = {
        {"poolwright", intent_tag(id(0xEE))}, {"poolwright"}, {intent_tag(talk.what.record.intent)}, {}};
    for (auto const& changed : tags) {
        auto shown = talk.ours();
        shown.tags = changed;
        shown.credentials.push_back({id(0x52)});
        CHECK(talk.answer(application(shown)) == meaning::slot_pending);
        CHECK(talk.next() == list_credentials);
    }
    CHECK(talk.answer(reply(200, "{}")) == meaning::transient);
    CHECK(talk.answer(absent()) == meaning::wait);
}

TEST_SUITE_END();
