#pragma once

#include "cli/plan_source.hpp"
#include "cli/report.hpp"

#include <functional>
#include <ostream>

// What the script of a report's page draws from: one JSON document for a script element.

namespace poolwright::cli {

// Tells the visitor every row of the plan.
using page_rows = std::function<void(pool_visitor const&)>;

// An object with, in this order: `rows`, each [tenant id, name, number of its pool, mailboxes, apps,
// existing, to create, surplus, next app at or 0, number of its reason]; `pools` and `reasons`, which these
// numbers count from 0; `stairs`, [mailboxes, apps] for every count of mailboxes from which on the chosen
// rule gives more, as far as the fleet reaches; `rule`, `rules`, `totals`, `writes_per_app`, `forecast` and
// `application_writes`. Nothing in it is markup, whatever the tenants are called.
void write_page_data(capacity_report const& report, page_rows const& rows, std::ostream& out);

}  // namespace poolwright::cli
