#pragma once

#include "planner/plan.hpp"

#include <cstdint>
#include <optional>
#include <string>

// What the publishers say about what a plan asks for, as warnings: `plan`, `report` and `provision` print
// each of them once.

namespace poolwright::cli {

// About a profile that asks for full_access_as_app: Exchange Web Services are being switched off (Exchange
// Team Blog, "Exchange Online EWS, Your Time is Almost Up").
std::optional<std::string> profile_advice(planner::permission_profile const& profile);

// About pools of more than one app where the publisher is against it: onedrive, sharepoint and teams
// (learn.microsoft.com, "Avoid getting throttled or blocked in SharePoint Online").
class pool_advice {
public:
    void add(planner::planned_pool const& row);
    // Nothing if no pool is of that kind.
    [[nodiscard]] std::optional<std::string> warning() const;

private:
    std::int64_t pools_ = 0;
};

}  // namespace poolwright::cli
