#include "tests/provisioner/printing.hpp"
#include "tests/provisioner/slot_talk.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

// The name of a slot is taken: by whom, and what may be done about it.

using namespace poolwright::provisioner;
using namespace poolwright::provisioner::test;
namespace throttle = poolwright::throttle;
using namespace std::chrono_literals;

TEST_SUITE_BEGIN("provisioner");

namespace {

using steps = std::vector<step>;
using enum step;

bool says(slot_talk const& talk, std::string_view words) {
    return talk.last.judged.why.find(words) != std::string::npos;
}

}  // namespace

TEST_CASE("a name held by a living application of somebody else") {
    slot_talk talk;
    talk.answer(name_taken());
    REQUIRE(talk.next() == look_up_application);
    CHECK(talk.what.record.act == slot_act::create);

    SUBCASE("one that poolwright did not make is never touched, with --adopt neither") {
        for (bool const adopt : {false, true}) {
            talk.policy.adopt = adopt;
            shown_application shown{.tags = {"somebody's", intent_tag(id(0xEE))}, .credentials = {}};
            CHECK(talk.answer(application(shown)) == meaning::slot_refused);
            CHECK(says(talk, "poolwright-exchange-0007"));
            CHECK(talk.what.record.object_id.empty());
        }
    }
    SUBCASE("one of another ledger waits for a person") {
        CHECK(talk.answer(application(talk.theirs())) == meaning::slot_pending);
        CHECK(says(talk, "--adopt"));
        CHECK(says(talk, "made by another ledger"));
        CHECK(talk.what.record.object_id.empty());
    }
    SUBCASE("with our tag but without an intent, too") {
        auto shown = talk.theirs();
        shown.tags.pop_back();
        CHECK(talk.answer(application(shown)) == meaning::slot_pending);
    }
    SUBCASE("--adopt takes it over by adding a credential, and removes none") {
        talk.policy.adopt = true;
        REQUIRE(talk.answer(application(talk.theirs())) == meaning::done);
        CHECK(talk.last.durable);
        CHECK(talk.last.event == "app_adopted");
        CHECK(talk.what.record.adopted);
        CHECK(talk.what.record.intent == id(0xEE));
        CHECK(talk.finish() == steps{add_credential, create_principal, grant, grant, grant, prove, prove});
    }
    SUBCASE("--adopt removes none after a lost reply either") {
        talk.policy.adopt = true;
        talk.answer(application(talk.theirs()));
        REQUIRE(talk.next() == add_credential);
        talk.answer(lost());
        CHECK(talk.finish() == steps{add_credential, create_principal, grant, grant, grant, prove, prove});
    }
}

TEST_CASE("a name that nothing answers to is looked for among the living and the deleted in turn") {
    slot_talk talk;
    talk.answer(name_taken());
    for (int i = 0; i < 4; ++i) {
        CHECK(talk.next() == look_up_application);
        CHECK(talk.answer(absent()) == meaning::wait);
        CHECK(talk.last.judged.facts.kind == throttle::reply_kind::replicating);
        CHECK(talk.next() == search_deleted);
        CHECK(talk.answer(page({})) == meaning::wait);
        CHECK(talk.last.judged.facts.kind == throttle::reply_kind::replicating);
    }
    CHECK(says(talk, "is taken"));
}

