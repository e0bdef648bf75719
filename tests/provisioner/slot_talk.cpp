#include "tests/provisioner/slot_talk.hpp"

#include "tests/provisioner/printing.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

namespace poolwright::provisioner::test {
namespace {

constexpr std::size_t longest_conversation = 200;

std::vector<app_role> some_roles(std::size_t count) {
    std::vector<app_role> roles;
    for (std::size_t i = 0; i < count; ++i)
        roles.push_back({.resource_principal = id(0xB0), .role = id(static_cast<std::uint8_t>(i + 1))});
    return roles;
}

}  // namespace

slot_talk::slot_talk(std::string_view profile)
    : policy{.profile = *planner::find_profile(profile)},
      roles(some_roles(policy.profile.permission_count())),
      what{.ordinal = 7, .record = {}, .progress = {}},
      intent_recorded(false),
      random_([n = std::uint64_t{0}]() mutable { return n += 0x9E37'79B9'7F4A'7C15U; }) {}

slot_surroundings slot_talk::around() const {
    return {.policy = &policy,
            .services = &services,
            .directory_id = id(0xD0),
            .tenant_name = "Contoso",
            .pool = "exchange",
            .redirect_uri = "https://console.example/adminconsole",
            .roles = &roles,
            .bearer = bearer_,
            .seal_to = &seal_to_,
            .now = now,
            .random = &random_};
}

meaning slot_talk::answer(round_trip_result result) {
    auto const asked_for = next();
    REQUIRE(asked_for != step::finished);
    if (lacks_certificate(what, asked_for, policy)) {
        REQUIRE(pair != nullptr);
        what.progress.pair = pair;
    }
    intent_recorded = needs_intent(asked_for) && begin_act(what, asked_for, around());
    if (intent_recorded) on_disk_ = what.record;
    asked = request_for(asked_for, what, around());
    now += std::chrono::seconds(1);
    last = absorb(asked_for, what, result, around());
    if (last.judged.what == meaning::done && !last.waits_on) what.record.since = second();
    if (last.durable) on_disk_ = what.record;
    return last.judged.what;
}

meaning slot_talk::go_on() {
    return answer(usual(next()));
}

std::vector<step> slot_talk::go_on_to(step end) {
    std::vector<step> taken;
    while (next() != end) {
        REQUIRE(taken.size() < longest_conversation);
        taken.push_back(next());
        auto const found = go_on();
        CAPTURE(taken);
        CAPTURE(last.judged.why);
        REQUIRE(found == meaning::done);
    }
    return taken;
}

void slot_talk::settle(slot_state end) {
    what.record.state = end;
    on_disk_ = what.record;
}

void slot_talk::restart(bool with_key, bool verify) {
    bool const is_here = with_key && pair != nullptr && on_disk_.certificate == fingerprint_of(pair->der());
    what = resume(on_disk_, what.ordinal, with_key ? &key : nullptr, verify, now, is_here ? pair : nullptr);
}

shown_application slot_talk::ours() const {
    shown_application shown{
        .tags = {"poolwright", "poolwright:pool=exchange", intent_tag(what.record.intent)},
        .credentials = {}};
    if (!what.record.certificate.empty() && pair != nullptr) {
        auto const known = what.record.key_id;
        shown.certificates.push_back({.key = known.empty() ? id(0x77) : known, .der = pair->der()});
        return shown;
    }
    if (!what.record.key_id.empty()) shown.credentials.push_back({what.record.key_id});
    return shown;
}

shown_application slot_talk::theirs() const {
    return {.tags = {"poolwright", "poolwright:pool=exchange", intent_tag(id(0xEE))},
            .credentials = {{id(0xE1)}}};
}

std::string slot_talk::sealed_secret() const {
    auto const opened = key.open(what.record.sealed);
    REQUIRE(opened.has_value());
    return std::string(opened->reveal());
}

http_reply slot_talk::usual(step asked_for) {
    switch (asked_for) {
        case step::create_application:
            ++keys_made_;
            if (!what.record.certificate.empty() || lacks_certificate(what, asked_for, policy))
                return created_with({.key = id(keys_made_), .thumbprint = thumbprint_of(pair->der())});
            return created(id(keys_made_), fmt::format("secret-{}", keys_made_));
        case step::add_credential:
            if (makes_certificate(what, policy)) return reply(204, "");
            ++keys_made_;
            return added(id(keys_made_), fmt::format("secret-{}", keys_made_));
        case step::create_principal:
        case step::look_up_principal:
            return principal(id(0xC0));
        case step::grant:
            return reply(201, grant_json(id(0xC0), roles[0]));
        case step::inspect_grants: {
            std::vector<std::string> all;
            for (auto const& role : roles) all.push_back(grant_json(id(0xC0), role));
            return page(all);
        }
        case step::prove: {
            auto const& resource = policy.profile.resources[what.progress.proofs];
            return token(resource.application_id, resource.permissions);
        }
        case step::look_up_application:
        case step::list_credentials:
        case step::inspect_application:
            return application(ours());
        case step::search_deleted:
            return page({json_of(ours())});
        default:
            return reply(204, "");
    }
}

}  // namespace poolwright::provisioner::test
