#include "cli/plan_source.hpp"

#include "cli/diagnostics.hpp"
#include "cli/failure.hpp"
#include "cli/ledger_access.hpp"
#include "cli/sizing_input.hpp"
#include "cli/whole_file.hpp"
#include "planner/input_file.hpp"
#include "planner/tenant_csv.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace poolwright::cli {

namespace {

// A saved plan is read as one tree of values.
constexpr std::size_t largest_plan = std::size_t{1024} * 1024 * 1024;

[[noreturn]] void refuse(planner::problem what) {
    planner::problem_list problems;
    problems.add(std::move(what));
    throw failure(problems);
}

template <class T>
T value_or_refuse(boost::system::result<T, planner::problem>&& read) {
    if (!read) refuse(read.error());
    return *std::move(read);
}

// A CSV, read anew for every visit: sizing a row again costs less than keeping it.
class csv_plan final : public plan_source {
public:
    csv_plan(planner::input_file file, sizing_input sizing, plan_background background,
             std::optional<live_counts> counts)
        : counts_(std::move(counts)),
          file_(std::move(file)),
          options_(std::move(sizing.options)),
          existing_(std::move(background.existing)) {
        header_ = {options_.rule, options_.growth_percent, options_.pool, std::move(sizing.profile),
                   std::move(background.basis)};
    }

    void read_first(common_options const& common, pool_visitor const& first) {
        planner::plan_digest digest(header_);
        auto const findings = read(true, [&](planner::planned_pool const& row) {
            digest.add(row);
            totals_.add(row);
            first(row);
        });
        if (!findings.problems.empty()) throw failure(findings.problems);
        for (auto const& warning : findings.warnings) say_warning(warning.text(), common);
        plan_id_ = digest.finish();
    }

    void visit(pool_visitor const& visitor) override {
        auto const findings = read(false, visitor);
        if (!findings.problems.empty()) throw failure(findings.problems);
    }

private:
    planner::tenant_csv_findings read(bool find_duplicates, pool_visitor const& visitor) {
        planner::planned_pool pool;
        auto const take = [&](planner::tenant_row const& written) -> std::optional<planner::cell_problem> {
            planner::tenant_row counted;
            auto const* const row = counts_ ? with_count(written, counted) : &written;
            if (row == nullptr) return std::nullopt;
            auto fault = planner::plan_row(pool, *row, options_);
            if (fault) return fault;
            if (header_.based_on) existing_.count(pool);
            visitor(pool);
            return fault;
        };
        return planner::read_tenants(file_,
                                     {.file = file_.name(),
                                      .pool = options_.pool,
                                      .find_duplicates = find_duplicates,
                                      .for_counting = counts_.has_value()},
                                     take);
    }

    // The row with the number that its tenant gave, or else its own; null if it has neither.
    planner::tenant_row const* with_count(planner::tenant_row const& written,
                                          planner::tenant_row& counted) const {
        auto const number = counts_->mailboxes_of(written.tenant_id, written.cloud);
        if (!number) return written.mailboxes_given ? &written : nullptr;
        counted = written;
        counted.mailboxes = *number;
        return &counted;
    }

    std::optional<live_counts> counts_;  // --live
    planner::input_file file_;
    planner::plan_options options_;
    existing_apps existing_;
};

// A plan in memory.
class whole_plan final : public plan_source {
public:
    explicit whole_plan(planner::plan saved) : pools_(std::move(saved.pools)) {
        header_ = std::move(saved.header);
        plan_id_ = std::move(saved.plan_id);
        totals_ = saved.totals;
        from_file_ = true;
    }

    whole_plan(planner::planned_pool pool, sizing_input sizing) : pools_{std::move(pool)} {
        header_ = {std::move(sizing.options.rule), sizing.options.growth_percent,
                   std::move(sizing.options.pool), std::move(sizing.profile), std::nullopt};
        planner::plan_digest digest(header_);
        digest.add(pools_.front());
        totals_.add(pools_.front());
        plan_id_ = digest.finish();
    }

    // What only informs follows the ledger; on which state of it the plan is based does not.
    void count(existing_apps const& existing) {
        totals_ = {};
        for (auto& pool : pools_) {
            existing.count(pool);
            totals_.add(pool);
        }
    }

