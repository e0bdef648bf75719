#pragma once

#include "provisioner/http_message.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

// What a tenant's app management policies allow a new application to have as credentials
// (learn.microsoft.com/graph/api/resources/tenantappmanagementpolicy). Pure.

namespace poolwright::provisioner {

struct credential_rules {
    bool secrets_forbidden = false;
    std::optional<std::chrono::days> longest_secret;  // none: as long as one likes
    std::optional<std::chrono::days> longest_certificate;

    [[nodiscard]] bool restrict_nothing() const noexcept {
        return !secrets_forbidden && !longest_secret && !longest_certificate;
    }
    // Both hold.
    void add(credential_rules const& other);
};

// The policy for all applications; nothing if the reply is none. `now` is when an application would be made:
// a restriction may be for later ones only.
std::optional<credential_rules> read_default_policy(http_reply const& reply,
                                                    std::chrono::system_clock::time_point now);

// A page of the policies for single applications: what the strictest of them forbid, and the address of the
// next page; empty: the last.
struct policy_page {
    credential_rules rules;
    std::string next;
};
std::optional<policy_page> read_policy_page(http_reply const& reply,
                                            std::chrono::system_clock::time_point now);

// An ISO 8601 duration such as P90D or P1Y6M in whole days, rounded down; a year counts 365 days, a month 30.
// Nothing if it is none.
std::optional<std::chrono::days> read_days(std::string_view duration);

}  // namespace poolwright::provisioner
