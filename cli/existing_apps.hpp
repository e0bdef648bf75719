#pragma once

#include "planner/plan.hpp"
#include "provisioner/ledger.hpp"

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

// How many apps of each pool are there already, as the ledger knows it. Read once before a plan is made,
// asked for every row of it.

namespace poolwright::cli {

class existing_apps {
public:
    // Nothing exists: there is no ledger.
    existing_apps() = default;
    explicit existing_apps(provisioner::ledger_reader const& ledger);

    // Sets existing, to_create and surplus of the row, which is known by its directory id or by the domain
    // that an earlier plan named the tenant by.
    void count(planner::planned_pool& row) const;

private:
    // The ordinals of a pool's apps, ascending, in one array for all pools.
    struct range {
        std::size_t begin = 0;
        std::size_t end = 0;
    };

    std::unordered_map<std::string, range> pools_;  // by tenant and pool
    std::vector<std::int32_t> ordinals_;
};

}  // namespace poolwright::cli
