#pragma once

#include "provisioner/graph_request.hpp"
#include "provisioner/judge.hpp"
#include "provisioner/key_pair.hpp"
#include "provisioner/naming.hpp"
#include "provisioner/slot_record.hpp"
#include "provisioner/step.hpp"
#include "provisioner/token.hpp"
#include "throttle/retry.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// One application on its way from nothing to proven: which step comes next, what to send for it, and what its
// reply changes. Everything here is decided from arguments; the fleet loop sends, waits and commits.

namespace poolwright::provisioner {

// What is known of a slot only as long as the process lives; a crash may lose all of it.
struct slot_progress {
    bool look_first = false;          // a create may have been acted on: look before making again
    bool name_taken = false;          // the directory said that the uniqueName exists
    bool principal_exists = false;    // the directory said that the service principal exists
    bool replace_credential = false;  // the sealed secret cannot be opened here, or its credential is gone
    bool replaced = false;            // the credential, since the authority never knew it
    bool prove_again = false;         // what was proven is proven once more, to verify it
    bool verify = false;              // compare with the tenant what the ledger says
    bool application_inspected = false;
    bool principal_inspected = false;
    bool grants_inspected = false;
    std::uint8_t misses = 0;         // look-ups in vain of a name that is taken
    std::uint8_t proofs = 0;         // resources for which the credential obtained a token
    std::uint64_t granted = 0;       // a bit for each permission of the profile
    bool seek_deleted = false;       // an application that the ledger knows is gone: look among the deleted
    bool restore_tried = false;      // the same, and that was done
    guid deleted;                    // the soft-deleted application that holds the name and is to be restored
    guid remove_key;                 // the credential to be removed next
    std::vector<guid> removed_keys;  // a list that still shows one of these is old
    std::string page;                // the next page of a list
    std::uint16_t pages = 0;         // how many of it there were
    std::shared_ptr<secret const> credential;
    std::shared_ptr<certificate const> pair;  // the certificate that is registered, or is to be
    bool secrets_forbidden = false;           // by a policy of the tenant
    bool certificates_seen = false;   // the list of them was read for one more, since the last change of it
    bool registered = false;          // the certificate was, and was not seen on it yet
    std::uint8_t registrations = 0;   // how often it was
    bool remove_certificate = false;  // that is what remove_key names
    std::vector<registered_certificate> kept_certificates;  // when it is removed
    throttle::retry_state retry;
};

struct slot {
    std::int32_t ordinal = 0;
    slot_record record;
    slot_progress progress;
};

// What new credentials are. `automatic`: secrets, and certificates where a tenant forbids those.
enum class credential_kind : std::uint8_t { secret, certificate, automatic };

// What the operator decided for the whole run.
struct slot_policy {
    planner::permission_profile profile;
    display_pattern display_name = *display_pattern::parse(display_pattern::standard);
    std::chrono::days lifetime{730};  // of a credential
    credential_kind credential = credential_kind::secret;
    bool certificate_per_app = false;  // else one for all apps of a tenant
    bool adopt = false;  // take over applications that another ledger made, by adding a credential
    bool restore_deleted = false;
    bool recreate = false;  // make an application again that the ledger knows and that is gone
};

// What a slot needs to know of its tenant, for the moment of a call.
struct slot_surroundings {
    slot_policy const* policy = nullptr;
    cloud const* services = nullptr;
    guid directory_id;
    std::string_view tenant_name;
    std::string_view pool;
    std::string_view redirect_uri;
    std::vector<app_role> const* roles = nullptr;  // in the order of the profile
    std::shared_ptr<secret const> bearer;
    public_key const* seal_to = nullptr;
    std::chrono::system_clock::time_point now;
    std::function<std::uint64_t()> const* random = nullptr;  // 64 unpredictable bits a call
};

// How long after the last act that may have left an unknown credential the list of credentials is trusted:
// reads lag behind writes by 10 to 15 seconds (graph field evidence), so a minute.
inline constexpr std::chrono::seconds credential_list_lag{60};

// How long the authority may say that it does not know a secret which was just made. Microsoft names no time;
// half a minute was seen (graph field evidence). After this the secret that came is not the one that was
// made.
inline constexpr std::chrono::minutes secret_lag{5};

// A slot as an earlier run left it. `opener` is null where the private key is not there: then a credential
// that was never proven is replaced. `pair` is the certificate of the record, null where it has none or that
// was not opened. `verify`: also what is ready is compared with the tenant.
slot resume(slot_record record, std::int32_t ordinal, private_key const* opener, bool verify,
            std::chrono::system_clock::time_point now, std::shared_ptr<certificate const> pair = nullptr);

// Whether a new credential is a certificate. One that replaces a certificate is: whoever uses the application
// was told so.
bool makes_certificate(slot const& what, slot_policy const& policy);

// True if the step makes a credential that is a certificate, and the slot has none yet: it must be given one
// (slot_progress::pair) before begin_act.
bool lacks_certificate(slot const& what, step next, slot_policy const& policy);

// How long a shared certificate must still be valid so that an app more is made with it: half of what a new
// one would be.
std::chrono::seconds least_rest_of(slot_policy const& policy) noexcept;

step next_step(slot const& what, slot_policy const& policy);

// Prepares the record for a step that needs an intent; false if the intent is there already. What it changed
// must be durable before the request is sent.
bool begin_act(slot& what, step next, slot_surroundings const& around);

http_request request_for(step next, slot const& what, slot_surroundings const& around);

// What a reply did to a slot.
struct verdict {
    judgement judged;
    bool durable = false;    // the record must be committed before anything else happens
    bool waits_on = false;   // not an advance: the time waited for replication goes on counting
    std::string_view event;  // app_created, app_adopted, credential_added, credential_removed, or empty
};

// Takes the reply in: on success reads the body and changes the slot; a secret that it brings is sealed at
// once.
verdict absorb(step answered, slot& what, round_trip_result const& result, slot_surroundings const& around);

}  // namespace poolwright::provisioner
