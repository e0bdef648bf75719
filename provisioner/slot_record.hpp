#pragma once

#include "provisioner/guid.hpp"

#include <chrono>
#include <cstdint>
#include <string>

// What is known of one slot: one application of one pool of one tenant. The steps read it to choose what to
// do next; the ledger stores it.

namespace poolwright::provisioner {

using wall_seconds = std::chrono::sys_seconds;

enum class slot_state : std::uint8_t {
    open,     // not finished, nothing wrong
    ready,    // proven; not asked about again unless told to verify
    pending,  // waits for something that time or a person must mend; a later run goes on
    failed,   // refused; a later run tries again
};

// An act that cannot be repeated and whose outcome is not known yet. It is committed before the call, so that
// a crash can never leave an application or a credential that nobody knows of.
enum class slot_act : std::uint8_t { none, create, add_credential, remove_credential };

struct slot_record {
    slot_state state = slot_state::open;
    slot_act act = slot_act::none;
    bool adopted = false;  // carries another ledger's intent: no credential on it is ever removed
    bool proven = false;   // the present credential obtained its tokens with the right roles
    guid intent;           // in the tag `poolwright:intent=…` of the application; empty: not begun
    guid act_key;          // remove_credential: which
    guid object_id;        // of the application; empty: not known
    guid application_id;
    guid principal_id;     // of its service principal
    guid key_id;           // of the credential whose secret is sealed here, or that is the certificate
    wall_seconds since{};  // when the present step became the next one: replication is waited for from here
    wall_seconds expires_at{};       // of the credential
    wall_seconds unsettled_since{};  // the latest act that may have left a credential which the ledger does
                                     // not know; 0: none
    std::string sealed;  // the credential's secret, sealed to the public key, base64; never the secret itself
    std::string certificate;  // the credential is a certificate, or is to be: its fingerprint; else empty
    std::string display_name;
    std::string reason;  // pending, failed: why, and what to do

    bool operator==(slot_record const&) const = default;
};

}  // namespace poolwright::provisioner
