#include "cli/doctor_view.hpp"

#include "cli/gist.hpp"
#include "cli/provision_words.hpp"
#include "cli/table.hpp"
#include "cli/terminal.hpp"
#include "cli/text.hpp"

#include <fmt/format.h>

#include <map>
#include <tuple>

namespace poolwright::cli {
namespace {

using provisioner::check;
using provisioner::check_outcome;
using provisioner::check_result;

std::string cell_of(check_outcome what) {
    switch (what) {
        case check_outcome::ok:
            return "ok";
        case check_outcome::not_checked:
            return "-";
        case check_outcome::warning:
            return "warn";
        case check_outcome::finding:
            break;
    }
    return "FAIL";
}

bool is_worth_a_line(check_outcome what) noexcept {
    return what == check_outcome::warning || what == check_outcome::finding;
}

void print_matrix(doctor_report const& report, common_options const& common, std::ostream& out) {
    std::vector<std::vector<std::string>> rows;
    for (auto const& each : report.tenants) {
        if (!common.verbose && !is_worth_a_line(worst_of(each.checked))) continue;
        std::vector<std::string> cells{visible(each.tenant.name.empty() ? each.tenant.id : each.tenant.name)};
        for (std::size_t i = 0; i < provisioner::checks; ++i)
            cells.push_back(cell_of(worst_of(each.checked, static_cast<check>(i))));
        rows.push_back(std::move(cells));
    }
    if (rows.empty()) return;
    print_table({{"TENANT", false, 12},
                 {"REACH"},
                 {"CLOCK"},
                 {"TOKEN"},
                 {"RIGHTS"},
                 {"APIS"},
                 {"POLICY"},
                 {"QUOTA"},
                 {"NAMES"}},
                rows, {common.verbose ? 0 : output_width(), common.color}, out);
    out << '\n';
}

// What several tenants have in common.
struct finding_group {
    check_result first;
    std::vector<tenant_label> tenants;
    std::vector<std::string> urls;
};

std::vector<finding_group> groups_of(doctor_report const& report, bool all) {
    std::vector<finding_group> groups;
    std::map<std::tuple<check, check_outcome, std::string>, std::size_t> places;
    for (auto const& each : report.tenants) {
        for (auto const& one : each.checked.results) {
            if (!is_worth_a_line(one.result) && !all) continue;
            auto const [place, is_new] =
                places.emplace(std::tuple(one.what, one.result, gist_of(one.text)), groups.size());
            if (is_new) groups.push_back({.first = one, .tenants = {}, .urls = {}});
            auto& group = groups[place->second];
            group.tenants.push_back(each.tenant);
            if (!one.url.empty()) group.urls.push_back(one.url);
        }
    }
    return groups;
}

std::string names_of(std::vector<tenant_label> const& tenants) {
    constexpr std::size_t named = 5;
    std::string text;
    for (std::size_t i = 0; i < std::min(named, tenants.size()); ++i)
        text += (i > 0 ? ", " : "") + words_for(tenants[i]);
    if (tenants.size() > named) {
        text += fmt::format(" and {}",
                            counted(static_cast<std::int64_t>(tenants.size() - named), "other tenant"));
    }
    return text;
}

void print_group(finding_group const& group, std::ostream& out) {
    constexpr std::size_t most_urls = 20;
    out << fmt::format("{}, {}: {}\n", cell_of(group.first.result), to_string(group.first.what),
                       names_of(group.tenants));
    out << "  " << visible(group.first.text) << '\n';
    if (!group.first.remedy.empty()) out << "  to mend it: " << visible(group.first.remedy) << '\n';
    for (std::size_t i = 0; i < std::min(most_urls, group.urls.size()); ++i)
        out << "  " << visible(group.urls[i]) << '\n';
    if (group.urls.size() > most_urls) out << "  … the others with -o json\n";
}

}  // namespace

void print_doctor(doctor_report const& report, common_options const& common, std::ostream& out) {
    out << "asked by " << visible(report.identity) << '\n';
    print_matrix(report, common, out);
    for (auto const& group : groups_of(report, common.verbose)) print_group(group, out);
    std::int64_t fine = 0;
    for (auto const& each : report.tenants) fine += is_worth_a_line(worst_of(each.checked)) ? 0 : 1;
    auto const all = static_cast<std::int64_t>(report.tenants.size());
    bool const is_one = fine == 1 || all == 1;
    out << fmt::format("{} of {} {} as {} should be\n", fine, counted(all, "tenant"), is_one ? "is" : "are",
                       is_one ? "it" : "they");
}

}  // namespace poolwright::cli
