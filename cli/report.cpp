#include "cli/report.hpp"

#include "planner/workload.hpp"
#include "provisioner/step.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <utility>

namespace poolwright::cli {
namespace {

// The chosen rule and those built in.
std::vector<rule_total> rules_beside(planner::sizing_rule const& chosen) {
    std::vector<rule_total> rules{{.name = chosen.name, .is_chosen = true}};
    for (auto const& each : planner::built_in_rules()) {
        if (each.name != chosen.name) rules.push_back({.name = each.name});
    }
    return rules;
}

bool is_near(planner::planned_pool const& row) {
    return row.next_app_at && (*row.next_app_at - row.mailboxes) * 10 <= row.mailboxes;
}

// How far it is to the next app, in parts of the mailboxes.
double distance(near_threshold const& each) {
    return static_cast<double>(each.next_app_at - each.mailboxes) / static_cast<double>(each.mailboxes);
}

bool is_unwelcome(planner::planned_pool const& row) {
    return row.workload != planner::workloads.front() && row.apps > 1;
}

std::string pool_risk(planner::planned_pool const& row) {
    return fmt::format(
        "a pool of {} apps for {}: Microsoft asks not to spread one purpose over several apps "
        "there, since all of a tenant's draw on the same resources; the rule single-app plans "
        "one",
        row.apps, row.workload);
}

}  // namespace

report_builder::report_builder(planner::plan_header header, report_assumptions assumptions) {
    report_.rules = rules_beside(header.rule);
    report_.writes_per_app = provisioner::load_of(header.profile).writes_per_app;
    for (auto& [kind, text] : risks_of(header.profile))
        report_.risks.push_back({.tenant_id = {}, .name = {}, .kind = kind, .text = std::move(text)});
    report_.header = std::move(header);
    report_.assumptions = std::move(assumptions);
}

void report_builder::add(planner::planned_pool const& row) {
    report_.totals.add(row);
    add_to_rules(row);
    add_to_tenant(row);
    if (is_near(row)) {
        report_.thresholds.push_back({.tenant_id = row.tenant_id,
                                      .name = row.name,
                                      .pool = row.pool,
                                      .mailboxes = row.mailboxes,
                                      .next_app_at = *row.next_app_at});
    }
    if (is_unwelcome(row)) {
        report_.risks.push_back(
            {.tenant_id = row.tenant_id, .name = row.name, .kind = "pool_of_apps", .text = pool_risk(row)});
    }
}

// As if --rule had named each of them: a row that was sized by a rule of its own keeps it, as does one whose
// workload the rule does not fit.
void report_builder::add_to_rules(planner::planned_pool const& row) {
    auto const& header = report_.header;
    for (auto& [name, apps, is_chosen] : report_.rules) {
        auto const* const other = is_chosen ? nullptr : planner::find_rule(name);
        bool const changes = other != nullptr && row.rule == header.rule.name && other->fits(row.workload);
        apps += changes ? planner::apps_for(*other, row.mailboxes, header.growth_percent) : row.apps;
    }
}

void report_builder::add_to_tenant(planner::planned_pool const& row) {
    auto const place = places_.try_emplace(row.tenant_id, tenants_.size()).first->second;
    if (place == tenants_.size()) {
        tenants_.push_back({.directory = {.tenant_id = row.tenant_id, .name = row.name}});
    }
    auto& [directory, to_create] = tenants_[place];
    // The pools of a tenant serve the same people.
    directory.mailboxes = std::max(directory.mailboxes, row.mailboxes);
    directory.apps += row.existing + row.to_create;
    to_create += row.to_create;
}

void report_builder::predict() {
    auto load = provisioner::load_of(report_.header.profile);
    for (auto const& each : tenants_) {
        load.tenants.push_back(
            {.apps = each.to_create, .size = throttle::tenant_size_for(each.directory.mailboxes)});
    }
    auto const& [conditions, most_in_flight, limits_file] = report_.assumptions;
    report_.forecast = throttle::forecast_run(load, conditions);
    report_.identities = throttle::identities_for(load, conditions, most_in_flight, report_times);
}

capacity_report report_builder::finish() && {
    report_.writes = report_.totals.to_create * report_.writes_per_app;
    predict();
    std::ranges::stable_sort(report_.thresholds, {}, distance);
    for (auto& each : tenants_) {
        if (each.directory.apps > 0) report_.directories.push_back(std::move(each.directory));
    }
    std::ranges::stable_sort(report_.directories, std::greater<>(), &directory_use::objects);
    return std::move(report_);
}

}  // namespace poolwright::cli
