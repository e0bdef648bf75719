#include "provisioner/spent_before.hpp"

#include "throttle/budget.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <utility>

namespace poolwright::provisioner {
namespace {

throttle::steady_point as_steady(wall_seconds at) {
    return throttle::steady_point(at.time_since_epoch());
}

// At most the whole of it: what was sent beyond that was refused.
std::int64_t still_counted(throttle::budget const& of, wall_seconds at) {
    auto const share = std::min(1.0, of.used(as_steady(at)));
    return std::llround(share * static_cast<double>(of.what().limit));
}

}  // namespace

std::vector<spent_row> carried_over(std::span<spent_row const> earlier, throttle::limits const& limits,
                                    wall_seconds at) {
    std::map<std::string, throttle::budget> of_applications;
    std::map<std::pair<std::string, guid>, throttle::budget> in_tenants;
    for (auto const& row : earlier) {
        auto const sent = as_steady(row.at + std::chrono::seconds(1));
        of_applications.try_emplace(row.client_id, limits.application_writes)
            .first->second.charge(row.writes, sent);
        in_tenants.try_emplace({row.client_id, row.directory_id}, limits.application_tenant_writes)
            .first->second.charge(row.writes, sent);
    }
    std::vector<spent_row> rows;
    std::map<std::string, std::int64_t> beyond;
    for (auto const& [id, of] : of_applications) beyond[id] = still_counted(of, at);
    for (auto const& [key, in] : in_tenants) {
        auto const writes = still_counted(in, at);
        if (key.second.empty() || writes == 0) continue;
        rows.push_back({.client_id = key.first, .directory_id = key.second, .at = at, .writes = writes});
        beyond[key.first] -= writes;
    }
    for (auto const& [id, writes] : beyond) {
        if (writes > 0) rows.push_back({.client_id = id, .directory_id = {}, .at = at, .writes = writes});
    }
    return rows;
}

}  // namespace poolwright::provisioner
