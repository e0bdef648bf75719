#pragma once

#include "cli/plan_view.hpp"

// A plan for people: as a table on a terminal and as one in Markdown.

namespace poolwright::cli {

// Columns that say nothing (one pool per tenant, nothing exists) are left out; the reasons and ids come with
// --verbose, the reasons also where the line is wide enough.
std::unique_ptr<plan_view> make_plan_table(common_options const& common, std::ostream& out);

std::unique_ptr<plan_view> make_plan_markdown(std::ostream& out);

}  // namespace poolwright::cli
