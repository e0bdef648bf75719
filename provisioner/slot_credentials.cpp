#include "provisioner/slot_replies.hpp"

#include <fmt/format.h>

#include <algorithm>

// The credential of a slot: sealed as it comes in, proven with a token for each API, and swept of what lost
// replies left behind.

namespace poolwright::provisioner {
namespace {

// More than an application can carry: whoever lists another one for each that is removed never ends.
constexpr std::size_t most_removed = 1'000;

std::string others_without_end() {
    return fmt::format(
        "{} of its credentials were removed, and others are still listed: look at its secrets in the portal",
        most_removed);
}

// What the token shows speaks against the credential, also where it was proven before.
verdict not_proven(slot& what, std::string why) {
    what.record.proven = false;
    return judged_as(not_yet(std::move(why)));
}

}  // namespace

// The one place where a secret enters: into memory for the proof, and sealed into the record.
void take_credential(slot& what, guid const& key_id, secret&& text, slot_surroundings const& around) {
    auto& known = what.record;
    known.key_id = key_id;
    known.certificate.clear();
    known.sealed = around.seal_to->seal(text);
    known.expires_at = seconds_of(around) + around.policy->lifetime;
    known.proven = false;
    known.act = slot_act::none;
    what.progress.proofs = 0;
    what.progress.replace_credential = false;
    what.progress.credential = std::make_shared<secret const>(std::move(text));
}

verdict credential_added(slot& what, http_reply const& reply, slot_surroundings const& around) {
    if (!what.record.certificate.empty()) return certificate_registered(what);
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

verdict proved(slot& what, http_reply const& reply, slot_surroundings const& around) {
    auto const& resource = around.policy->profile.resources.at(what.progress.proofs);
    auto const token = read_token_reply(reply);
    if (!token) return judged_as(garbled(step::prove));
    if (!is_audience(token->audience, resource.application_id)) {
        return not_proven(what,
                          fmt::format("the token for {} is meant for {}", resource.name, token->audience));
    }
    for (auto const& permission : resource.permissions) {
        if (!token->has_role(permission)) {
            return not_proven(what, fmt::format("the token for {} lacks {}", resource.name, permission));
        }
    }
    if (++what.progress.proofs < around.policy->profile.resources.size()) return judged_as({});
    what.record.proven = true;
    what.progress.prove_again = false;
    what.progress.credential.reset();
    // What follows is a sweep a minute later: it must not be forgotten that this one was proven.
    bool const swept_later = what.record.unsettled_since != wall_seconds{} && !what.record.adopted;
    return swept_later ? lasting({}) : judged_as({});
}

// Where it should be and is not, a certificate is registered once more: what was sent earlier and arrived
// late took the place of all that were there.
verdict own_credential_missing(slot& what, application_facts const& facts, slot_surroundings const& around) {
    bool const is_lag = around.now < what.record.since + credential_list_lag;
    if (is_lag || what.progress.pair == nullptr || has_foreign_certificate(what, facts))
        return judged_as(not_yet("the proven credential is not listed yet"));
    what.record.proven = false;
    what.progress.replace_credential = true;
    what.progress.certificates_seen = true;
    return judged_as({});
}

verdict credentials_listed(slot& what, http_reply const& reply, slot_surroundings const& around) {
    auto const facts = read_application(reply);
    if (!facts) return judged_as(garbled(step::list_credentials));
    if (!facts->ours || facts->intent != what.record.intent) {
        return judged_as(stop(meaning::slot_pending,
                              "its tags were changed by somebody else: no credential on it is touched"));
    }
    auto const& listed = facts->credentials;
    auto const* const own = own_certificate(what, *facts);
    if (own == nullptr && std::find(listed.begin(), listed.end(), what.record.key_id) == listed.end())
        return own_credential_missing(what, *facts, around);
    auto const& removed = what.progress.removed_keys;
    for (auto const& key : listed) {
        if (key == what.record.key_id) continue;
        if (std::find(removed.begin(), removed.end(), key) != removed.end()) {
            return judged_as(not_yet("a removed credential is still listed"));
        }
        if (removed.size() >= most_removed)
            return judged_as(stop(meaning::slot_pending, others_without_end()));
        what.progress.remove_key = key;
        return judged_as({});
    }
    for (auto const& each : facts->certificates) {
        if (&each == own || !each.is_named_ours) continue;
        if (std::find(removed.begin(), removed.end(), each.key_id) != removed.end())
            return judged_as(not_yet("a removed certificate is still listed"));
        return remove_certificates(what, *facts, each.key_id);
    }
    what.record.unsettled_since = {};
    return judged_as({});
}

verdict credential_removed(slot& what) {
    what.progress.removed_keys.push_back(what.progress.remove_key);
    what.progress.remove_key = {};
    what.progress.remove_certificate = false;
    what.record.act = slot_act::none;
    return lasting("credential_removed");
}

}  // namespace poolwright::provisioner
