#pragma once

#include "cli/provision_report.hpp"

#include <boost/json/object.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

// The report of a run in words: what is ready, what is not and why, and what to type next. Pure; `provision`
// prints what comes of it.

namespace poolwright::cli {

// One reason and everything it holds back.
struct unready_group {
    std::vector<tenant_label> tenants;  // each once, in the order of the report
    std::size_t apps = 0;               // 0: the tenants as a whole
    bool pending = false;
    std::string why;  // the first of those that were put together
};

// Puts together what differs only in numbers and ids (each refusal carries its own request id): whole tenants
// first, then what is pending or failed. What failed together with its tenant is said once.
std::vector<unready_group> group_unready(run_report const& report);

// What to type when all is ready, and when not.
struct next_commands {
    std::string when_ready;
    std::string to_continue;
    std::string to_list;  // what is not ready
};

// For people: at most `most_groups` reasons, then how many more there are. Ends with a newline.
std::string summary_text(run_report const& report, next_commands const& next, std::size_t most_groups = 20);

// For programs: the document of schema poolwright.run/1.
boost::json::object summary_json(run_report const& report);

// The totals as they stand in documents and events.
boost::json::object totals_json(provisioner::fleet_counts const& totals);

}  // namespace poolwright::cli
