#pragma once

#include "cli/live_counts.hpp"

#include <boost/json/object.hpp>

#include <chrono>
#include <ostream>

// What came of counting, tenant by tenant: for people, and as poolwright.count/1.

namespace poolwright::cli {

void print_counts(live_counts const& counts, std::chrono::sys_days today, std::ostream& out);

boost::json::object counts_json(live_counts const& counts);

}  // namespace poolwright::cli
