#include "cli/plan_table.hpp"

#include "cli/delimited.hpp"
#include "cli/table.hpp"
#include "cli/terminal.hpp"
#include "cli/text.hpp"
#include "planner/wording.hpp"
#include "planner/workload.hpp"

#include <fmt/format.h>

namespace poolwright::cli {

namespace {

using planner::grouped;

constexpr std::size_t width_with_reasons = 110;

enum column : std::size_t {
    tenant,
    id,
    pool,
    mailboxes,
    apps,
    existing,
    to_create,
    surplus,
    next_at,
    reason
};

std::vector<table_column> columns() {
    return {{"TENANT", false, 12}, {"DIRECTORY", false}, {"POOL", false, 8},  {"MAILBOXES", true},
            {"APPS", true},        {"EXISTING", true},   {"TO CREATE", true}, {"SURPLUS", true},
            {"NEXT APP AT", true}, {"REASON", false, 24}};
}

std::string next_of(planner::planned_pool const& row) {
    return row.next_app_at ? grouped(*row.next_app_at) : "-";
}

std::string tenant_of(planner::planned_pool const& row) {
    if (!row.name.empty()) return visible(row.name);
    return row.tenant_id.empty() ? "(any)" : visible(row.tenant_id);
}

std::vector<std::string> cells_of(planner::planned_pool const& row) {
    return {tenant_of(row),
            row.tenant_id,
            row.pool,
            grouped(row.mailboxes),
            grouped(row.apps),
            grouped(row.existing),
            grouped(row.to_create),
            grouped(row.surplus),
            next_of(row),
            row.reason};
}

std::string total_words(planner::plan_totals const& totals) {
    return fmt::format("Total of {}", grouped(totals.tenants));
}

std::vector<std::string> cells_of(planner::plan_totals const& totals) {
    return {total_words(totals),
            "",
            "",
            grouped(totals.mailboxes),
            grouped(totals.apps),
            grouped(totals.existing),
            grouped(totals.to_create),
            grouped(totals.surplus),
            "",
            ""};
}

class table_view final : public plan_view {
public:
    table_view(common_options const& common, std::size_t width, std::ostream& out)
        : out_(out), table_(columns(), {common.verbose ? 0 : width, common.color}) {
        if (!common.verbose) table_.hide(id);
        if (!common.verbose && width < width_with_reasons) table_.hide(reason);
    }

    void measure(planner::planned_pool const& row) override {
        table_.measure(cells_of(row));
        if (row.pool != planner::workloads.front()) has_pools_ = true;
    }

    void begin(plan_source const& plan) override {
        auto const& totals = plan.totals();
        table_.measure(cells_of(totals));
        if (!has_pools_) table_.hide(pool);
        if (totals.existing == 0) {
            table_.hide(existing);
            table_.hide(to_create);
        }
        if (totals.surplus == 0) table_.hide(surplus);
        table_.print_titles(out_);
    }

    void add(planner::planned_pool const& row) override { table_.print(cells_of(row), out_); }
    void end(planner::plan_totals const& totals) override { table_.print(cells_of(totals), out_); }

private:
    std::ostream& out_;
    table table_;
    bool has_pools_ = false;
};

class markdown_view final : public plan_view {
public:
    explicit markdown_view(std::ostream& out) : out_(out) {}

    void begin(plan_source const&) override {
        out_ << "| Tenant | Directory | Pool | Mailboxes | Apps | Existing | To create | Surplus | Next app "
                "at | Reason |\n"
                "| --- | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |\n";
    }
    void add(planner::planned_pool const& row) override { write_markdown(cells_of(row), out_); }
    void end(planner::plan_totals const& totals) override { write_markdown(cells_of(totals), out_); }

private:
    std::ostream& out_;
};

}  // namespace

std::unique_ptr<plan_view> make_plan_table(common_options const& common, std::ostream& out) {
    return std::make_unique<table_view>(common, output_width(), out);
}

std::unique_ptr<plan_view> make_plan_markdown(std::ostream& out) {
    return std::make_unique<markdown_view>(out);
}

}  // namespace poolwright::cli
