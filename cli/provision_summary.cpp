#include "cli/provision_summary.hpp"

#include "cli/provision_words.hpp"
#include "cli/text.hpp"
#include "planner/wording.hpp"

#include <boost/json/array.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

namespace poolwright::cli {
namespace {

namespace json = boost::json;

double seconds_of(std::chrono::nanoseconds time) noexcept {
    return std::chrono::duration<double>(time).count();
}

// The reason without what is different every time: every run of hexadecimal digits and hyphens that has a
// digit becomes one `#`.
std::string gist_of(std::string_view why) {
    std::string gist;
    for (std::size_t i = 0; i < why.size();) {
        std::size_t end = i;
        while (end < why.size() && (planner::is_hex(why[end]) || why[end] == '-')) ++end;
        auto const run = why.substr(i, end - i);
        bool const number = std::any_of(run.begin(), run.end(), planner::is_digit);
        gist += number ? std::string_view("#") : why.substr(i, std::max<std::size_t>(end - i, 1));
        i = std::max(end, i + 1);
    }
    return gist;
}

using tenant_reason = std::pair<std::string, std::string>;  // tenant id, gist

void group_tenants(run_report const& report, std::vector<unready_group>& groups,
                   std::set<tenant_reason>& said) {
    std::map<std::string, std::size_t> by_gist;
    for (auto const& each : report.failed) {
        auto const gist = gist_of(each.why);
        said.emplace(each.tenant.id, gist);
        auto const [place, is_new] = by_gist.emplace(gist, groups.size());
        if (is_new) groups.push_back({.tenants = {}, .apps = 0, .pending = false, .why = each.why});
        groups[place->second].tenants.push_back(each.tenant);
    }
}

std::string subject_of(unready_group const& group) {
    constexpr std::size_t named = 3;
    std::string text;
    for (std::size_t i = 0; i < std::min(named, group.tenants.size()); ++i) {
        if (i > 0) text += ", ";
        text += words_for(group.tenants[i]);
    }
    if (group.tenants.size() > named) {
        text += fmt::format(" and {} more tenants",
                            planner::grouped(static_cast<std::int64_t>(group.tenants.size() - named)));
    }
    if (group.apps == 0) return text;
    return text + fmt::format(": {} {}", counted(static_cast<std::int64_t>(group.apps), "app"),
                              group.pending ? "pending" : "failed");
}

std::string headline(run_report const& report) {
    auto const& totals = report.totals;
    return fmt::format("{} of {} ready in {} ({} created, {}, {}, {})\n", planner::grouped(totals.ready),
                       counted(totals.planned, "app"),
                       counted(static_cast<std::int64_t>(report.tenants), "tenant"),
                       planner::grouped(totals.created), counted(totals.calls, "call"),
                       counted(totals.writes, "write"), duration_words(report.took));
}

}  // namespace

std::vector<unready_group> group_unready(run_report const& report) {
    std::vector<unready_group> groups;
    std::set<tenant_reason> said;
    group_tenants(report, groups, said);
    std::map<std::tuple<std::string, bool, std::string>, std::size_t> places;
    for (auto const& each : report.unready) {
        auto const gist = gist_of(each.why);
        if (said.contains({each.tenant.id, gist})) continue;
        auto const [place, is_new] =
            places.emplace(std::tuple(each.tenant.id, each.pending, gist), groups.size());
        if (is_new)
            groups.push_back({.tenants = {each.tenant}, .apps = 0, .pending = each.pending, .why = each.why});
        ++groups[place->second].apps;
    }
    return groups;
}

std::string summary_text(run_report const& report, next_commands const& next, std::size_t most_groups) {
    auto text = headline(report);
    auto const groups = group_unready(report);
    for (std::size_t i = 0; i < std::min(most_groups, groups.size()); ++i) {
        text += fmt::format("  {}: {}\n", subject_of(groups[i]), visible(groups[i].why));
    }
    if (groups.size() > most_groups) {
        text += fmt::format("  and {} more: {}\n",
                            planner::grouped(static_cast<std::int64_t>(groups.size() - most_groups)),
                            next.to_list);
    }
    if (report.totals.planned == 0) return text;
    if (report.all_ready()) return text + fmt::format("next: {}\n", next.when_ready);
    return text + fmt::format("to continue: {}\n", next.to_continue);
}

json::object totals_json(provisioner::fleet_counts const& totals) {
    return {{"planned", totals.planned}, {"ready", totals.ready},   {"created", totals.created},
            {"pending", totals.pending}, {"failed", totals.failed}, {"calls", totals.calls},
            {"writes", totals.writes}};
}

json::object summary_json(run_report const& report) {
    json::array tenants;
    for (auto const& each : report.failed) {
        tenants.push_back(json::object{{"tenant_id", each.tenant.id},
                                       {"name", each.tenant.name},
                                       {"end", to_string(each.end)},
                                       {"reason", each.why}});
    }
    json::array apps;
    for (auto const& each : report.unready) {
        apps.push_back(json::object{{"tenant_id", each.tenant.id},
                                    {"name", each.tenant.name},
                                    {"pool", each.pool},
                                    {"ordinal", each.ordinal},
                                    {"state", each.pending ? "pending" : "failed"},
                                    {"reason", each.why}});
    }
    return {{"schema", "poolwright.run/1"},         {"dry_run", false},
            {"interrupted", report.interrupted},    {"seconds", seconds_of(report.took)},
            {"totals", totals_json(report.totals)}, {"failed_tenants", std::move(tenants)},
            {"unready_apps", std::move(apps)}};
}

}  // namespace poolwright::cli
