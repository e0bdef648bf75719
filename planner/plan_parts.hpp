#pragma once

#include "planner/permission_profile.hpp"
#include "planner/sizing_rule.hpp"

// The rule and the profile as they stand in a file of their own or inside a saved plan. Called by parse_rule,
// parse_profile and parse_plan.

namespace poolwright::planner {

inline constexpr std::string_view rule_schema = "poolwright.rule/1";
inline constexpr std::string_view profile_schema = "poolwright.profile/1";

// Reads a rule that is a document or a part of one; `where` names it in problems ("rule"; empty: the whole
// document).
sizing_rule read_rule(boost::json::object const& object, std::string_view where, std::string_view file,
                      problem_list& problems);

// The same for a profile.
permission_profile read_profile(boost::json::object const& object, std::string_view where,
                                std::string_view file, problem_list& problems);

}  // namespace poolwright::planner
