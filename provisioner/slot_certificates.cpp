#include "provisioner/base64.hpp"
#include "provisioner/slot_replies.hpp"

#include <fmt/format.h>

#include <algorithm>

// A credential that is a certificate. Its key pair was made here and recorded before it was sent, so a lost
// reply loses nothing: whether it is on the application is seen there.

namespace poolwright::provisioner {
namespace {

// As Graph writes a thumbprint that nobody gave: in hexadecimal, or, in older replies, in base64.
bool is_thumbprint(std::string_view identifier, std::string_view der) {
    auto const hex = thumbprint_of(der);
    if (identifier == hex) return true;
    std::array<unsigned char, 20> bytes{};
    auto const size = decode_base64(identifier, bytes).value_or(0);
    return fmt::format("{:02X}", fmt::join(bytes.begin(), bytes.begin() + size, "")) == hex;
}

bool is_own(slot const& what, listed_certificate const& one) {
    if (!one.der.empty()) return fingerprint_of(one.der) == what.record.certificate;
    if (what.progress.pair != nullptr && is_thumbprint(one.identifier, what.progress.pair->der()))
        return true;
    return !one.key_id.empty() && one.key_id == what.record.key_id;
}

}  // namespace

listed_certificate const* own_certificate(slot const& what, application_facts const& facts) {
    if (what.record.certificate.empty()) return nullptr;
    auto const& all = facts.certificates;
    auto const found =
        std::find_if(all.begin(), all.end(), [&](auto const& each) { return is_own(what, each); });
    if (found != all.end()) return &*found;
    // A reply that shows neither the certificate nor its thumbprint: its name, if it is the only one.
    bool const is_single =
        all.size() == 1 && all[0].is_named_ours && all[0].der.empty() && all[0].identifier.empty();
    return is_single ? &all[0] : nullptr;
}

void take_certificate(slot& what, guid const& key_id) {
    what.record.key_id = key_id;
    what.record.act = slot_act::none;
    what.progress.registered = false;
    if (what.progress.pair == nullptr) return;
    what.progress.replace_credential = false;
    what.record.expires_at = what.progress.pair->valid_until();
}

bool has_foreign_certificate(slot const& what, application_facts const& facts) {
    auto const* const own = own_certificate(what, facts);
    return std::any_of(facts.certificates.begin(), facts.certificates.end(), [&](auto const& each) {
        return &each != own && (what.record.adopted || !each.is_named_ours);
    });
}

// The reply is empty: under which key id it is there, a look shows.
verdict certificate_registered(slot& what) {
    what.record.act = slot_act::none;
    what.progress.registered = true;
    ++what.progress.registrations;
    what.progress.certificates_seen = false;
    what.progress.proofs = 0;
    return lasting("credential_added");
}

verdict remove_certificates(slot& what, application_facts const& facts, guid const& first) {
    if (has_foreign_certificate(what, facts)) {
        return judged_as(stop(meaning::slot_pending,
                              "an unknown certificate named poolwright lies on it beside somebody else's: "
                              "remove the one that is not used in the portal"));
    }
    what.progress.remove_key = first;
    what.progress.remove_certificate = true;
    what.progress.kept_certificates.clear();
    auto const* const own = own_certificate(what, facts);
    if (own == nullptr) return judged_as({});
    bool const is_shown = !own->der.empty() || what.progress.pair == nullptr;
    what.progress.kept_certificates.push_back(
        {.key_id = own->key_id, .der = is_shown ? own->der : what.progress.pair->der()});
    return judged_as({});
}

}  // namespace poolwright::provisioner
