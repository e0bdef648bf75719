#include "planner/sizing_rule.hpp"

#include "planner/wording.hpp"
#include "planner/workload.hpp"

#include <algorithm>

namespace poolwright::planner {

namespace {

void append_one(std::string& out, std::string_view text) {
    out += text;
}

void append_one(std::string& out, std::int64_t number) {
    append_grouped(out, number);
}

// Words and numbers one after the other. Not with fmt, which reads its format anew for each of a million
// rows.
template <class... Parts>
void append(std::string& out, Parts const&... parts) {
    (append_one(out, parts), ...);
}

std::int64_t grown(std::int64_t mailboxes, int growth_percent) noexcept {
    return (mailboxes * (100 + growth_percent) + 99) / 100;
}

std::int64_t steps_above(sizing_rule const& rule, std::int64_t grown_mailboxes) noexcept {
    auto const above = grown_mailboxes - rule.base_mailboxes;
    if (!rule.step_mailboxes || above <= 0) return 0;
    auto const step = *rule.step_mailboxes;
    return rule.round == rounding::up ? (above + step - 1) / step : above / step;
}

std::int64_t clamped(sizing_rule const& rule, std::int64_t apps) noexcept {
    return std::max(rule.min, rule.max ? std::min(apps, *rule.max) : apps);
}

std::int64_t apps_for_grown(sizing_rule const& rule, std::int64_t m) noexcept {
    return m == 0 ? 0 : clamped(rule, rule.base_apps + steps_above(rule, m));
}

// The smallest m, after growth, that gives at least `apps`, when a smaller m gives fewer. No product
// overflows: a number of steps is either at most m / step + 2, or comes from `min` and is, like the step, at
// most 10^9.
std::optional<std::int64_t> smallest_grown(sizing_rule const& rule, std::int64_t apps) noexcept {
    if (rule.max && apps > *rule.max) return std::nullopt;
    if (apps <= clamped(rule, rule.base_apps + steps_above(rule, 1))) return 1;
    if (!rule.step_mailboxes) return std::nullopt;
    auto const steps = apps - rule.base_apps;
    return rule.round == rounding::up ? rule.base_mailboxes + (steps - 1) * *rule.step_mailboxes + 1
                                      : rule.base_mailboxes + steps * *rule.step_mailboxes;
}

std::optional<std::int64_t> next_threshold(sizing_rule const& rule, std::int64_t apps,
                                           int growth_percent) noexcept {
    auto const m = smallest_grown(rule, apps + 1);
    if (!m || *m > grown(most_mailboxes, growth_percent)) return std::nullopt;
    return (*m - 1) * 100 / (100 + growth_percent) + 1;
}

void explain_steps(std::string& out, sizing_rule const& rule, std::int64_t m) {
    auto const steps = steps_above(rule, m);
    bool const full_only = rule.round == rounding::down;
    if (!rule.step_mailboxes) {
        append(out, "base ", rule.base_apps, " for any number of mailboxes");
    } else if (rule.base_apps == 0 && rule.base_mailboxes == 0) {
        append(out, full_only ? "1 per full " : "1 per ", *rule.step_mailboxes, ": ", steps, " for ", m);
    } else {
        append(out, "base ", rule.base_apps, " for ≤ ", rule.base_mailboxes);
        if (m <= rule.base_mailboxes) return;
        append(out, "; +", steps, " for ", m - rule.base_mailboxes, " above");
        if (full_only) append(out, ", counting every full ", *rule.step_mailboxes);
    }
}

void explain(std::string& out, sizing_rule const& rule, std::int64_t mailboxes, int growth_percent,
             std::int64_t apps) {
    auto const m = grown(mailboxes, growth_percent);
    if (m == 0) return append(out, "0 mailboxes: no app");
    if (growth_percent > 0) append(out, mailboxes, " mailboxes + ", growth_percent, " % growth = ", m, ": ");
    explain_steps(out, rule, m);
    auto const unclamped = rule.base_apps + steps_above(rule, m);
    if (apps < unclamped) append(out, "; capped at ", apps);
    if (apps > unclamped) append(out, "; raised to the least of ", apps);
}

}  // namespace

bool sizing_rule::fits(std::string_view of_workload) const noexcept {
    return workload == any_workload || workload == of_workload;
}

std::int64_t apps_for(sizing_rule const& rule, std::int64_t mailboxes, int growth_percent) {
    return apps_for_grown(rule, grown(mailboxes, growth_percent));
}

void size(sizing& out, sizing_rule const& rule, std::int64_t mailboxes, int growth_percent) {
    out.apps = apps_for(rule, mailboxes, growth_percent);
    out.reason.clear();
    explain(out.reason, rule, mailboxes, growth_percent, out.apps);
    out.next_app_at = next_threshold(rule, out.apps, growth_percent);
}

sizing size(sizing_rule const& rule, std::int64_t mailboxes, int growth_percent) {
    sizing out;
    size(out, rule, mailboxes, growth_percent);
    return out;
}

}  // namespace poolwright::planner
