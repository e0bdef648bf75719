#include "cli/report_sections.hpp"

#include "cli/forecast_section.hpp"
#include "cli/provision_words.hpp"
#include "cli/text.hpp"
#include "planner/wording.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace poolwright::cli {
namespace {

using planner::grouped;

std::string capitalised(std::string text) {
    if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
    return text;
}

std::string words_for(std::string const& id, std::string const& name) {
    if (!name.empty()) return visible(name);
    return id.empty() ? "(any)" : visible(id);
}

std::string left_out_note(std::int64_t left_out, section_style style) {
    return fmt::format("And {} more: {}.", grouped(left_out), style.rest);
}

// The rows that fit, and a note about the others.
template <class Things, class ToRow>
void fill_rows(report_section& section, Things const& things, section_style style, ToRow to_row) {
    auto const shown = style.most_rows == 0 ? things.size() : std::min(things.size(), style.most_rows);
    for (std::size_t i = 0; i < shown; ++i) section.rows.push_back(to_row(things[i]));
    auto const left_out = static_cast<std::int64_t>(things.size() - shown);
    if (left_out > 0) section.notes.push_back(left_out_note(left_out, style));
}

std::string apps_sentence(capacity_report const& report) {
    auto const& totals = report.totals;
    auto text =
        fmt::format("{} with {} mailboxes: {} by the rule {}", counted(totals.tenants, "tenant"),
                    grouped(totals.mailboxes), counted(totals.apps, "app"), visible(report.header.rule.name));
    if (report.header.growth_percent > 0)
        text += fmt::format(" with {} % growth", report.header.growth_percent);
    auto const there = totals.apps - totals.to_create;
    if (totals.apps > 0 && there == 0) {
        text += ", all of them to be created";
    } else if (totals.apps > 0 && totals.to_create == 0) {
        text += ", all of them there";
    } else if (totals.apps > 0) {
        text += fmt::format(", of which {} exist and {} are to be created", grouped(there),
                            grouped(totals.to_create));
    }
    if (totals.surplus > 0) text += fmt::format("; {} are surplus and stay", grouped(totals.surplus));
    return text + '.';
}

}  // namespace

report_section apps_section(capacity_report const& report) {
    report_section section{.title = "Apps", .columns = {{"RULE"}, {"APPS", true}, {""}}};
    section.sentences.push_back(apps_sentence(report));
    for (auto const& rule : report.rules)
        section.rows.push_back({visible(rule.name), grouped(rule.apps), rule.is_chosen ? "chosen" : ""});
    return section;
}

report_section thresholds_section(capacity_report const& report, section_style style) {
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
                                        fmt::format("+{}", grouped(each.next_app_at - each.mailboxes))};
    });
    return section;
}

report_section directories_section(capacity_report const& report, section_style style) {
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

report_section risks_section(capacity_report const& report, section_style style) {
    report_section section{.title = "Risks"};
    std::int64_t left_out = 0;
    for (auto const& risk : report.risks) {
        if (style.most_rows > 0 && section.points.size() == style.most_rows) {
            ++left_out;
            continue;
        }
        auto const who = style.with_ids && !risk.name.empty()
                             ? fmt::format("{} ({})", visible(risk.name), visible(risk.tenant_id))
                             : words_for(risk.tenant_id, risk.name);
        section.points.push_back(risk.tenant_id.empty() ? capitalised(risk.text) + '.'
                                                        : fmt::format("{}: {}.", who, risk.text));
    }
    if (left_out > 0) section.notes.push_back(left_out_note(left_out, style));
    if (section.points.empty()) section.sentences.emplace_back("None is known.");
    return section;
}

std::string title_in_words(std::string_view title) {
    std::string out(title);
    for (std::size_t i = 1; i < out.size(); ++i) {
        if (out[i] >= 'A' && out[i] <= 'Z') out[i] = static_cast<char>(out[i] - 'A' + 'a');
    }
    return out;
}

std::vector<report_section> sections_of(capacity_report const& report, section_style style) {
    return {apps_section(report), forecast_section(report), thresholds_section(report, style),
            directories_section(report, style), risks_section(report, style)};
}

}  // namespace poolwright::cli
