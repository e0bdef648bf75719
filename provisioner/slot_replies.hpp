#pragma once

#include "provisioner/graph_reply.hpp"
#include "provisioner/slot.hpp"

#include <string_view>

// What the replies to the steps of a slot change, for slot_replies.cpp, which chooses among them. Each takes
// a successful reply, changes the slot, and gives the verdict.

namespace poolwright::provisioner {

// The step is done, and what it changed must be on disk before anything else happens.
inline verdict lasting(std::string_view event) {
    return {.judged = {}, .durable = true, .waits_on = false, .event = event};
}

// As judged; by default, done.
inline verdict judged_as(judgement what) {
    return {.judged = std::move(what), .durable = false, .waits_on = false, .event = {}};
}

// Done, but not what is waited for.
inline verdict waiting_on() {
    return {.judged = {}, .durable = false, .waits_on = true, .event = {}};
}

inline wall_seconds seconds_of(slot_surroundings const& around) {
    return std::chrono::floor<std::chrono::seconds>(around.now);
}

// A next page that will not be asked for: at another service, or one of a list without end. Counts it.
bool is_no_page(std::string_view next, slot& what, slot_surroundings const& around);

// Which application has our name, and may it be taken (slot_adoption.cpp).
void take_application(slot& what, application_facts const& facts);
verdict looked_up(slot& what, http_reply const& reply, slot_surroundings const& around);
verdict not_found(slot& what, judgement const& found);
verdict searched_deleted(slot& what, http_reply const& reply, slot_surroundings const& around);
verdict restored(slot& what);

// Certificates (slot_certificates.cpp): the slot's own among those of an application; null if it is not
// there.
listed_certificate const* own_certificate(slot const& what, application_facts const& facts);
// It is on the application under that key id.
void take_certificate(slot& what, guid const& key_id);
// None of the others may be replaced: somebody else's, or another ledger's.
bool has_foreign_certificate(slot const& what, application_facts const& facts);
verdict certificate_registered(slot& what);
// One of ours that the ledger does not know is removed with the next call.
verdict remove_certificates(slot& what, application_facts const& facts, guid const& first);

// Credentials: where they enter, are proven and swept (slot_credentials.cpp).
void take_credential(slot& what, guid const& key_id, secret&& text, slot_surroundings const& around);
verdict credential_added(slot& what, http_reply const& reply, slot_surroundings const& around);
verdict proved(slot& what, http_reply const& reply, slot_surroundings const& around);
verdict credentials_listed(slot& what, http_reply const& reply, slot_surroundings const& around);
verdict credential_removed(slot& what);

}  // namespace poolwright::provisioner
