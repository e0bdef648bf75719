#pragma once

#include "planner/permission_profile.hpp"

#include <string>
#include <string_view>
#include <vector>

// What can be said against a permission profile without asking a tenant. Used by the capacity report.

namespace poolwright::cli {

struct profile_risk {
    std::string_view kind;  // ews_retirement, misplaced_permission, doubtful_permission
    std::string text;
};

// In the order of the profile. Of a permission that is merely unknown here nothing is said, unless it is one
// slip away from one that is known (learn.microsoft.com/graph/permissions-reference); Group.Write.All, which
// vendors' pages name and Graph does not have, is refused where profiles are read.
std::vector<profile_risk> risks_of(planner::permission_profile const& profile);

}  // namespace poolwright::cli
