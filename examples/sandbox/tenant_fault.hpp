#pragma once

#include "examples/sandbox/cloud.hpp"
#include "examples/sandbox/message.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

// What makes one tenant unlike the others. Read from the faults file, asked by whatever answers for that
// tenant.

namespace poolwright::sandbox {

enum class tenant_kind : std::uint8_t {
    ordinary,
    unknown,            // the authority does not know it
    no_consent,         // tokens carry no roles
    no_exchange,        // it never had Exchange Online: no such service principal
    quota,              // no room for another object
    secrets_forbidden,  // its policy forbids client secrets
    lifetime_capped,    // its policy caps how long they live
    // Each of the following is refused by the authority with the number beside it.
    wrong_cloud,                // 90038, 900382 or 900432
    app_disabled,               // 7000112
    not_installed,              // 700016: the provisioning application is not in this tenant
    conditional_access,         // 53003
    expired_secret,             // 7000222, where the provisioning application shows a secret
    expired_certificate,        // 700027, where it shows an assertion
    not_authorized_by_partner,  // 90099
    guest,                      // 50020, where a person's token is asked for
    throttled_authority,        // 429 for the first requests
    // These are seen in Graph.
    missing_roles,              // the provisioning application lacks some of its roles
    certificates_capped,        // its policy caps how long certificates live
    secrets_forbidden_for_new,  // its policy forbids secrets to applications made after a day
    skewed_clock,               // its clock is wrong: Date, errors and tokens
    revoked,                    // consent is taken back in the middle
    no_reports,                 // it has no usage reports
};

// Whom a directory is too full for; the two texts of Directory_QuotaExceeded.
enum class quota_holder : std::uint8_t { either, tenant, principal };

struct tenant_fault {
    tenant_fault(tenant_kind what = tenant_kind::ordinary) noexcept : kind(what) {}

    tenant_kind kind;
    std::vector<std::string> roles;                // missing_roles
    std::optional<national_cloud> cloud;           // wrong_cloud; none: usgov, or global seen from elsewhere
    int code = 90038;                              // wrong_cloud
    std::int64_t requests = 0;                     // revoked, throttled_authority: so many
    std::chrono::seconds skew{0};                  // skewed_clock: ahead of the true time
    std::chrono::days longest{180};                // lifetime_capped, certificates_capped
    time_point created_after{};                    // secrets_forbidden_for_new
    quota_holder full_for = quota_holder::either;  // quota
    bool by_application_policy = false;            // the restriction is not the default policy's
    std::optional<std::int64_t> mailboxes;         // user mailboxes; none: drawn from its id
    std::optional<std::int64_t> shared_mailboxes;  // none: one for eight user mailboxes
    std::optional<bool> conceals_names;            // in reports; none: drawn from its id
};

}  // namespace poolwright::sandbox
