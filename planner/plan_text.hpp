#pragma once

#include "planner/plan.hpp"

#include <cstdint>
#include <string>
#include <string_view>

// The pieces of a plan as JSON text, appended to a buffer: written by hand because a million rows must not
// each become a tree of values first. Used by the writer and the digest, which so agree on the canonical
// form.

namespace poolwright::planner {

// Everything, or only what plan_id is computed over.
enum class plan_form : std::uint8_t { full, canonical };

// The text in quotes, escaped as plan.hpp says. `text` is valid UTF-8.
void append_string(std::string& out, std::string_view text);

// `"rule":{…},"growth_percent":…,"pool":…,"profile":{…}`, and in full also `,"based_on":{…}`.
void append_header(std::string& out, plan_header const& header, plan_form form);

// One element of "tenants".
void append_row(std::string& out, planned_pool const& row, plan_form form);

// The value of "totals".
void append_totals(std::string& out, plan_totals const& totals, plan_form form);

}  // namespace poolwright::planner
