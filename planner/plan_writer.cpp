#include "planner/plan.hpp"
#include "planner/plan_text.hpp"

#include <ostream>

namespace poolwright::planner {

namespace {

void put(std::ostream& out, std::string const& text) {
    out.write(text.data(), static_cast<std::streamsize>(text.size()));
}

}  // namespace

plan_writer::plan_writer(std::ostream& out) : out_(out) {}

void plan_writer::begin(plan_header const& header, std::string_view plan_id) {
    line_ = "{\"schema\":\"poolwright.plan/1\",\"plan_id\":";
    append_string(line_, plan_id);
    append_header(line_, header, plan_form::full);
    line_ += ",\"tenants\":[";
    put(out_, line_);
}

void plan_writer::add(planned_pool const& row) {
    line_ = first_ ? "\n" : ",\n";
    first_ = false;
    append_row(line_, row, plan_form::full);
    put(out_, line_);
}

void plan_writer::end(plan_totals const& totals) {
    line_ = "\n],\"totals\":";
    append_totals(line_, totals, plan_form::full);
    line_ += "}\n";
    put(out_, line_);
}

}  // namespace poolwright::planner
