#include "cli/report_page.hpp"

#include "cli/forecast_section.hpp"
#include "cli/html_text.hpp"
#include "cli/page_files.hpp"
#include "cli/page_form.hpp"
#include "cli/page_words.hpp"
#include "cli/provision_words.hpp"
#include "cli/report_sections.hpp"
#include "cli/text.hpp"

#include <fmt/format.h>

#include <string_view>

namespace poolwright::cli {
namespace {

constexpr section_style page_style{
    .with_ids = false, .most_rows = 10, .rest = "the table of all tenants below has them"};
constexpr section_style style_of_directories{.with_ids = false, .most_rows = 5, .rest = page_style.rest};
constexpr section_style style_of_risks{
    .with_ids = false, .most_rows = 10, .rest = "poolwright report -o json lists them all"};

std::string html_of_facts(capacity_report const& report, page_origin const& origin) {
    auto const& header = report.header;
    auto text = fmt::format("{}, sized by the rule {}", counted(report.totals.tenants, "tenant"),
                            visible(header.rule.name));
    if (header.growth_percent > 0) text += fmt::format(" with {} % growth", header.growth_percent);
    text += fmt::format(", with the permission profile {}.", visible(header.profile.name));
    return fmt::format("{} <span class=\"word\">{}.</span>", html_text(text), html_text(origin.day));
}

page_parts parts_of(capacity_report const& report, page_origin const& origin, page_rows const& rows) {
    return {
        {"policy", fixed(html_text(page_policy({page_style_css, page_report_css},
                                               {page_chart_js, page_shared_js, page_report_js})))},
        {"style", fixed(std::string(page_style_css))},
        {"report_style", fixed(std::string(page_report_css))},
        {"facts", fixed(html_of_facts(report, origin))},
        {"figures", fixed(html_of_figures(report))},
        {"steps", fixed(html_of_steps(next_steps(report, origin.plan)))},
        {"risks", fixed(html_of_section(risks_section(report, style_of_risks)))},
        {"forecast", fixed(html_of_section(forecast_section(report)))},
        {"thresholds", fixed(html_of_section(thresholds_section(report, page_style)))},
        {"directories", fixed(html_of_section(directories_section(report, style_of_directories)))},
        {"version", fixed(html_text(origin.version))},
        {"data", [&](std::ostream& out) { write_page_data(report, rows, out); }},
        {"charts", fixed(std::string(page_chart_js))},
        {"shared", fixed(std::string(page_shared_js))},
        {"script", fixed(std::string(page_report_js))},
    };
}

}  // namespace

void write_report_page(capacity_report const& report, page_origin const& origin, page_rows const& rows,
                       std::ostream& out) {
    fill_page(page_report_html, parts_of(report, origin, rows), out);
}

}  // namespace poolwright::cli
