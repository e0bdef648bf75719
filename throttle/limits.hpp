#pragma once

#include <boost/system/result.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// The quotas that Microsoft Graph publishes for the directory, as data: so that they can follow the publisher
// and be scaled down in a test. Read by the budgets, the forecast and the sandbox.

namespace poolwright::throttle {

// How the service counts: a bucket refills continuously and allows a burst of the whole limit; a sliding
// window counts the last `window` at every instant; a fixed window starts with its first call and forgets
// everything when it ends.
enum class quota_shape : std::uint8_t { bucket, sliding, fixed };

// At most `limit` units in `window`. Both are positive.
struct quota {
    std::int64_t limit = 1;
    std::chrono::nanoseconds window = std::chrono::seconds(1);
    quota_shape shape = quota_shape::bucket;

    bool operator==(quota const&) const = default;
};

// Microsoft's size classes of a tenant, by its users: S below 50, M 50 to 500, L above 500
// (Graph throttling limits, "Identity and access service limits").
enum class tenant_size : std::uint8_t { S, M, L };

// The class of a tenant of which only the mailbox count is known; a mailbox stands for a user.
tenant_size tenant_size_for(std::int64_t mailboxes) noexcept;

// One set of limits. Writes are requests that change something (POST, PATCH, PUT, DELETE); resource units are
// the cost that Graph assigns to any request.
struct limits {
    quota application_writes;                                // the calling application over all tenants
    quota application_resource_units;                        // the same, in resource units
    quota tenant_writes;                                     // one tenant, whoever calls
    quota application_tenant_writes;                         // the calling application in one tenant
    std::array<quota, 3> application_tenant_resource_units;  // the same, in resource units, by tenant_size

    bool operator==(limits const&) const = default;
};

// The limits published in January 2026: learn.microsoft.com/graph/throttling-limits, "Identity and access
// service limits".
limits published_limits();

// Of all its quotas.
std::chrono::nanoseconds longest_window(limits const& what);

// Reads a document of schema poolwright.limits/1; keys that are left out keep the published value. On failure
// every problem that the text has, each in a sentence that begins with the place ("line 3, column 9: …" or
// "application.writes.limit: …").
boost::system::result<limits, std::vector<std::string>> parse_limits(std::string_view json);

}  // namespace poolwright::throttle
