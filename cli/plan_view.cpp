#include "cli/plan_view.hpp"

#include "cli/delimited.hpp"
#include "cli/plan_table.hpp"
#include "planner/plan_text.hpp"

#include <string>

namespace poolwright::cli {

namespace {

// The document that can be saved and provisioned.
class json_view final : public plan_view {
public:
    explicit json_view(std::ostream& out) : writer_(out) {}
    void begin(plan_source const& plan) override { writer_.begin(plan.header(), plan.plan_id()); }
    void add(planner::planned_pool const& row) override { writer_.add(row); }
    void end(planner::plan_totals const& totals) override { writer_.end(totals); }

private:
    planner::plan_writer writer_;
};

// The same, a line for what is said once, one for every tenant and one for the totals, each with its type.
class ndjson_view final : public plan_view {
public:
    explicit ndjson_view(std::ostream& out) : out_(out) {}

    void begin(plan_source const& plan) override {
        line_ = R"({"type":"plan","schema":"poolwright.plan/1","plan_id":")" + plan.plan_id() + '"';
        planner::append_header(line_, plan.header(), planner::plan_form::full);
        out_ << line_ << "}\n";
    }
    void add(planner::planned_pool const& row) override {
        line_.clear();
        planner::append_row(line_, row, planner::plan_form::full);
        put("tenant");
    }
    void end(planner::plan_totals const& totals) override {
        line_.clear();
        planner::append_totals(line_, totals, planner::plan_form::full);
        put("totals");
    }

private:
    // line_ is an object, which gets its type as the first member.
    void put(std::string_view type) {
        out_ << R"({"type":")" << type << "\"," << std::string_view(line_).substr(1) << '\n';
    }

    std::ostream& out_;
    std::string line_;
};

using row_writer = void (*)(std::span<std::string const>, std::ostream&);

std::vector<std::string> titles() {
    return {"tenant_id", "name", "workload", "pool",      "rule",    "redirect_uri", "cloud",
            "mailboxes", "apps", "existing", "to_create", "surplus", "reason",       "next_app_at"};
}

std::vector<std::string> cells_of(planner::planned_pool const& row) {
    return {row.tenant_id,
            row.name,
            row.workload,
            row.pool,
            row.rule,
            row.redirect_uri,
            row.cloud,
            std::to_string(row.mailboxes),
            std::to_string(row.apps),
            std::to_string(row.existing),
            std::to_string(row.to_create),
            std::to_string(row.surplus),
            row.reason,
            row.next_app_at ? std::to_string(*row.next_app_at) : ""};
}

// The rows for a spreadsheet, with the keys of the document as titles. Without totals, which would be counted
// as a tenant.
class delimited_view final : public plan_view {
public:
    delimited_view(row_writer write, std::ostream& out) : write_(write), out_(out) {}
    void begin(plan_source const&) override { write_(titles(), out_); }
    void add(planner::planned_pool const& row) override { write_(cells_of(row), out_); }
    void end(planner::plan_totals const&) override {}

private:
    row_writer write_;
    std::ostream& out_;
};

}  // namespace

std::vector<std::string_view> plan_formats() {
    return {"table", "json", "ndjson", "csv", "tsv", "markdown"};
}

std::unique_ptr<plan_view> plan_view_for(common_options const& common, std::ostream& out) {
    if (common.output == "json") return std::make_unique<json_view>(out);
    if (common.output == "ndjson") return std::make_unique<ndjson_view>(out);
    if (common.output == "csv") return std::make_unique<delimited_view>(write_csv, out);
    if (common.output == "tsv") return std::make_unique<delimited_view>(write_tsv, out);
    if (common.output == "markdown") return make_plan_markdown(out);
    return make_plan_table(common, out);
}

}  // namespace poolwright::cli
