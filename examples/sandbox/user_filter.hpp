#pragma once

#include "examples/sandbox/filter.hpp"
#include "examples/sandbox/population.hpp"

// The $filter that counts users by their service plans: assignedPlans/any(a:a/servicePlanId eq <guid> and
// a/capabilityStatus eq 'Enabled'), joined by and, or and parentheses.

namespace poolwright::sandbox {

// Whether it holds for such a user; the error of Graph if it is no such filter.
boost::system::result<bool, filter_problem> holds_for(std::string_view filter, user_group const& group);

}  // namespace poolwright::sandbox
