#include "cli/report_command.hpp"

#include "cli/advice.hpp"
#include "cli/diagnostics.hpp"
#include "cli/limits_input.hpp"
#include "cli/plan_source.hpp"
#include "cli/provision_resume.hpp"
#include "cli/replaced_file.hpp"
#include "cli/report_page.hpp"
#include "cli/report_view.hpp"
#include "cli/version_command.hpp"
#include "throttle/in_flight.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <chrono>
#include <filesystem>

namespace poolwright::cli {
namespace {

report_assumptions assumptions_of(report_options const& options) {
    report_assumptions assumed{
        .conditions = {}, .most_in_flight = throttle::most_in_flight, .limits_file = options.limits_file};
    auto& conditions = assumed.conditions;
    conditions.quotas = read_limits(options.limits_file);
    conditions.latency = std::chrono::milliseconds(options.latency);
    conditions.replication_lag = std::chrono::milliseconds(options.replication_lag);
    conditions.concurrency = throttle::fleet_in_flight(conditions.quotas, 1, conditions.latency);
    conditions.per_tenant = throttle::tenant_in_flight(conditions.quotas, conditions.latency);
    return assumed;
}

constexpr mode_t mode_of_pages = 0644;

// The options that make the same plan of a CSV.
std::string plan_options_of(sizing_options const& sizing) {
    std::string text;
    auto const add = [&](std::string_view name, std::string const& value) {
        if (!value.empty()) text += fmt::format(" {} {}", name, shell_quoted(value));
    };
    add("--rule", sizing.rule);
    if (sizing.growth_percent > 0) add("--growth", std::to_string(sizing.growth_percent));
    add("--pool", sizing.pool);
    add("--profile", sizing.profile);
    if (sizing.max_apps != sizing_options{}.max_apps) add("--max-apps", std::to_string(sizing.max_apps));
    return text;
}

// The file's name without its folder: where it lies here is nobody else's business.
page_origin origin_of(report_options const& options, plan_source const& plan) {
    auto const name = std::filesystem::path(options.file).filename().string();
    return {.plan = {.file = options.file == "-" ? (plan.from_file() ? "plan.json" : "tenants.csv") : name,
                     .is_saved = plan.from_file(),
                     .plan_options = plan_options_of(options.sizing)},
            .day = fmt::format("{:%Y-%m-%d}", fmt::gmtime(std::chrono::system_clock::now())),
            .version = std::string(own_version())};
}

void write_page(capacity_report const& report, report_options const& options, plan_source& plan,
                std::ostream& out) {
    write_report_page(
        report, origin_of(options, plan), [&](pool_visitor const& visitor) { plan.visit(visitor); }, out);
}

void save_page(capacity_report const& report, report_options const& options, plan_source& plan) {
    replaced_file file(options.html, mode_of_pages);
    write_page(report, options, plan, file.stream());
    file.commit();
}

}  // namespace

exit_code run_report(report_options const& options, common_options const& common, std::ostream& out) {
    check_is_not_read("--html", options.html, options.file);
    auto assumed = assumptions_of(options);
    pool_advice advice;
    exit_code counted = done;
    auto const plan = open_plan(
        options.file, options.sizing, read_background(common), common,
        [&](planner::planned_pool const& row) { advice.add(row); },
        counting_for(options.live, options.who, common, counted));
    if (auto const warning = profile_advice(plan->header().profile)) say_warning(*warning, common);
    if (auto const warning = advice.warning()) say_warning(*warning, common);
    report_builder builder(plan->header(), std::move(assumed));
    plan->visit([&](planner::planned_pool const& row) { builder.add(row); });
    auto const report = std::move(builder).finish();
    if (options.html == "-") {
        write_page(report, options, *plan, out);
        return counted;
    }
    // First: a reader that leaves early takes only the words away.
    if (!options.html.empty()) save_page(report, options, *plan);
    print_report(report, common, out);
    out.flush();
    if (!options.html.empty()) say_note("the page is in " + options.html, common);
    return counted;
}

}  // namespace poolwright::cli
