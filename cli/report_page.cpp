#include "cli/report_page.hpp"

#include "cli/forecast_section.hpp"
#include "cli/html_text.hpp"
#include "cli/page_files.hpp"
#include "cli/page_words.hpp"
#include "cli/provision_words.hpp"
#include "cli/report_sections.hpp"
#include "cli/text.hpp"

#include <fmt/format.h>
#include <sodium.h>

#include <array>
#include <functional>
#include <map>
#include <stdexcept>
#include <string_view>

namespace poolwright::cli {
namespace {

constexpr section_style page_style{
    .with_ids = false, .most_rows = 10, .rest = "the table of all tenants below has them"};
constexpr section_style style_of_directories{.with_ids = false, .most_rows = 5, .rest = page_style.rest};
constexpr section_style style_of_risks{
    .with_ids = false, .most_rows = 10, .rest = "poolwright report -o json lists them all"};

// How a Content-Security-Policy names an element's content.
std::string hash_of(std::string_view content) {
    std::array<unsigned char, crypto_hash_sha256_BYTES> digest{};
    crypto_hash_sha256(digest.data(), reinterpret_cast<unsigned char const*>(content.data()), content.size());
    std::array<char, sodium_base64_ENCODED_LEN(crypto_hash_sha256_BYTES, sodium_base64_VARIANT_ORIGINAL)>
        text{};
    sodium_bin2base64(text.data(), text.size(), digest.data(), digest.size(), sodium_base64_VARIANT_ORIGINAL);
    return fmt::format("'sha256-{}'", text.data());
}

std::string policy() {
    return fmt::format(
        "default-src 'none'; style-src {} {}; script-src {} {}; base-uri 'none'; form-action 'none'",
        hash_of(page_style_css), hash_of(page_report_css), hash_of(page_chart_js), hash_of(page_report_js));
}

std::string facts_of(capacity_report const& report, page_origin const& origin) {
    auto const& header = report.header;
    auto text = fmt::format("{}, sized by the rule {}", counted(report.totals.tenants, "tenant"),
                            visible(header.rule.name));
    if (header.growth_percent > 0) text += fmt::format(" with {} % growth", header.growth_percent);
    return text +
           fmt::format(", with the permission profile {}. {}.", visible(header.profile.name), origin.day);
}

using part_writer = std::function<void(std::ostream&)>;

part_writer fixed(std::string text) {
    return [text = std::move(text)](std::ostream& out) { out << text; };
}

std::map<std::string_view, part_writer> parts_of(capacity_report const& report, page_origin const& origin,
                                                 page_rows const& rows) {
    return {
        {"policy", fixed(html_text(policy()))},
        {"style", fixed(std::string(page_style_css))},
        {"report_style", fixed(std::string(page_report_css))},
        {"facts", fixed(html_text(facts_of(report, origin)))},
        {"figures", fixed(html_of_figures(report))},
        {"steps", fixed(html_of_steps(next_steps(report, origin.plan)))},
        {"risks", fixed(html_of_section(risks_section(report, style_of_risks)))},
        {"forecast", fixed(html_of_section(forecast_section(report)))},
        {"thresholds", fixed(html_of_section(thresholds_section(report, page_style)))},
        {"directories", fixed(html_of_section(directories_section(report, style_of_directories)))},
        {"version", fixed(html_text(origin.version))},
        {"data", [&](std::ostream& out) { write_page_data(report, rows, out); }},
        {"charts", fixed(std::string(page_chart_js))},
        {"script", fixed(std::string(page_report_js))},
    };
}

// A template that names a part that there is not is a bug.
void fill(std::string_view form, std::map<std::string_view, part_writer> const& parts, std::ostream& out) {
    for (auto begin = form.find("{{"); begin != std::string_view::npos; begin = form.find("{{")) {
        auto const end = form.find("}}", begin);
        out << form.substr(0, begin);
        parts.at(form.substr(begin + 2, end - begin - 2))(out);
        form.remove_prefix(end + 2);
    }
    out << form;
}

}  // namespace

void write_report_page(capacity_report const& report, page_origin const& origin, page_rows const& rows,
                       std::ostream& out) {
    fill(page_report_html, parts_of(report, origin, rows), out);
}

}  // namespace poolwright::cli