TEST_CASE("the deleted applications are searched page by page") {
    slot_talk talk;
    talk.answer(name_taken());
    talk.answer(absent());
    auto other = talk.ours();
    other.unique_name = "poolwright-exchange-0008";
    constexpr std::string_view next = "https://graph.microsoft.com/v1.0/deleted?$skiptoken=2";
    REQUIRE(talk.answer(page({json_of(other)}, next)) == meaning::done);
    CHECK(talk.last.waits_on);
    CHECK(talk.next() == search_deleted);
    REQUIRE(talk.answer(page({}, "https://graph.microsoft.com/v1.0/deleted?$skiptoken=3")) == meaning::done);
    CHECK(talk.asked.target == "/v1.0/deleted?$skiptoken=2");
    CHECK(talk.next() == search_deleted);

    SUBCASE("to the last, and then from the first again") {
        CHECK(talk.answer(page({json_of(other)})) == meaning::wait);
        CHECK(talk.next() == look_up_application);
        talk.answer(absent());
        talk.answer(page({}));
        CHECK(talk.asked.target.starts_with("/v1.0/directory/deletedItems/"));
    }
    SUBCASE("and ours is found on a later one") {
        talk.policy.restore_deleted = true;
        CHECK(talk.answer(page({json_of(talk.ours())}, next)) == meaning::done);
        CHECK(talk.next() == restore_application);
    }
    SUBCASE("and a page of another service, or the same again, is a failure, not a page") {
        for (auto const* address : {"https://evil.example/v1.0/deleted", "https://graph.microsoft.com/a b",
                                    "https://graph.microsoft.com/v1.0/deleted?$skiptoken=3"}) {
            CHECK(talk.answer(page({json_of(other)}, address)) == meaning::transient);
            CHECK(talk.asked.to.host == "graph.microsoft.com");
        }
    }
    SUBCASE("and garbage is a failure") {
        CHECK(talk.answer(reply(200, R"({"value":null})")) == meaning::transient);
    }
}

TEST_CASE("a deleted application that holds the name") {
    slot_talk talk;
    talk.answer(name_taken());
    talk.answer(absent());
    REQUIRE(talk.next() == search_deleted);

    SUBCASE("of somebody else is never restored") {
        talk.policy.adopt = talk.policy.restore_deleted = true;
        shown_application const shown{.tags = {"somebody's"}, .credentials = {}};
        CHECK(talk.answer(page({json_of(shown)})) == meaning::slot_refused);
        CHECK(says(talk, "30 days"));
    }
    SUBCASE("of ours waits for a person, who is told the remedy") {
        CHECK(talk.answer(page({json_of(talk.ours())})) == meaning::slot_pending);
        CHECK(says(talk, "--restore-deleted,"));
        CHECK(says(talk, "poolwright-exchange-0007"));
    }
    SUBCASE("of another ledger needs both options") {
        for (auto const& [adopt, restore] : {std::pair(false, false), {true, false}, {false, true}}) {
            talk.policy.adopt = adopt;
            talk.policy.restore_deleted = restore;
            CHECK(talk.answer(page({json_of(talk.theirs())})) == meaning::slot_pending);
            CHECK(says(talk, "--restore-deleted --adopt"));
        }
        talk.policy.adopt = talk.policy.restore_deleted = true;
        CHECK(talk.answer(page({json_of(talk.theirs())})) == meaning::done);
        CHECK(talk.next() == restore_application);
    }
    SUBCASE("of ours is restored and adopted with --restore-deleted") {
        talk.policy.restore_deleted = true;
        REQUIRE(talk.answer(page({json_of(talk.ours())})) == meaning::done);
        REQUIRE(talk.next() == restore_application);
        CHECK(talk.go_on() == meaning::done);
        CHECK(talk.asked.target == "/v1.0/directory/deletedItems/" + to_string(id(0xA1)) + "/restore");
        CHECK(talk.next() == look_up_application);
        CHECK(talk.answer(absent()) == meaning::wait);
        CHECK(talk.answer(page({})) == meaning::wait);
        CHECK(talk.go_on_to(list_credentials) == steps{look_up_application, add_credential, create_principal,
                                                       grant, grant, grant, prove, prove});
    }
    SUBCASE("that is gone when it is to be restored is looked for again, until the deadline") {
        talk.policy.restore_deleted = true;
        for (int i = 0; i < 3; ++i) {
            REQUIRE(talk.answer(page({json_of(talk.ours())})) == meaning::done);
            // Found once more is no progress: the wait for the name goes on counting.
            CHECK(talk.last.waits_on);
            REQUIRE(talk.next() == restore_application);
            CHECK(talk.answer(absent()) == meaning::wait);
            CHECK(talk.next() == look_up_application);
            CHECK(talk.answer(absent()) == meaning::wait);
            REQUIRE(talk.next() == search_deleted);
        }
    }
}

TEST_SUITE_END();
