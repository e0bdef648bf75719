#include "provisioner/slot.hpp"

#include "provisioner/http_wire.hpp"
#include "provisioner/ledger_rows.hpp"
#include "tests/fuzz/input.hpp"
#include "tests/fuzz/reply_text.hpp"
#include "tests/fuzz/slot_witness.hpp"
#include "tests/provisioner/replies.hpp"

#include <algorithm>
#include <vector>

// What a directory and an authority that answer anything do to a slot: a byte for what the operator decided
// (1: --adopt, 2: --restore-deleted, 4: --recreate), then what happens, one after the other and again from
// the beginning until the slot is settled: a reply as reply_text.hpp writes it, `g` for a good one, `l`, `n`
// and `u` for one that was lost, never sent and not trusted, and `k`, `p` and `v` for a process that ends and
// another that takes the slot up with the private key, without it, and to verify.

namespace poolwright::fuzz {

namespace {

using namespace provisioner;
using namespace std::chrono_literals;
namespace good = provisioner::test;

// A slot that goes on for longer than this without having waited goes on for ever: the longest is a list of
// 1,000 pages, which can be read for each of three reasons.
constexpr int most_steps_at_once = 4'000;
// After so many waits an input has shown what it can.
constexpr int most_waits = 64;

class directory {
public:
    explicit directory(std::uint8_t decided)
        : policy_{.profile = *planner::find_profile("commvault-exchange-2020"),
                  .adopt = (decided & 1U) != 0,
                  .restore_deleted = (decided & 2U) != 0,
                  .recreate = (decided & 4U) != 0},
          witness_(policy_, key()) {
        auto const count = policy_.profile.permission_count();
        for (std::size_t i = 0; i < count; ++i)
            roles_.push_back(
                {.resource_principal = good::id(0xB0), .role = good::id(static_cast<std::uint8_t>(i + 1))});
    }

    // One of what happens; false once the slot is settled.
    bool happens(std::string_view what) {
        if (what == "k" || what == "p" || what == "v") {
            restart(what != "p", what == "v");
            return true;
        }
        return is_settled_ || ask(what);
    }

    [[nodiscard]] bool is_settled() const { return is_settled_; }
    [[nodiscard]] int waits() const { return waits_; }

private:
    static private_key const& key() {
        static private_key const one = private_key::generate();
        return one;
    }

