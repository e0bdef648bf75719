#include "cli/advice.hpp"

#include "planner/wording.hpp"
#include "planner/workload.hpp"

#include <fmt/format.h>

namespace poolwright::cli {

std::optional<std::string> profile_advice(planner::permission_profile const& profile) {
    if (!profile.asks_for("full_access_as_app")) return std::nullopt;
    return fmt::format(
        "the profile {} asks for full_access_as_app, which is for Exchange Web Services: Microsoft switches "
        "them "
        "off from 2026-10-01 and ends them on 2027-04-01; until then each tenant must list these app ids "
        "(poolwright export --format ews-allow-list)",
        planner::shown(profile.name));
}

void pool_advice::add(planner::planned_pool const& row) {
    if (row.workload != planner::workloads.front() && row.apps > 1) ++pools_;
}

std::optional<std::string> pool_advice::warning() const {
    if (pools_ == 0) return std::nullopt;
    return fmt::format(
        "{} for onedrive, sharepoint or teams: Microsoft asks not to spread one purpose over several apps "
        "there, "
        "since all apps of a tenant draw on the same resources and are throttled together; `--rule "
        "single-app` "
        "plans one app each",
        pools_ == 1 ? "1 pool of more than one app is"
                    : planner::grouped(pools_) + " pools of more than one app are");
}

}  // namespace poolwright::cli
