#include "tests/provisioner/a_certificate.hpp"
#include "tests/provisioner/printing.hpp"
#include "tests/provisioner/slot_talk.hpp"

#include <boost/json/parse.hpp>
#include <doctest/doctest.h>

#include <string>
#include <vector>

// A credential that is a certificate: recorded before it is sent, found again after whatever was lost, and
// never put in the place of somebody else's.

using namespace poolwright::provisioner;
using namespace poolwright::provisioner::test;
using namespace std::chrono_literals;

TEST_SUITE_BEGIN("provisioner");

namespace {

using steps = std::vector<step>;
using enum step;

std::shared_ptr<certificate const> first_pair() {
    static auto const made = std::make_shared<certificate const>(a_certificate());
    return made;
}

std::shared_ptr<certificate const> another_pair() {
    static auto const made =
        std::make_shared<certificate const>(certificate::make("another", valid_from, valid_until));
    return made;
}

slot_talk talk_of_certificates() {
    slot_talk talk;
    talk.policy.credential = credential_kind::certificate;
    talk.pair = first_pair();
    return talk;
}

boost::json::object body_of(http_request const& asked) {
    return boost::json::parse(asked.body.reveal()).as_object();
}

http_reply secrets_forbidden() {
    return refusal(400, "CredentialTypeNotAllowedAsPerAppPolicy",
                   "Credential type not allowed as per assigned policy 'x'.");
}

http_reply key_not_found() {
    return authority_refusal(401, 700027);
}

// Another certificate than ours that lies on an application of ours.
shown_application with_foreign(slot_talk const& talk) {
    auto shown = talk.ours();
    shown.certificates = {{.key = id(0xF1), .name = "somebody's", .der = another_pair()->der()}};
    return shown;
}

}  // namespace

TEST_CASE("an app is made with its certificate in the place of a secret, and proves itself by it") {
    auto talk = talk_of_certificates();
    REQUIRE(talk.next() == create_application);
    CHECK(talk.go_on() == meaning::done);
    CHECK(talk.intent_recorded);
    auto const body = body_of(talk.asked);
    CHECK_FALSE(body.contains("passwordCredentials"));
    auto const& sent = body.at("keyCredentials").as_array().at(0).as_object();
    CHECK(sent.at("type") == "AsymmetricX509Cert");
    CHECK(sent.at("usage") == "Verify");
    CHECK(sent.at("displayName") == "poolwright");
    CHECK(sent.at("startDateTime") == "2026-10-01T10:00:00Z");
    CHECK(sent.at("endDateTime") == "2028-09-30T10:00:00Z");
    CHECK(talk.what.record.certificate == fingerprint_of(first_pair()->der()));
    CHECK(talk.what.record.sealed.empty());
    CHECK(talk.what.record.key_id == id(1));
    CHECK(talk.what.record.expires_at == valid_until);

    talk.go_on_to(prove);
    talk.go_on();
    CHECK(talk.asked.body.reveal().find("client_assertion=") != std::string_view::npos);
    CHECK(talk.asked.body.reveal().find("client_secret") == std::string_view::npos);
    CHECK(talk.finish() == steps{prove});
    CHECK(talk.what.record.unsettled_since == wall_seconds{});
}

TEST_CASE("a certificate that is not known yet is waited for") {
    auto talk = talk_of_certificates();
    talk.go_on_to(prove);
    CHECK(talk.answer(key_not_found()) == meaning::wait);
    talk.now += secret_lag;
    // Once too long: whether it is on the application is looked at, and it is proven again.
    CHECK(talk.answer(key_not_found()) == meaning::done);
    CHECK(talk.go_on_to(prove) == steps{inspect_application});
    CHECK(talk.answer(key_not_found()) == meaning::wait);
    CHECK(talk.finish() == steps{prove, prove});
}

TEST_CASE("after a lost reply the certificate is found on the application, and nothing has to be swept") {
    for (bool const crashed : {false, true}) {
        CAPTURE(crashed);
        auto talk = talk_of_certificates();
        CHECK(talk.answer(lost()) == meaning::transient);
        if (crashed) talk.restart(true);
        CHECK(talk.next() == look_up_application);
        CHECK(talk.go_on() == meaning::done);
        CHECK(talk.what.record.key_id == id(0x77));
        CHECK(talk.what.record.unsettled_since == wall_seconds{});
        CHECK(talk.finish() == steps{create_principal, grant, grant, grant, prove, prove});
    }
}

TEST_CASE(
    "without the private key another certificate is registered in the place of one that was never proven") {
    auto talk = talk_of_certificates();
    talk.answer(lost());
    talk.restart(false);
    auto const before = talk.ours();
    CHECK(talk.answer(application(before)) == meaning::done);
    CHECK(talk.what.record.key_id.empty());
    talk.pair = another_pair();
    REQUIRE(talk.next() == inspect_application);
    CHECK(talk.answer(application(before)) == meaning::done);
    REQUIRE(talk.next() == add_credential);
    CHECK(talk.go_on() == meaning::done);
    CHECK(talk.intent_recorded);
    CHECK(talk.asked.method == http_method::patch);
    CHECK(body_of(talk.asked).at("keyCredentials").as_array().size() == 1);
    CHECK(talk.what.record.certificate == fingerprint_of(another_pair()->der()));
    // Under which key id it is there is read, however late that shows it.
    REQUIRE(talk.next() == inspect_application);
    CHECK(talk.answer(application(before)) == meaning::wait);
    CHECK(talk.go_on() == meaning::done);
    CHECK(talk.what.record.key_id == id(0x77));
    talk.go_on_to(list_credentials);
    talk.go_on();
    CHECK(talk.next() == finished);
}

