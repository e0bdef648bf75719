#pragma once

#include "provisioner/ledger.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

// Where every pool stands, counted from the ledger. Shown by `status`.

namespace poolwright::cli {

struct status_counts {
    std::int64_t planned = 0;
    std::int64_t ready = 0;
    std::int64_t pending = 0;
    std::int64_t failed = 0;

    void add(status_counts const& other);
    // Neither finished nor stopped by anything: the next run goes on with them.
    [[nodiscard]] std::int64_t open() const noexcept { return planned - ready - pending - failed; }
    bool operator==(status_counts const&) const = default;
};

// One pool of one tenant. Apps beyond the plan (surplus) are not counted.
struct tenant_status {
    provisioner::pool_row pool;
    status_counts counts;
    std::string
        last_error;  // of the tenant as a whole, else of its first failed, else of its first pending app
};

// As people know the tenant: by its name, else by its domain, else by its directory id.
std::string known_as(provisioner::pool_row const& pool);

struct fleet_status {
    std::vector<tenant_status> tenants;          // as people look them up: by what they are known as
    std::map<std::string, status_counts> pools;  // by the name of the pool
};

// Where a tenant failed as a whole, its apps that are neither ready nor pending count as failed.
fleet_status read_status(provisioner::ledger_reader const& ledger);

}  // namespace poolwright::cli
