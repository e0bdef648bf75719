#include "cli/pretty_json.hpp"
#include "cli/report_view.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <cmath>

namespace poolwright::cli {
namespace {

namespace json = boost::json;

// In tenths: more would look as if it were known.
double tenths(throttle::real_seconds time) {
    return std::round(time.count() * 10) / 10;
}

json::value text_or_null(std::string_view text) {
    return text.empty() ? json::value(nullptr) : json::value(text);
}

template <class Things, class ToJson>
json::array array_of(Things const& things, ToJson to_json) {
    json::array array;
    array.reserve(things.size());
    for (auto const& each : things) array.push_back(to_json(each));
    return array;
}

json::object to_json(planner::plan_totals const& totals) {
    return {{"tenants", totals.tenants},   {"mailboxes", totals.mailboxes}, {"apps", totals.apps},
            {"existing", totals.existing}, {"to_create", totals.to_create}, {"surplus", totals.surplus}};
}

json::object to_json(rule_total const& rule) {
    return {{"name", rule.name}, {"apps", rule.apps}, {"chosen", rule.is_chosen}};
}

json::object to_json(throttle::identities_needed const& needed) {
    return {{"seconds", needed.within.count()}, {"identities", needed.identities}};
}

json::object to_json(near_threshold const& near) {
    return {{"tenant_id", near.tenant_id},
            {"name", near.name},
            {"pool", near.pool},
            {"mailboxes", near.mailboxes},
            {"next_app_at", near.next_app_at}};
}

json::object to_json(directory_use const& use) {
    return {{"tenant_id", use.tenant_id},
            {"name", use.name},
            {"apps", use.apps},
            {"objects_of_apps", use.objects_of_apps()},
            {"objects_at_least", use.objects()},
            {"limit", directory_quota},
            {"limit_with_verified_domain", directory_quota_with_domain},
            {"near", use.is_near()}};
}

json::object to_json(report_risk const& risk) {
    return {{"tenant_id", text_or_null(risk.tenant_id)}, {"kind", risk.kind}, {"text", risk.text}};
}

constexpr auto each_to_json = [](auto const& each) { return to_json(each); };

std::int64_t milliseconds(std::chrono::nanoseconds time) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(time).count();
}

json::object forecast_of(capacity_report const& report) {
    auto const& assumed = report.assumptions.conditions;
    return {
        {"seconds", tenths(report.forecast.time)},
        {"binding_limit", text_or_null(report.forecast.binding)},
        {"critical_path_seconds", tenths(report.forecast.critical_path)},
        {"identities_for", array_of(report.identities, each_to_json)},
        {"assumptions",
         {{"latency_ms", milliseconds(assumed.latency)},
          {"replication_lag_ms", milliseconds(assumed.replication_lag)},
          {"limits", report.assumptions.limits_file.empty() ? "published" : report.assumptions.limits_file},
          {"identities", assumed.identities},
          {"concurrency", assumed.concurrency},
          {"per_tenant", assumed.per_tenant}}}};
}

}  // namespace

void print_report_json(capacity_report const& report, std::ostream& out) {
    json::object const document{{"schema", "poolwright.report/1"},
                                {"rule", report.header.rule.name},
                                {"growth_percent", report.header.growth_percent},
                                {"profile", report.header.profile.name},
                                {"totals", to_json(report.totals)},
                                {"rules", array_of(report.rules, each_to_json)},
                                {"writes", {{"per_app", report.writes_per_app}, {"total", report.writes}}},
                                {"forecast", forecast_of(report)},
                                {"thresholds", array_of(report.thresholds, each_to_json)},
                                {"quota", array_of(report.directories, each_to_json)},
                                {"risks", array_of(report.risks, each_to_json)}};
    print_json(document, out);
}

}  // namespace poolwright::cli