TEST_CASE("a certificate is never put in the place of somebody else's") {
    auto talk = talk_of_certificates();
    talk.answer(lost());
    talk.restart(true);
    CHECK(talk.answer(application(with_foreign(talk))) == meaning::done);
    REQUIRE(talk.next() == inspect_application);
    CHECK(talk.answer(application(with_foreign(talk))) == meaning::slot_pending);
    CHECK(talk.last.judged.why.find("certificates of somebody else") != std::string::npos);
    CHECK(talk.last.judged.why.find("--credential secret") != std::string::npos);
}

TEST_CASE("nor where it is found out only then that the credential cannot be a secret") {
    slot_talk talk;
    talk.policy.credential = credential_kind::automatic;
    talk.pair = first_pair();
    talk.answer(lost());
    talk.restart(true);
    CHECK(talk.answer(application(with_foreign(talk))) == meaning::done);
    talk.restart(true);
    talk.pair = first_pair();
    REQUIRE(talk.next() == inspect_application);
    // A secret does it no harm, so nothing keeps that from being tried.
    CHECK(talk.answer(application(with_foreign(talk))) == meaning::done);
    while (talk.next() != add_credential) CHECK(talk.go_on() == meaning::done);
    CHECK(talk.answer(secrets_forbidden()) == meaning::done);
    REQUIRE(talk.next() == inspect_application);
    CHECK(talk.answer(application(with_foreign(talk))) == meaning::slot_pending);
    CHECK(talk.last.judged.why.find("certificates of somebody else") != std::string::npos);
}

TEST_CASE("nor is one of ours replaced beside somebody else's where its key is not here") {
    auto talk = talk_of_certificates();
    talk.go_on();
    talk.restart(false);
    talk.pair = another_pair();
    auto both = with_foreign(talk);
    both.certificates[0].der = "not ours";
    both.certificates.push_back({.key = talk.what.record.key_id, .der = first_pair()->der()});
    REQUIRE(talk.next() == inspect_application);
    CHECK(talk.answer(application(both)) == meaning::slot_pending);
}

TEST_CASE("one of ours that nobody knows is removed, and what is known stays") {
    slot_talk talk;
    talk.answer(lost());
    talk.restart(true);
    auto stray = talk.ours();
    stray.certificates = {{.key = id(0xF2), .der = another_pair()->der()}};
    talk.answer(application(stray));
    talk.go_on_to(list_credentials);
    talk.now += credential_list_lag;
    auto listed = talk.ours();
    listed.certificates = stray.certificates;
    CHECK(talk.answer(application(listed)) == meaning::done);
    REQUIRE(talk.next() == remove_credential);
    CHECK(talk.go_on() == meaning::done);
    CHECK(talk.asked.method == http_method::patch);
    CHECK(body_of(talk.asked).at("keyCredentials").as_array().empty());
    CHECK(talk.answer(application(listed)) == meaning::wait);
    CHECK(talk.finish() == steps{list_credentials});
}

TEST_CASE("a certificate that is gone from a ready app is registered once more") {
    auto talk = talk_of_certificates();
    talk.finish();
    talk.settle(slot_state::ready);
    talk.now += 24h;
    talk.policy.credential = credential_kind::secret;
    talk.restart(true, true);
    auto bare = talk.ours();
    bare.certificates.clear();
    talk.now += credential_list_lag;
    CHECK(talk.answer(application(bare)) == meaning::done);
    auto const done = talk.go_on_to(prove);
    CHECK(std::find(done.begin(), done.end(), add_credential) != done.end());
    CHECK(talk.what.record.certificate == fingerprint_of(first_pair()->der()));
    CHECK(talk.what.record.key_id == id(0x77));
}

TEST_CASE("one that is registered once more is proven from the beginning, also if the reply was lost") {
    auto talk = talk_of_certificates();
    talk.go_on_to(prove);
    talk.what.record.unsettled_since = talk.second();
    talk.go_on_to(list_credentials);
    auto bare = talk.ours();
    bare.certificates.clear();
    talk.now += credential_list_lag;
    CHECK(talk.answer(application(bare)) == meaning::done);
    REQUIRE(talk.next() == add_credential);
    CHECK(talk.answer(lost()) == meaning::transient);
    REQUIRE(talk.next() == inspect_application);
    auto const done = talk.finish();
    CHECK(std::count(done.begin(), done.end(), prove) == 2);
    CHECK(talk.what.record.proven);
}

TEST_CASE("where secrets are forbidden an app gets a certificate only if that was asked for") {
    slot_talk plain;
    CHECK(plain.answer(secrets_forbidden()) == meaning::tenant_refused);
    CHECK(plain.last.judged.why.find("--credential auto") != std::string::npos);

    slot_talk talk;
    talk.policy.credential = credential_kind::automatic;
    talk.pair = first_pair();
    CHECK(talk.answer(secrets_forbidden()) == meaning::done);
    CHECK(talk.last.judged.why.find("CredentialTypeNotAllowedAsPerAppPolicy") != std::string::npos);
    REQUIRE(talk.next() == create_application);
    CHECK(talk.go_on() == meaning::done);
    CHECK(talk.intent_recorded);
    CHECK(body_of(talk.asked).contains("keyCredentials"));
    talk.finish();
    // A certificate may be forbidden, too.
    slot_talk strict;
    strict.policy.credential = credential_kind::certificate;
    strict.pair = first_pair();
    CHECK(strict.answer(secrets_forbidden()) == meaning::tenant_refused);
}

TEST_SUITE_END();
