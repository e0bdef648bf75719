#include "cli/provision_summary.hpp"

#include "cli/gist.hpp"
#include "cli/provision_words.hpp"
#include "cli/text.hpp"
#include "planner/wording.hpp"
#include "provisioner/checkup.hpp"

#include <boost/json/array.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace poolwright::cli {
namespace {

namespace json = boost::json;

double seconds_of(std::chrono::nanoseconds time) noexcept {
    return std::chrono::duration<double>(time).count();
}

// Puts reasons into groups, each in the order in which its first one came.
class grouping {
public:
    void add_tenant(failed_tenant const& failed) {
        auto const gist = gist_of(failed.why);
        said_.emplace(failed.tenant.id, gist);
        place(subject::whole, gist, failed.why, failed.tenant);
    }

    void add_app(unready_app const& app) {
        auto const gist = gist_of(app.why);
        if (said_.contains({app.tenant.id, gist})) return;
        auto& group = place(app.pending ? subject::pending : subject::failed, gist, app.why, app.tenant);
        group.pending = app.pending;
        ++group.apps;
    }

    std::vector<unready_group> take() { return std::move(groups_); }

private:
    enum class subject { whole, pending, failed };

    unready_group& place(subject what, std::string const& gist, std::string const& why,
                         tenant_label const& tenant) {
        auto const [known, is_new] = places_.emplace(std::pair(what, gist), groups_.size());
        if (is_new) groups_.push_back({.tenants = {}, .apps = 0, .pending = false, .why = why});
        auto& group = groups_[known->second];
        if (named_.emplace(known->second, tenant.id).second) group.tenants.push_back(tenant);
        return group;
    }

    std::vector<unready_group> groups_;
    std::map<std::pair<subject, std::string>, std::size_t> places_;
    std::set<std::pair<std::size_t, std::string>> named_;  // the tenants of each group
    std::set<std::pair<std::string, std::string>> said_;   // what was said of whole tenants
};

std::string subject_of(unready_group const& group) {
    constexpr std::size_t named = 3;
    std::string text;
    for (std::size_t i = 0; i < std::min(named, group.tenants.size()); ++i) {
        if (i > 0) text += ", ";
        text += words_for(group.tenants[i]);
    }
    if (group.tenants.size() > named) {
        auto const others = static_cast<std::int64_t>(group.tenants.size() - named);
        text += fmt::format(" and {}", counted(others, "other tenant"));
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

// Which identity was refused how often, with the first reason; in the order in which it first was.
std::string fallback_sentences(run_report const& report) {
    std::string text;
    std::set<std::string> told;
    for (auto const& first : report.fallbacks) {
        if (!told.insert(first.from).second) continue;
        auto const tenants = std::count_if(report.fallbacks.begin(), report.fallbacks.end(),
                                           [&](auto const& each) { return each.from == first.from; });
        text +=
            fmt::format("  the identity {} was refused in {}, where another one went on; first in {}: {}\n",
                        first.from, counted(tenants, "tenant"), words_for(first.tenant), visible(first.why));
    }
    return text;
}

std::string certificate_sentence(run_report const& report) {
    if (report.certified.empty()) return {};
    auto const& first = report.certified.front();
    return fmt::format("  secrets are forbidden in {}, whose apps got certificates; first in {}: {}\n",
                       counted(static_cast<std::int64_t>(report.certified.size()), "tenant"),
                       words_for(first.tenant), visible(first.why));
}

// Where every tenant failed alike, what mends one of them is hardly what is wrong.
std::string sentence_on_all(run_report const& report) {
    auto const is_silent = [](auto const& each) { return each.end == provisioner::tenant_end::unreachable; };
    switch (exit_code_for(report)) {
        case unreachable:
            if (!std::ranges::any_of(report.failed, is_silent)) return {};
            return fmt::format("  to mend it: {}\n", provisioner::remedy_of_silence(false));
        case refused:
            if (report.failed.size() == 1) return {};
            return "  no tenant lets it in: look first at its client id, and at what it proves itself by\n";
        default:
            return {};
    }
}

}  // namespace

std::vector<unready_group> group_unready(run_report const& report) {
    grouping groups;
    for (auto const& each : report.failed) groups.add_tenant(each);
    for (auto const& each : report.unready) groups.add_app(each);
    return groups.take();
}

std::string summary_text(run_report const& report, next_commands const& next, std::size_t most_groups) {
    auto text = headline(report) + fallback_sentences(report) + certificate_sentence(report);
    auto const groups = group_unready(report);
    for (std::size_t i = 0; i < std::min(most_groups, groups.size()); ++i) {
        text += fmt::format("  {}: {}\n", subject_of(groups[i]), visible(groups[i].why));
    }
    if (groups.size() > most_groups) {
        text += fmt::format("  and {} more: {}\n",
                            planner::grouped(static_cast<std::int64_t>(groups.size() - most_groups)),
                            next.to_list);
    }
    text += sentence_on_all(report);
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
    json::array fallbacks;
    for (auto const& each : report.fallbacks) {
        fallbacks.push_back(json::object{{"tenant_id", each.tenant.id},
                                         {"name", each.tenant.name},
                                         {"refused", each.from},
                                         {"went_on", each.to},
                                         {"reason", each.why}});
    }
    json::array certified;
    for (auto const& each : report.certified) {
        certified.push_back(
            json::object{{"tenant_id", each.tenant.id}, {"name", each.tenant.name}, {"reason", each.why}});
    }
    return {{"schema", "poolwright.run/1"},
            {"dry_run", false},
            {"interrupted", report.interrupted},
            {"seconds", seconds_of(report.took)},
            {"totals", totals_json(report.totals)},
            {"failed_tenants", std::move(tenants)},
            {"unready_apps", std::move(apps)},
            {"identity_fallbacks", std::move(fallbacks)},
            {"certificates_instead", std::move(certified)}};
}

}  // namespace poolwright::cli
