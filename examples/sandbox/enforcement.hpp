#pragma once

#include "examples/sandbox/guid.hpp"
#include "examples/sandbox/quota_counter.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

// The published limits as the service enforces them: asked once for every authenticated request, before it is
// acted upon.

namespace poolwright::sandbox {

// What a request is charged (Graph throttling limits, "Identity and access service limits").
struct request_cost {
    int writes = 0;
    int resource_units = 0;
};

// The content of a 429.
struct refusal {
    std::string scope;             // x-ms-throttle-scope
    std::string information;       // x-ms-throttle-information
    std::int64_t retry_after = 1;  // seconds
};

struct admission {
    std::optional<refusal> refused;
    double used = 0;     // of the fullest limit; 1: all of it
    bool early = false;  // came before its Retry-After
};

class enforcement {
public:
    // `grace`: what may be in flight when a 429 is sent arrives within this time and is not early.
    enforcement(throttle::limits const& what, std::chrono::nanoseconds grace)
        : limits_(what), grace_(grace) {}

    // Charges the request to every limit that it falls under, or refuses it.
    admission admit(guid const& application, guid const& tenant, throttle::tenant_size size,
                    request_cost cost, time_point now);

    // A planted 429 told the caller to come back at `until`.
    void hold(guid const& application, guid const& tenant, time_point now, time_point until);

    // Calls of another tool as the same application, in tenants of no interest here; gives how many of them
    // were let through.
    std::int64_t write_elsewhere(guid const& application, std::int64_t writes, time_point now);

    // A token request of that client in that tenant under a limit of its own; the wait, or nothing if it may
    // pass.
    admission admit_token_request(guid const& client, guid const& tenant, throttle::quota const& what,
                                  time_point now);

private:
    using pair_of_ids = std::pair<guid, guid>;
    struct counters {
        quota_counter writes;
        quota_counter resource_units;
    };

    throttle::limits limits_;
    std::chrono::nanoseconds grace_;
    boost::unordered_flat_map<pair_of_ids, counters> by_application_and_tenant_;
    boost::unordered_flat_map<pair_of_ids, quota_counter> token_requests_;
    boost::unordered_flat_map<guid, counters> by_application_;
    boost::unordered_flat_map<guid, quota_counter> writes_by_tenant_;
};

}  // namespace poolwright::sandbox