    void visit(pool_visitor const& visitor) override {
        for (auto const& pool : pools_) visitor(pool);
    }

private:
    std::vector<planner::planned_pool> pools_;
};

std::unique_ptr<plan_source> open_saved(planner::input_file& file, sizing_options const& options,
                                        plan_background const& background, pool_visitor const& first) {
    if (options.any_given) {
        throw failure(wrong_usage, file.name() + " is a saved plan, which is complete in itself",
                      "leave out --rule, --growth, --pool and --profile, or make a new plan from the CSV");
    }
    auto const text = value_or_refuse(read_whole(file, largest_plan));
    auto parsed = planner::parse_plan(text, file.name(), options.max_apps);
    if (!parsed) throw failure(parsed.error());
    auto plan = std::make_unique<whole_plan>(*std::move(parsed));
    if (background.basis) plan->count(background.existing);
    plan->visit(first);
    return plan;
}

[[noreturn]] void refuse_live(std::string const& name) {
    throw failure(wrong_usage, name + " is a saved plan, whose numbers are fixed",
                  "give --live the TENANTS.csv that it was made from");
}

// "mailboxes were counted in 12 tenants: 10 by the usage report, 2 by licences".
std::string summary_of(live_counts const& counts) {
    using provisioner::count_source;
    auto const of = [&](count_source source) {
        return std::ranges::count_if(
            counts.tenants(), [source](live_count const& each) { return each.found.source == source; });
    };
    auto const reports = of(count_source::report);
    auto const licences = of(count_source::licences);
    auto text =
        fmt::format("mailboxes were counted in {} of {} tenants: {} by the usage report, {} by licences",
                    reports + licences, counts.tenants().size(), reports, licences);
    if (licences > 0) text += " (too few where there are shared mailboxes)";
    return text;
}

}  // namespace

live_counting counting_for(bool live, access_options const& who, common_options const& common,
                           exit_code& code) {
    if (!live) return {};
    return [&who, &common, &code](planner::input_file& file) {
        auto counts = count_mailboxes(file, who, common);
        tell_of_uncounted(counts, "is left out, having no number",
                          "leave out --live to take the numbers of the file", common);
        say_note(summary_of(counts), common);
        code = counts.code();
        return counts;
    };
}

plan_background read_background(common_options const& common) {
    auto const ledger = open_ledger_if_any(common);
    if (!ledger) return {};
    return {existing_apps(*ledger), planner::plan_basis{ledger->ledger_id(), ledger->plan_number()}};
}

std::unique_ptr<plan_source> open_plan(std::string const& file, sizing_options const& options,
                                       plan_background background, common_options const& common,
                                       pool_visitor const& first, live_counting const& live) {
    auto input = value_or_refuse(planner::input_file::open(file));
    if (value_or_refuse(begins_with_brace(input))) {
        if (live) refuse_live(input.name());
        return open_saved(input, options, background, first);
    }
    auto sizing = read_sizing(options);
    auto counts = live ? std::optional(live(input)) : std::nullopt;
    auto plan = std::make_unique<csv_plan>(std::move(input), std::move(sizing), std::move(background),
                                           std::move(counts));
    plan->read_first(common, first);
    return plan;
}

std::unique_ptr<plan_source> plan_number(std::int64_t mailboxes, sizing_options const& options,
                                         pool_visitor const& first) {
    auto sizing = read_sizing(options);
    auto pool = planner::plan_total(mailboxes, sizing.options);
    if (!pool) throw failure(bad_input, pool.error().message);
    auto plan = std::make_unique<whole_plan>(*std::move(pool), std::move(sizing));
    plan->visit(first);
    return plan;
}

plan_input read_plan_input(std::string const& file, sizing_options const& options,
                           common_options const& common) {
    plan_input input;
    auto const keep = [&](planner::planned_pool const& row) { input.plan.pools.push_back(row); };
    auto const source = open_plan(file, options, {}, common, keep);
    input.from_file = source->from_file();
    input.plan.plan_id = source->plan_id();
    input.plan.header = source->header();
    input.plan.totals = source->totals();
    return input;
}

}  // namespace poolwright::cli
