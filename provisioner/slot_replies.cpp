#include "provisioner/graph_reply.hpp"
#include "provisioner/slot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

// What each reply changes. One function for each step; `absorb` at the end chooses.

namespace poolwright::provisioner {
namespace {

wall_seconds seconds_of(slot_surroundings const& around) {
    return std::chrono::floor<std::chrono::seconds>(around.now);
}

verdict lasting(std::string_view event) {
    return {.judged = {}, .durable = true, .waits_on = false, .event = event};
}
verdict judged_as(judgement what) {
    return {.judged = std::move(what), .durable = false, .waits_on = false, .event = {}};
}

void take_application(slot& what, application_facts const& facts) {
    what.record.object_id = facts.object_id;
    what.record.application_id = facts.application_id;
    what.record.act = slot_act::none;
    what.progress.look_first = false;
    what.progress.name_taken = false;
}

// The one place where a secret enters: into memory for the proof, and sealed into the record.
void take_credential(slot& what, guid const& key_id, secret&& text, slot_surroundings const& around) {
    auto& known = what.record;
    known.key_id = key_id;
    known.sealed = around.seal_to->seal(text);
    known.expires_at = seconds_of(around) + around.policy->lifetime;
    known.proven = false;
    known.act = slot_act::none;
    what.progress.proofs = 0;
    what.progress.replace_credential = false;
    what.progress.credential = std::make_unique<secret>(std::move(text));
}

verdict created(slot& what, http_reply const& reply, slot_surroundings const& around) {
    auto made = read_created_application(reply);
    if (!made) {
        what.progress.look_first = true;
        return judged_as(garbled(step::create_application));
    }
    take_application(what, made->facts);
    if (made->key_id.empty()) {
        // A credential may have been made whose secret did not come.
        what.record.unsettled_since = seconds_of(around);
    } else {
        take_credential(what, made->key_id, std::move(made->secret_text), around);
    }
    return lasting("app_created");
}

std::string made_by_another(slot const& what, std::string_view pool) {
    return fmt::format(
        "{} was made by another ledger: with --adopt a credential of our own is added to it, and theirs "
        "stays",
        unique_name(pool, what.ordinal));
}

std::string not_made_by_us(slot const& what, std::string_view pool) {
    return fmt::format(
        "an application that poolwright did not make holds the name {}: rename that name away or remove the "
        "application, or use another --pool",
        unique_name(pool, what.ordinal));
}

verdict looked_up(slot& what, http_reply const& reply, slot_surroundings const& around) {
    auto const facts = read_application(reply);
    if (!facts) return judged_as(garbled(step::look_up_application));
    if (!facts->ours) return judged_as(stop(meaning::slot_refused, not_made_by_us(what, around.pool)));
    bool const our_intent = facts->intent == what.record.intent && !facts->intent.empty();
    if (!our_intent && !around.policy->adopt) {
        return judged_as(stop(meaning::slot_pending, made_by_another(what, around.pool)));
    }
    take_application(what, *facts);
    what.record.intent = facts->intent;
    what.record.adopted = !our_intent;
    // The secret that was made with it went to whoever made it.
    if (our_intent) what.record.unsettled_since = seconds_of(around);
    return lasting("app_adopted");
}

// Nothing answers to the name.
verdict not_found(slot& what, judgement found) {
    if (!what.progress.name_taken) {
        what.progress.look_first = false;
        return judged_as({});
    }
    ++what.progress.misses;
    return judged_as(not_yet(found.why + "; the directory says that the name is taken"));
}

verdict found_deleted(slot& what, application_facts const& facts, slot_surroundings const& around) {
    auto const name = unique_name(around.pool, what.ordinal);
    if (!facts.ours) {
        return judged_as(stop(
            meaning::slot_refused,
            fmt::format(
                "a deleted application that poolwright did not make holds the name {} for 30 days after its "
                "deletion: purge it in the portal, or use another --pool",
                name)));
    }
    bool const our_intent = facts.intent == what.record.intent;
    if (!around.policy->restore_deleted || (!our_intent && !around.policy->adopt)) {
        auto const remedy = our_intent ? "--restore-deleted" : "--restore-deleted --adopt";
        return judged_as(
            stop(meaning::slot_pending, fmt::format("{} was deleted and holds its name for 30 days: restore "
                                                    "it with {}, or purge it in the portal",
                                                    name, remedy)));
    }
    what.progress.deleted = facts.object_id;
    what.progress.page.clear();
    return {.judged = {}, .durable = false, .waits_on = true, .event = {}};
}

// A next page that will not be asked for: the first would be read without end in its place.
bool is_foreign(std::string_view next, slot_surroundings const& around) {
    return !next.empty() && !is_next_page(around.services->graph, next);
}

verdict searched_deleted(slot& what, http_reply const& reply, slot_surroundings const& around) {
    auto const page = read_application_page(reply);
    if (!page) return judged_as(garbled(step::search_deleted));
    auto const name = unique_name(around.pool, what.ordinal);
    for (auto const& facts : page->applications) {
        if (facts.unique_name == name) return found_deleted(what, facts, around);
    }
    if (is_foreign(page->next, around)) return judged_as(garbled(step::search_deleted));
    what.progress.page = page->next;
    if (!page->next.empty()) return {.judged = {}, .durable = false, .waits_on = true, .event = {}};
    ++what.progress.misses;
    return judged_as(not_yet(fmt::format("the name {} is taken, but no application answers to it", name)));
}

verdict restored(slot& what) {
    what.progress.deleted = {};
    what.progress.name_taken = true;
    what.progress.misses = 0;
    return judged_as({});
}

verdict credential_added(slot& what, http_reply const& reply, slot_surroundings const& around) {
    auto made = read_created_credential(reply);
    if (!made) {
        what.record.unsettled_since = seconds_of(around);
        what.record.act = slot_act::none;
        return judged_as(garbled(step::add_credential));
    }
    // The one that it replaces opens nothing any more and must not stay behind.
    if (!what.record.key_id.empty()) what.record.unsettled_since = seconds_of(around);
    take_credential(what, made->key_id, std::move(made->secret_text), around);
    return lasting("credential_added");
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
    if (!page || is_foreign(page->next, around)) return judged_as(garbled(step::inspect_grants));
    for (std::size_t i = 0; i < around.roles->size(); ++i) {
        bool const there =
            std::find(page->grants.begin(), page->grants.end(), (*around.roles)[i]) != page->grants.end();
        if (there) what.progress.granted |= std::uint64_t{1} << i;
    }
    what.progress.page = page->next;
    what.progress.grants_inspected = page->next.empty();
    return judged_as({});
}

verdict proved(slot& what, http_reply const& reply, slot_surroundings const& around) {
    auto const& resource = around.policy->profile.resources[what.progress.proofs];
    auto const token = read_token_reply(reply);
    if (!token) return judged_as(garbled(step::prove));
    if (!is_audience(token->audience, resource.application_id)) {
        return judged_as(
            not_yet(fmt::format("the token for {} is meant for {}", resource.name, token->audience)));
    }
    for (auto const& permission : resource.permissions) {
        if (!token->has_role(permission)) {
            return judged_as(not_yet(fmt::format("the token for {} lacks {}", resource.name, permission)));
        }
    }
    if (++what.progress.proofs < around.policy->profile.resources.size()) return judged_as({});
    what.record.proven = true;
    what.progress.credential.reset();
    return judged_as({});
}

verdict credentials_listed(slot& what, http_reply const& reply) {
    auto const facts = read_application(reply);
    if (!facts) return judged_as(garbled(step::list_credentials));
    if (!facts->ours || facts->intent != what.record.intent) {
        return judged_as(stop(meaning::slot_pending,
                              "its tags were changed by somebody else: no credential on it is touched"));
    }
    auto const& listed = facts->credentials;
    if (std::find(listed.begin(), listed.end(), what.record.key_id) == listed.end()) {
        return judged_as(not_yet("the proven credential is not listed yet"));
    }
    auto const& removed = what.progress.removed_keys;
    for (auto const& key : listed) {
        if (key == what.record.key_id) continue;
        if (std::find(removed.begin(), removed.end(), key) != removed.end()) {
            return judged_as(not_yet("a removed credential is still listed"));
        }
        what.progress.remove_key = key;
        return judged_as({});
    }
    what.record.unsettled_since = {};
    return judged_as({});
}

verdict credential_removed(slot& what) {
    what.progress.removed_keys.push_back(what.progress.remove_key);
    what.progress.remove_key = {};
    what.record.act = slot_act::none;
    return lasting("credential_removed");
}

verdict application_inspected(slot& what, http_reply const& reply) {
    auto const facts = read_application(reply);
    if (!facts) return judged_as(garbled(step::inspect_application));
    if (!facts->ours || facts->intent != what.record.intent) {
        return judged_as(stop(meaning::slot_refused,
                              "somebody changed its tags, so poolwright does not touch it any more"));
    }
    what.progress.application_inspected = true;
    auto const& keys = facts->credentials;
    if (!what.record.key_id.empty() &&
        std::find(keys.begin(), keys.end(), what.record.key_id) == keys.end()) {
        what.progress.replace_credential = true;
        what.record.proven = false;
    }
    return judged_as({});
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
            return credentials_listed(what, reply);
        case step::remove_credential:
            return credential_removed(what);
        case step::inspect_application:
            return application_inspected(what, reply);
        default:
            throw std::logic_error(fmt::format("no reply to a slot's step: {}", to_string(answered)));
    }
}

// A reply that does not say what became of an act that cannot be repeated.
void note_lost_outcome(step answered, slot& what, slot_surroundings const& around) {
    if (answered == step::create_application) what.progress.look_first = true;
    if (answered == step::add_credential) {
        what.record.unsettled_since = seconds_of(around);
        what.record.act = slot_act::none;
    }
}

verdict absorb_absence(step answered, slot& what, judgement found) {
    if (answered == step::look_up_application) return not_found(what, std::move(found));
    if (answered == step::look_up_principal) return principal_absent(what, std::move(found));
    // A deleted application that is gone when it is to be restored: the name is free, or somebody restored
    // it.
    what.progress.deleted = {};
    what.progress.misses = 0;
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
    if (found.acted) note_lost_outcome(answered, what, around);
    return judged_as(std::move(found));
}

}  // namespace poolwright::provisioner
