#include "cli/report_sections.hpp"

#include "cli/provision_words.hpp"
#include "cli/text.hpp"
#include "planner/wording.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace poolwright::cli {
namespace {

using planner::grouped;
using std::chrono::nanoseconds;

std::string duration_of(throttle::real_seconds time) {
    constexpr double a_year = 365.0 * 86'400;
    if (time.count() > a_year) return "more than a year";
    return duration_words(std::chrono::duration_cast<nanoseconds>(time));
}

std::string words_for(std::string const& id, std::string const& name) {
    if (!name.empty()) return visible(name);
    return id.empty() ? "(any)" : visible(id);
}

// The rows that fit, and a note about the others.
template <class Things, class ToRow>
void fill_rows(report_section& section, Things const& things, section_style style, ToRow to_row) {
    auto const shown = style.most_rows == 0 ? things.size() : std::min(things.size(), style.most_rows);
    for (std::size_t i = 0; i < shown; ++i) section.rows.push_back(to_row(things[i]));
    auto const left_out = static_cast<std::int64_t>(things.size() - shown);
    if (left_out > 0) {
        section.notes.push_back(
            fmt::format("And {} more: --verbose and -o json list them all.", grouped(left_out)));
    }
}

std::string apps_sentence(capacity_report const& report) {
    auto const& totals = report.totals;
    auto text =
        fmt::format("{} with {} mailboxes: {} by the rule {}", counted(totals.tenants, "tenant"),
                    grouped(totals.mailboxes), counted(totals.apps, "app"), visible(report.header.rule.name));
    if (report.header.growth_percent > 0)
        text += fmt::format(" with {} % growth", report.header.growth_percent);
    text +=
        fmt::format(". {} exist, {} are to be created", grouped(totals.existing), grouped(totals.to_create));
    if (totals.surplus > 0) text += fmt::format(", {} are surplus and stay", grouped(totals.surplus));
    return text + '.';
}

report_section apps_of(capacity_report const& report) {
    report_section section{.title = "Apps", .columns = {{"RULE"}, {"APPS", true}, {""}}};
    section.sentences.push_back(apps_sentence(report));
    for (auto const& rule : report.rules)
        section.rows.push_back({visible(rule.name), grouped(rule.apps), rule.is_chosen ? "chosen" : ""});
    return section;
}

std::string assumptions_of(capacity_report const& report) {
    auto const& assumed = report.assumptions.conditions;
    auto const& file = report.assumptions.limits_file;
    return fmt::format(
        "Assumed: {} for every call (--latency), {} of replication lag (--replication-lag), {}, "
        "at most {} calls in flight and {} in one tenant.",
        duration_words(assumed.latency), duration_words(assumed.replication_lag),
        file.empty() ? "the published limits" : "the limits of " + visible(file),
        grouped(assumed.concurrency), assumed.per_tenant);
}

std::string binding_sentence(capacity_report const& report) {
    auto const& [time, binding, critical_path] = report.forecast;
    auto const chain = duration_of(critical_path);
    if (binding == "critical path")
        return fmt::format(
            "What decides is the chain of one app, of which each call waits for the one before.");
    if (binding == "latency") {
        return fmt::format(
            "What decides is the latency of so many calls with so few in flight; the chain of one "
            "app takes {}.",
            chain);
    }
    return fmt::format("What decides is the limit {}; the chain of one app takes {}.", binding, chain);
}

report_section forecast_of(capacity_report const& report) {
    report_section section{.title = "Forecast"};
    section.sentences.push_back(fmt::format(
        "An app takes {} writes: the application, its service principal and {}. For what is to be "
        "created that is {}.",
        report.writes_per_app, counted(report.writes_per_app - 2, "permission"),
        counted(report.writes, "write")));
    if (report.writes == 0) return section;
    section.sentences.push_back(fmt::format("With one identity it takes about {}. {}",
                                            duration_of(report.forecast.time), binding_sentence(report)));
    section.columns = {{"WITHIN", true}, {"IDENTITIES", true}};
    for (auto const& each : report.identities)
        section.rows.push_back({duration_words(each.within), grouped(each.identities)});
    if (section.rows.empty()) section.columns.clear();
    section.notes.push_back(assumptions_of(report));
    return section;
}

report_section thresholds_of(capacity_report const& report, section_style style) {
    report_section section{.title = "Close to the next app"};
    if (report.thresholds.empty()) {
        section.sentences.emplace_back("No pool is within 10 % of its next app.");
        return section;
    }
    bool const has_pools = std::ranges::any_of(
        report.thresholds, [&](auto const& each) { return each.pool != report.thresholds.front().pool; });
    section.columns = {{"TENANT", false, 12},         {"DIRECTORY", false, 0, style.with_ids},
                       {"POOL", false, 8, has_pools}, {"MAILBOXES", true},
                       {"NEXT APP AT", true},         {"MORE", true}};
    fill_rows(section, report.thresholds, style, [](near_threshold const& each) {
        return std::vector<std::string>{words_for(each.tenant_id, each.name),
                                        visible(each.tenant_id),
                                        each.pool,
                                        grouped(each.mailboxes),
                                        grouped(each.next_app_at),
                                        "+" + grouped(each.next_app_at - each.mailboxes)};
    });
    return section;
}

report_section directories_of(capacity_report const& report, section_style style) {
    report_section section{.title = "Directory quota"};
    section.sentences.push_back(fmt::format(
        "An app is {} objects, a mailbox at least one. A directory holds {}, or {} with a verified "
        "domain; what was deleted counts for 30 days.",
        objects_per_app, grouped(directory_quota), grouped(directory_quota_with_domain)));
    std::vector<directory_use> near;
    std::ranges::copy_if(report.directories, std::back_inserter(near), &directory_use::is_near);
    if (near.empty()) {
        section.sentences.emplace_back("No tenant is known to come near.");
        return section;
    }
    section.columns = {{"TENANT", false, 12}, {"DIRECTORY", false, 0, style.with_ids},
                       {"OF APPS", true},     {"AT LEAST", true},
                       {"OF 50,000", true},   {"OF 300,000", true}};
    auto const part = [](std::int64_t objects, std::int64_t of) {
        return grouped(objects * 100 / of) + " %";
    };
    fill_rows(section, near, style, [&](directory_use const& each) {
        return std::vector<std::string>{
            words_for(each.tenant_id, each.name),  visible(each.tenant_id),
            grouped(each.objects_of_apps()),       grouped(each.objects()),
            part(each.objects(), directory_quota), part(each.objects(), directory_quota_with_domain)};
    });
    return section;
}

// Of a kind that many tenants share, the sentence once.
report_section risks_of(capacity_report const& report, section_style style) {
    report_section section{.title = "Risks"};
    std::size_t of_tenants = 0;
    for (auto const& risk : report.risks) {
        bool const of_tenant = !risk.tenant_id.empty();
        if (of_tenant && style.most_rows > 0 && of_tenants == style.most_rows) continue;
        of_tenants += of_tenant ? 1 : 0;
        auto const who = style.with_ids && !risk.name.empty()
                             ? fmt::format("{} ({})", visible(risk.name), visible(risk.tenant_id))
                             : words_for(risk.tenant_id, risk.name);
        section.points.push_back(of_tenant ? fmt::format("{}: {}.", who, risk.text)
                                           : fmt::format("{}.", risk.text));
    }
    if (section.points.empty()) section.sentences.emplace_back("None is known.");
    return section;
}

}  // namespace

std::vector<report_section> sections_of(capacity_report const& report, section_style style) {
    return {apps_of(report), forecast_of(report), thresholds_of(report, style), directories_of(report, style),
            risks_of(report, style)};
}

}  // namespace poolwright::cli
