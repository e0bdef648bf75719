#pragma once

#include "planner/permission_profile.hpp"

#include <string>
#include <string_view>
#include <vector>

// What can be said against a permission profile without asking a tenant. Used by the capacity report.

namespace poolwright::cli {

struct profile_risk {
    std::string_view kind;  // ews_retirement, no_such_permission, misplaced_permission, doubtful_permission
    std::string text;
};

// In the order of the profile. That a permission does not exist is only said where the publisher's list is
// known not to have it; of a name that is merely unknown here nothing is said, unless it looks like a typing
// error for one that is known (learn.microsoft.com/graph/permissions-reference).
std::vector<profile_risk> risks_of(planner::permission_profile const& profile);

}  // namespace poolwright::cli
