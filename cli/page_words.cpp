#include "cli/page_words.hpp"

#include "cli/forecast_section.hpp"
#include "cli/html_text.hpp"
#include "cli/page_code.hpp"
#include "cli/provision_words.hpp"
#include "planner/wording.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace poolwright::cli {
namespace {

using planner::grouped;

struct figure {
    std::string_view name;
    std::string_view place;  // the id of what tells more
    std::string value;
    std::string note;
    bool is_warning = false;
};

figure apps_figure(planner::plan_totals const& totals) {
    auto const there = totals.apps - totals.to_create;
    std::string note = "all of them to be created";
    if (totals.to_create == 0) note = "all of them there";
    if (totals.to_create > 0 && there > 0)
        note = fmt::format("{} there, {} to be created", grouped(there), grouped(totals.to_create));
    if (totals.apps == 0) note = "none is needed";
    if (totals.surplus > 0) note += fmt::format("; {} surplus", grouped(totals.surplus));
    return {.name = "Apps", .place = "largest-title", .value = grouped(totals.apps), .note = note};
}

std::string decider(std::string_view binding) {
    if (binding == "critical path") return "the chain of one app decides";
    if (binding == "latency") return "the latency decides";
    return fmt::format("the limit {} decides", binding);
}

figure time_figure(throttle::forecast const& forecast) {
    if (forecast.binding.empty())
        return {.name = "Time to create",
                .place = "forecast-title",
                .value = "none",
                .note = "nothing is to be created"};
    return {.name = "Time to create",
            .place = "forecast-title",
            .value = forecast_words(forecast.time),
            .note = "with one identity; " + decider(forecast.binding)};
}

figure writes_figure(capacity_report const& report) {
    auto const& quota = report.assumptions.conditions.quotas.application_writes;
    return {.name = "Writes of quota",
            .place = "forecast-title",
            .value = grouped(report.writes),
            .note = fmt::format("{} an app; an identity has {} in {}", report.writes_per_app,
                                grouped(quota.limit), setting_words(quota.window))};
}

figure near_figure(capacity_report const& report) {
    auto const near = static_cast<std::int64_t>(report.thresholds.size());
    return {.name = "Close to the next app",
            .place = "distance-title",
            .value = grouped(near),
            .note = "within 10 % of it",
            .is_warning = near > 0};
}

figure risks_figure(capacity_report const& report) {
    auto const risks = static_cast<std::int64_t>(report.risks.size());
    auto const of_all = std::count_if(report.risks.begin(), report.risks.end(),
                                      [](auto const& each) { return each.tenant_id.empty(); });
    std::string note = "none is known";
    if (risks > 0) note = of_all == risks ? "for every tenant" : "for single tenants";
    if (of_all > 0 && of_all < risks)
        note =
            fmt::format("{} for every tenant, {} for single ones", grouped(of_all), grouped(risks - of_all));
    return {.name = "Risks",
            .place = "risks-title",
            .value = grouped(risks),
            .note = note,
            .is_warning = risks > 0};
}

std::string html_of(figure const& one) {
    return fmt::format("<div{}><dt><a href=\"#{}\">{}</a></dt><dd>{}<small>{}</small></dd></div>\n",
                       one.is_warning ? " class=\"warning\"" : "", one.place, html_text(one.name),
                       html_text(one.value), html_text(one.note));
}

std::string paragraphs(std::vector<std::string> const& sentences, std::string_view kind = {}) {
    std::string out;
    for (auto const& each : sentences) out += fmt::format("<p{}>{}</p>\n", kind, html_sentence(each));
    return out;
}

std::string cell(std::string_view tag, table_column const& column, std::string_view text) {
    auto const begin = tag == "th" ? "th scope=\"col\"" : tag;
    return fmt::format("<{}{}>{}</{}>", begin, column.is_number ? " class=\"number\"" : "", html_text(text),
                       tag);
}

std::string html_of_table(report_section const& section) {
    std::string out = fmt::format(
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Table: {}\"><table>\n<thead><tr>",
        html_text(section.title));
    for (auto const& column : section.columns)
        if (column.is_shown) out += cell("th", column, title_in_words(column.title));
    out += "</tr></thead>\n<tbody>\n";
    for (auto const& row : section.rows) {
        out += "<tr>";
        for (std::size_t i = 0; i < row.size(); ++i)
            if (section.columns[i].is_shown) out += cell("td", section.columns[i], row[i]);
        out += "</tr>\n";
    }
    return out + "</tbody></table></div>\n";
}

}  // namespace

std::string html_of_figures(capacity_report const& report) {
    auto const& totals = report.totals;
    return html_of(apps_figure(totals)) +
           html_of(
               {.name = "Tenants",
                .place = "tenants",
                .value = grouped(totals.tenants),
                .note = grouped(totals.mailboxes) + (totals.mailboxes == 1 ? " mailbox" : " mailboxes")}) +
           html_of(time_figure(report.forecast)) + html_of(writes_figure(report)) +
           html_of(near_figure(report)) + html_of(risks_figure(report));
}

std::string html_of_steps(std::span<next_step const> steps) {
    std::string out = "<ol>\n";
    for (auto const& each : steps) {
        out += fmt::format("<li>{}.", html_text(each.words));
        if (!each.command.empty()) out += fmt::format("<pre><code>{}</code></pre>", html_text(each.command));
        out += "</li>\n";
    }
    return with_whole_words(out + "</ol>\n");
}

std::string html_of_section(report_section const& section) {
    auto out = paragraphs(section.sentences);
    if (!section.columns.empty()) out += html_of_table(section);
    if (!section.points.empty()) {
        out += "<ul>\n";
        for (auto const& each : section.points) out += fmt::format("<li>{}</li>\n", html_sentence(each));
        out += "</ul>\n";
    }
    return with_whole_words(out + paragraphs(section.notes, " class=\"note\""));
}

}  // namespace poolwright::cli
