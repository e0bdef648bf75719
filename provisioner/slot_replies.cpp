#include "provisioner/slot_replies.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

// Takes a reply in: judged first, then read by the function of its step.

namespace poolwright::provisioner {

bool is_no_page(std::string_view next, slot& what, slot_surroundings const& around) {
    // Of 999 applications each: more than a directory holds.
    constexpr std::uint16_t most_pages = 1'000;
    if (next.empty()) {
        what.progress.pages = 0;
        return false;
    }
    bool const endless = next == what.progress.page || ++what.progress.pages > most_pages;
    return endless || !is_next_page(around.services->graph, next);
}

namespace {

verdict created(slot& what, http_reply const& reply, slot_surroundings const& around) {
    auto made = read_created_application(reply);
    if (!made) {
        what.progress.look_first = true;
        return judged_as(garbled(step::create_application));
    }
    take_application(what, made->facts);
    if (!what.record.certificate.empty()) {
        auto const* const own = own_certificate(what, made->facts);
        if (own != nullptr) take_certificate(what, own->key_id);
    } else if (made->key_id.empty()) {
        // A credential may have been made whose secret did not come.
        what.record.unsettled_since = seconds_of(around);
    } else {
        take_credential(what, made->key_id, std::move(made->secret_text), around);
    }
    return lasting("app_created");
}

verdict principal_known(slot& what, http_reply const& reply, step answered) {
    auto const id = read_object_id(reply);
    if (id.empty()) return judged_as(garbled(answered));
    what.record.principal_id = id;
    what.progress.principal_exists = false;
    what.progress.principal_inspected = true;
    return judged_as({});
}

verdict principal_absent(slot& what, judgement found) {
    if (what.progress.principal_exists) return judged_as(not_yet(std::move(found.why)));
    what.record.principal_id = {};
    what.progress.principal_inspected = true;
    what.progress.grants_inspected = true;
    what.progress.granted = 0;
    return judged_as({});
}

verdict granted(slot& what) {
    what.progress.granted |= what.progress.granted + 1;
    return judged_as({});
}

verdict grants_inspected(slot& what, http_reply const& reply, slot_surroundings const& around) {
    auto const page = read_grant_page(reply);
    if (!page || is_no_page(page->next, what, around)) return judged_as(garbled(step::inspect_grants));
    for (std::size_t i = 0; i < around.roles->size(); ++i) {
        bool const there =
            std::find(page->grants.begin(), page->grants.end(), (*around.roles)[i]) != page->grants.end();
        if (there) what.progress.granted |= std::uint64_t{1} << i;
    }
    what.progress.page = page->next;
    what.progress.grants_inspected = page->next.empty();
    return judged_as({});
}

constexpr std::string_view foreign_hint =
    "it has certificates of somebody else, and to add one is only allowed to whoever holds the key of one of "
    "them: remove them in the portal if they are not used, or make a secret for it with --credential secret";

bool is_credential_missing(slot const& what, application_facts const& facts) {
    if (what.progress.registered) return true;
    auto const& keys = facts.credentials;
    return !what.record.key_id.empty() &&
           std::find(keys.begin(), keys.end(), what.record.key_id) == keys.end();
}

// The next credential is a certificate, which would take the place of others.
bool may_not_register(slot const& what, application_facts const& facts, slot_surroundings const& around) {
    bool const is_needed = what.record.key_id.empty() || what.progress.replace_credential;
    return is_needed && makes_certificate(what, *around.policy) && has_foreign_certificate(what, facts);
}

// The slot's certificate is on the application. True if the record learns something by it: one that cannot be
// used here and was never heard of again will be replaced.
bool recognise(slot& what, listed_certificate const& own) {
    bool const is_usable = what.progress.pair != nullptr || !what.record.key_id.empty();
    bool const is_new = is_usable && what.record.key_id != own.key_id;
    if (is_usable) take_certificate(what, own.key_id);
    return is_new;
}

verdict application_inspected(slot& what, http_reply const& reply, slot_surroundings const& around) {
    auto const facts = read_application(reply);
    if (!facts) return judged_as(garbled(step::inspect_application));
    if (!facts->ours || facts->intent != what.record.intent) {
        return judged_as(stop(meaning::slot_refused,
                              "somebody changed its tags, so poolwright does not touch it any more"));
    }
    auto const* const own = own_certificate(what, *facts);
    bool const is_new = own != nullptr && recognise(what, *own);
    if (own == nullptr && is_credential_missing(what, *facts)) {
        // A slot that was begun a moment ago: what is read may be older than its credential.
        if (around.now < what.record.since + credential_list_lag)
            return judged_as(not_yet("its credential is not listed yet"));
        what.progress.replace_credential = true;
        what.record.proven = false;
    }
    constexpr std::uint8_t most_registrations = 3;
    if (own == nullptr && what.progress.registrations >= most_registrations)
        return judged_as(stop(meaning::slot_pending, "its certificate was registered and is not listed"));
    what.progress.registered = false;
    what.progress.application_inspected = true;
    // Beside a secret they do not matter. Whether one can be made may be found out only by trying.
    what.progress.certificates_seen = makes_certificate(what, *around.policy);
    if (may_not_register(what, *facts, around))
        return judged_as(stop(meaning::slot_pending, std::string(foreign_hint)));
    return is_new ? lasting({}) : judged_as({});
}

verdict absorb_success(step answered, slot& what, http_reply const& reply, slot_surroundings const& around) {
    switch (answered) {
        case step::create_application:
            return created(what, reply, around);
        case step::look_up_application:
            return looked_up(what, reply, around);
        case step::search_deleted:
            return searched_deleted(what, reply, around);
        case step::restore_application:
            return restored(what);
        case step::add_credential:
            return credential_added(what, reply, around);
        case step::create_principal:
        case step::look_up_principal:
            return principal_known(what, reply, answered);
        case step::grant:
            return granted(what);
        case step::inspect_grants:
            return grants_inspected(what, reply, around);
        case step::prove:
            return proved(what, reply, around);
        case step::list_credentials:
            return credentials_listed(what, reply, around);
        case step::remove_credential:
            return credential_removed(what);
        case step::inspect_application:
            return application_inspected(what, reply, around);
        default:
            throw std::logic_error(fmt::format("no reply to a slot's step: {}", to_string(answered)));
    }
}

// A reply that does not say what became of an act that cannot be repeated.
void note_lost_outcome(step answered, slot& what, slot_surroundings const& around) {
    if (answered == step::create_application) what.progress.look_first = true;
    bool const is_certificate = !what.record.certificate.empty();
    if (answered == step::add_credential && is_certificate) {
        // Whether it is there is looked up; nothing is left that nobody knows of.
        what.progress.certificates_seen = false;
        what.progress.registered = true;
        what.progress.proofs = 0;
        what.record.act = slot_act::none;
    } else if (answered == step::add_credential) {
        what.record.unsettled_since = seconds_of(around);
        what.record.act = slot_act::none;
    }
}

// A refusal speaks against a credential also where it was proven before; a lost or throttled call does not.
bool speaks_against_credential(step answered, judgement const& found) noexcept {
    if (answered != step::prove) return false;
    return found.what == meaning::slot_refused || found.facts.kind == throttle::reply_kind::replicating;
}

// An application that the ledger knows and that is gone for longer than a read can lag.
bool is_gone(step answered, slot const& what, round_trip_result const& result,
             slot_surroundings const& around) {
    return answered == step::inspect_application && result.has_value() && result->status == 404 &&
           around.now >= what.record.since + credential_list_lag;
}

// The slot begins anew. Under the same intent, so that an application which is only deleted is still known as
// ours; the intent of another ledger is not ours to give.
void forget_application(slot& what, slot_surroundings const& around) {
    slot_record fresh;
    if (!what.record.adopted) {
        fresh.intent = what.record.intent;
        fresh.display_name = what.record.display_name;
    }
    fresh.since = seconds_of(around);
    what.record = std::move(fresh);
    what.progress = {};
    what.progress.look_first = true;
}

// A secret that never opened anything, and that is unknown for longer than it takes to arrive. One that was
// proven is never replaced for this: the product may be using it.
bool must_be_replaced(step answered, slot const& what, round_trip_result const& result,
                      slot_surroundings const& around) {
    constexpr long unknown_secret = 7000215;      // AADSTS7000215: Invalid client secret provided
    constexpr long unknown_certificate = 700027;  // AADSTS700027: … the key was not found
    auto const& progress = what.progress;
    if (answered != step::prove || progress.prove_again || progress.replaced || !result.has_value())
        return false;
    if (around.now < what.record.since + secret_lag) return false;
    auto const token = read_token_reply(*result);
    auto const unknown = what.record.certificate.empty() ? unknown_secret : unknown_certificate;
    return token.has_error() && token.error().code == unknown;
}

// Then the credential is a certificate.
bool are_secrets_forbidden(step answered, slot const& what, round_trip_result const& result,
                           slot_surroundings const& around) {
    bool const makes_one = answered == step::create_application || answered == step::add_credential;
    if (!makes_one || around.policy->credential != credential_kind::automatic) return false;
    if (!what.record.certificate.empty() || !result.has_value()) return false;
    auto const error = read_graph_error(*result);
    constexpr std::string_view code = "CredentialTypeNotAllowedAsPerAppPolicy";
    return result->status < 500 && (error.code == code || error.detail == code);
}

verdict absorb_absence(step answered, slot& what, judgement found) {
    if (answered == step::look_up_application) return not_found(what, found);
    if (answered == step::look_up_principal) return principal_absent(what, std::move(found));
    // A deleted application that is gone when it is to be restored: the name is free, or somebody restored
    // it.
    what.progress.deleted = {};
    what.progress.misses = 0;
    // What the ledger knows is looked at once more.
    if (!what.record.object_id.empty()) return waiting_on();
    return judged_as(not_yet(std::move(found.why)));
}

}  // namespace

verdict absorb(step answered, slot& what, round_trip_result const& result, slot_surroundings const& around) {
    auto found = judge(answered, result, around.now);
    switch (found.what) {
        case meaning::done:
            return absorb_success(answered, what, *result, around);
        case meaning::absent:
            return absorb_absence(answered, what, std::move(found));
        case meaning::name_taken:
            what.progress.name_taken = true;
            return judged_as({});
        case meaning::already_there:
            what.progress.principal_exists = true;
            return judged_as({});
        default:
            break;
    }
    if (is_gone(answered, what, result, around)) {
        if (around.policy->restore_deleted && !what.progress.restore_tried) {
            what.progress.restore_tried = true;
            what.progress.seek_deleted = true;
            return waiting_on();
        }
        if (around.policy->recreate) {
            forget_application(what, around);
            return judged_as({});
        }
    }
    if (must_be_replaced(answered, what, result, around)) {
        what.progress.replaced = true;
        what.progress.replace_credential = true;
        what.progress.certificates_seen = false;
        return judged_as({});
    }
    if (are_secrets_forbidden(answered, what, result, around)) {
        what.progress.secrets_forbidden = true;
        auto going_on = waiting_on();
        going_on.judged.why = std::move(found.why);
        return going_on;
    }
    if (found.acted) note_lost_outcome(answered, what, around);
    if (speaks_against_credential(answered, found)) what.record.proven = false;
    return judged_as(std::move(found));
}

}  // namespace poolwright::provisioner