    [[nodiscard]] slot_surroundings around() const {
        static public_key const seal_to = key().public_half();
        static std::function<std::uint64_t()> const random = [] { return 0xD0D0'D0D0'D0D0'D0D0U; };
        return {.policy = &policy_,
                .services = &services_,
                .directory_id = good::id(0xD1),
                .tenant_name = "Contoso",
                .pool = "exchange",
                .redirect_uri = "https://console.example/adminconsole",
                .roles = &roles_,
                .bearer = bearer_,
                .seal_to = &seal_to,
                .now = now_,
                .random = &random};
    }

    // What is on disk is what the next process reads.
    void record() {
        on_disk_ = slot_.record;
        auto const row =
            row_of(columns_of(slot_row{.pool = 1, .ordinal = slot_.ordinal, .record = on_disk_}));
        require(row && row->record == on_disk_, "what is recorded of a slot is read back as it was");
    }

    void restart(bool with_key, bool verify) {
        now_ += 10s;
        steps_at_once_ = 0;
        is_settled_ = false;
        bool const is_done = on_disk_.state == slot_state::ready && !verify;
        refused_tokens_ = 0;
        slot_ = resume(on_disk_, slot_.ordinal, with_key ? &key() : nullptr, verify, now_);
        witness_.sees_restart(on_disk_);
        // A ready slot is not taken up unless it is to be verified.
        if (!is_done) return;
        slot_.record = on_disk_;
        is_settled_ = true;
    }

    bool ask(std::string_view what) {
        auto const next = next_step(slot_, policy_);
        if (next == step::finished) return finish();
        if (needs_intent(next) && begin_act(slot_, next, around())) record();
        auto const request = request_for(next, slot_, around());
        check(request);
        witness_.sees_request(next, slot_.record, request);
        auto const result = answer(what, next);
        auto const sealed = slot_.record.sealed;
        now_ += 1s;
        auto const found = absorb(next, slot_, result, around());
        witness_.sees_reply(next, request, result, slot_.record);
        require(slot_.record.sealed == sealed || found.durable || slot_.record.sealed.empty(),
                "a secret that came is recorded before anything else happens");
        if (found.durable) record();
        require(++steps_at_once_ < most_steps_at_once, "a slot ends or waits");
        return go_on(found);
    }

    // As the fleet loop does.
    bool go_on(verdict const& found) {
        auto const& why = found.judged.why;
        switch (found.judged.what) {
            case meaning::done:
                if (!found.waits_on) {
                    slot_.record.since = std::chrono::floor<std::chrono::seconds>(now_);
                    slot_.progress.retry = {};
                }
                return next_step(slot_, policy_) != step::finished || finish();
            case meaning::wait:
            case meaning::transient:
                return try_again(found.judged);
            case meaning::token_refused:
                // A second one that is refused ends the tenant.
                if (++refused_tokens_ < 2) return true;
                return settle(slot_state::failed, why);
            case meaning::slot_pending:
                return settle(slot_state::pending, why);
            default:
                return settle(slot_state::failed, why);
        }
    }

    bool try_again(judgement const& found) {
        auto const decision = throttle::decide(found.facts, slot_.progress.retry, {},
                                               now_ - slot_.record.since, throttle::steady_point(), 7);
        if (decision.action != throttle::retry_action::again)
            return settle(
                decision.action == throttle::retry_action::pending ? slot_state::pending : slot_state::failed,
                found.why);
        auto const wait = decision.at.time_since_epoch();
        require(wait > 0s && wait <= 24h, "who goes again waits, and for a day at most");
        now_ += std::chrono::duration_cast<std::chrono::system_clock::duration>(wait);
        steps_at_once_ = 0;
        ++waits_;
        return true;
    }

    bool settle(slot_state end, std::string const& why) {
        if (end != slot_state::ready) require_reason(why);
        slot_.record.state = end;
        slot_.record.reason = why;
        record();
        is_settled_ = true;
        return false;
    }

    bool finish() {
        witness_.sees_end(slot_.record);
        return settle(slot_state::ready, {});
    }

    round_trip_result answer(std::string_view what, step asked_for) {
        if (what == "g") return good_answer(asked_for);
        if (what == "l") return good::lost();
        if (what == "n") return good::not_sent();
        if (what == "u") return good::untrusted();
        return reply_of(what);
    }

    // Our application as a directory shows it in which all is well.
    [[nodiscard]] good::shown_application ours() const {
        good::shown_application shown{.tags = {"poolwright", intent_tag(slot_.record.intent)},
                                      .credentials = {}};
        if (!slot_.record.object_id.empty()) shown.object_id = slot_.record.object_id;
        if (!slot_.record.key_id.empty()) shown.credentials.push_back({slot_.record.key_id});
        return shown;
    }

    http_reply good_answer(step asked_for) {
        switch (asked_for) {
            case step::create_application:
                return good::created(good::id(++keys_made_), "Xyz8Q~secret");
            case step::add_credential:
                return good::added(good::id(++keys_made_), "Xyz8Q~another");
            case step::create_principal:
            case step::look_up_principal:
                return good::principal(good::id(0xC0));
            case step::grant:
                return good::reply(201, good::grant_json(good::id(0xC0), roles_[0]));
            case step::inspect_grants: {
                std::vector<std::string> all;
                for (auto const& role : roles_) all.push_back(good::grant_json(good::id(0xC0), role));
                return good::page(all);
            }
            case step::prove: {
                auto const& resource = policy_.profile.resources[slot_.progress.proofs];
                return good::token(resource.application_id, resource.permissions);
            }
            case step::look_up_application:
            case step::list_credentials:
            case step::inspect_application:
                return good::application(ours());
            case step::search_deleted:
                return good::page({json_of(ours())});
            default:
                return good::reply(204, "");
        }
    }

    slot_policy policy_;
    cloud services_ = *find_cloud("global");
    std::vector<app_role> roles_;
    std::shared_ptr<secret const> bearer_ = std::make_shared<secret const>("bearer-of-the-provisioner");
    std::chrono::system_clock::time_point now_{1'790'000'000s};
    slot slot_{.ordinal = 7, .record = {}, .progress = {}};
    slot_record on_disk_;
    slot_witness witness_;
    std::uint8_t keys_made_ = 0;
    int refused_tokens_ = 0;
    int steps_at_once_ = 0;
    int waits_ = 0;
    bool is_settled_ = false;
};

bool is_restart(std::string const& what) {
    return what == "k" || what == "p" || what == "v";
}

}  // namespace

void fuzz(std::string_view bytes) {
    input in(bytes);
    directory all(in.byte());
    auto events = split(in.rest());
    for (auto const& each : events) all.happens(each);
    // Processes end no more, so that what is left goes on and on.
    events.erase(std::remove_if(events.begin(), events.end(), is_restart), events.end());
    while (!events.empty() && !all.is_settled() && all.waits() < most_waits)
        for (auto const& each : events)
            if (!all.happens(each)) break;
}

}  // namespace poolwright::fuzz
