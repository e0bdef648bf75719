#include "cli/next_steps.hpp"

#include "cli/forecast_section.hpp"
#include "cli/provision_resume.hpp"
#include "cli/provision_words.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace poolwright::cli {
namespace {

void add_creation(capacity_report const& report, reported_plan const& plan, std::vector<next_step>& steps) {
    auto const saved = plan.is_saved ? shell_quoted(plan.file) : "plan.json";
    if (!plan.is_saved) {
        steps.push_back({.words = "Keep this plan, so that it is what is carried out",
                         .command = fmt::format("poolwright plan {}{} --save {}", shell_quoted(plan.file),
                                                plan.plan_options, saved)});
    }
    steps.push_back({.words = "See whether every tenant can be entered, allows what is needed and has room; "
                              "nothing is written",
                     .command = "poolwright doctor " + saved});
    steps.push_back(
        {.words = fmt::format("Create {}, in about {}; interrupted at any moment, the same command goes on",
                              counted(report.totals.to_create, "app"), forecast_words(report.forecast.time)),
         .command = "poolwright provision " + saved});
}

void add_hand_over(capacity_report const& report, std::vector<next_step>& steps) {
    steps.push_back({.words = "Hand the values to the backup product's guided setup",
                     .command = "poolwright export --format csv --to apps.csv"});
    if (std::ranges::find(report.risks, "ews_retirement", &report_risk::kind) == report.risks.end()) return;
    steps.push_back({.words = "Let each tenant's Exchange Online accept these apps, as long as it has "
                              "Exchange Web Services",
                     .command = "poolwright export --format ews-allow-list --to allow.ps1"});
}

void add_watch(capacity_report const& report, std::vector<next_step>& steps) {
    auto const near = static_cast<std::int64_t>(report.thresholds.size());
    if (near == 0) return;
    steps.push_back(
        {.words = fmt::format("Report again when mailboxes have been added: {} {} a next app with "
                              "a tenth more of them, or sooner",
                              counted(near, "pool"), near == 1 ? "needs" : "need"),
         .command = {}});
}

}  // namespace

std::vector<next_step> next_steps(capacity_report const& report, reported_plan const& plan) {
    std::vector<next_step> steps;
    if (report.totals.to_create > 0) {
        add_creation(report, plan, steps);
    } else {
        steps.push_back({.words = "Nothing is to be created. See where every pool stands",
                         .command = "poolwright status"});
    }
    if (report.totals.apps > 0) add_hand_over(report, steps);
    add_watch(report, steps);
    return steps;
}

}  // namespace poolwright::cli
