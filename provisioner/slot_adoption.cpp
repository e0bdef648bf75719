#include "provisioner/slot_replies.hpp"

#include <fmt/format.h>

#include <utility>

// Which application holds the name of a slot, and whether it may be taken over: only one that carries our
// tag, and without being told so only one that carries our own intent.

namespace poolwright::provisioner {
namespace {

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
    what.progress.seek_deleted = false;
    what.progress.page.clear();
    return waiting_on();
}

}  // namespace

void take_application(slot& what, application_facts const& facts) {
    what.record.object_id = facts.object_id;
    what.record.application_id = facts.application_id;
    what.record.act = slot_act::none;
    what.progress.look_first = false;
    what.progress.name_taken = false;
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
    auto const* const own = own_certificate(what, *facts);
    if (our_intent && own != nullptr && what.progress.pair != nullptr) {
        // It was made with the certificate that is here, so it has no secret.
        take_certificate(what, own->key_id);
    } else if (our_intent) {
        // The secret that was made with it went to whoever made it.
        what.record.unsettled_since = seconds_of(around);
    }
    return lasting("app_adopted");
}

// Nothing answers to the name.
verdict not_found(slot& what, judgement const& found) {
    if (!what.progress.name_taken) {
        what.progress.look_first = false;
        return judged_as({});
    }
    ++what.progress.misses;
    return judged_as(not_yet(found.why + "; the directory says that the name is taken"));
}

verdict searched_deleted(slot& what, http_reply const& reply, slot_surroundings const& around) {
    auto const page = read_application_page(reply);
    if (!page) return judged_as(garbled(step::search_deleted));
    auto const name = unique_name(around.pool, what.ordinal);
    for (auto const& facts : page->applications) {
        if (facts.unique_name == name) return found_deleted(what, facts, around);
    }
    if (is_no_page(page->next, what, around)) return judged_as(garbled(step::search_deleted));
    what.progress.page = page->next;
    if (!page->next.empty()) return waiting_on();
    // Not deleted either: it is looked at once more.
    if (std::exchange(what.progress.seek_deleted, false)) return waiting_on();
    ++what.progress.misses;
    return judged_as(not_yet(fmt::format("the name {} is taken, but no application answers to it", name)));
}

verdict restored(slot& what) {
    what.progress.deleted = {};
    what.progress.name_taken = true;
    what.progress.misses = 0;
    return judged_as({});
}

}  // namespace poolwright::provisioner
