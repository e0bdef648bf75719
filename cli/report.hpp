#pragma once

#include "cli/profile_risks.hpp"
#include "planner/plan.hpp"
#include "throttle/forecast.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

// The capacity report: what a plan means for quotas, time and people before anything is created. Put together
// here from the rows of a plan, without a word about how it looks.

namespace poolwright::cli {

// What the forecast takes for granted.
struct report_assumptions {
    throttle::run_conditions conditions;  // of one identity
    std::int32_t most_in_flight = 1;      // of any number of identities
    std::string limits_file;              // empty: the published limits
};

// The times for which the report says how many identities they need.
inline constexpr std::array<std::chrono::seconds, 4> report_times = {
    std::chrono::hours(1), std::chrono::minutes(30), std::chrono::minutes(10), std::chrono::minutes(5)};

// How many apps a sizing rule gives in all.
struct rule_total {
    std::string name;
    std::int64_t apps = 0;
    bool is_chosen = false;
};

// A pool that needs its next app when its tenant has a tenth more mailboxes, or sooner.
struct near_threshold {
    std::string tenant_id;
    std::string name;
    std::string pool;
    std::int64_t mailboxes = 0;
    std::int64_t next_app_at = 0;
};

// Microsoft's quota of objects in a directory (service limits of Microsoft Entra ID).
inline constexpr std::int64_t directory_quota = 50'000;
inline constexpr std::int64_t directory_quota_with_domain = 300'000;
// The application and its service principal.
inline constexpr std::int64_t objects_per_app = 2;

// What the pools take of a tenant's directory.
struct directory_use {
    std::string tenant_id;
    std::string name;
    std::int64_t mailboxes = 0;  // each belongs to a user at least, and a user is an object
    std::int64_t apps = 0;       // when the plan is done, those that are surplus included

    [[nodiscard]] std::int64_t objects_of_apps() const noexcept { return apps * objects_per_app; }
    [[nodiscard]] std::int64_t objects() const noexcept { return mailboxes + objects_of_apps(); }
    // Four fifths of the smaller quota are known to be in use.
    [[nodiscard]] bool is_near() const noexcept { return objects() * 5 >= directory_quota * 4; }
};

struct report_risk {
    std::string tenant_id;  // empty: every tenant
    std::string name;
    std::string_view kind;  // pool_of_apps, or as in profile_risk
    std::string text;
};

struct capacity_report {
    planner::plan_header header;
    planner::plan_totals totals;
    report_assumptions assumptions;
    std::vector<rule_total> rules;  // the chosen one first
    std::int64_t writes_per_app = 0;
    std::int64_t writes = 0;  // for what is to be created
    throttle::forecast forecast;
    std::vector<throttle::identities_needed> identities;
    std::vector<near_threshold> thresholds;  // the nearest first
    std::vector<directory_use> directories;  // of the tenants that have apps, the fullest first
    std::vector<report_risk> risks;
};

// Told every row of a plan; gives the report after the last.
class report_builder {
public:
    report_builder(planner::plan_header header, report_assumptions assumptions);

    void add(planner::planned_pool const& row);
    capacity_report finish() &&;

private:
    // All pools of one tenant together.
    struct tenant_sum {
        directory_use directory;
        std::int64_t to_create = 0;
    };

    void add_to_rules(planner::planned_pool const& row);
    void add_to_tenant(planner::planned_pool const& row);
    void predict();

    capacity_report report_;
    std::vector<tenant_sum> tenants_;
    std::unordered_map<std::string, std::size_t> places_;  // of tenants_, by tenant_id
};

}  // namespace poolwright::cli
