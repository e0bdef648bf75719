#include "planner/sizing_rule.hpp"

#include <algorithm>
#include <vector>

namespace poolwright::planner {

namespace {

// Commvault's pages say 5 apps for 2,500 mailboxes and one more "for every 1,000 mailboxes" (11.20), "every
// time an additional 1,000 mailboxes are added" (2022E), and 1 per 1,000 users with at most 10 (2024). The
// first reading, rounded up, never gives too few.
std::vector<sizing_rule> make_rules() {
    std::string const site = "https://documentation.commvault.com/";
    return {
        {"commvault-exchange", "exchange", 5, 2500, 1000, rounding::up, 0, std::nullopt,
         site + "11.20/register_application.html", "2026-10-01"},
        {"commvault-exchange-2022e", "exchange", 5, 2500, 1000, rounding::down, 0, std::nullopt,
         site + "2022e/expert/register_application.html", "2026-10-01"},
        {"commvault-2024", "exchange", 0, 0, 1000, rounding::up, 0, 10,
         site + "2024/essential/registering_exchange_online_with_azure.html", "2026-10-01"},
        {"single-app", "any", 1, 0, std::nullopt, rounding::up, 1, 1,
         "https://learn.microsoft.com/sharepoint/dev/general-development/"
         "how-to-avoid-getting-throttled-or-blocked-in-sharepoint-online",
         "2026-10-01"},
    };
}

}  // namespace

std::span<sizing_rule const> built_in_rules() {
    static std::vector<sizing_rule> const rules = make_rules();
    return rules;
}

std::span<std::string_view const> built_in_rule_names() {
    static std::vector<std::string_view> const names = [] {
        std::vector<std::string_view> out;
        for (auto const& rule : built_in_rules()) out.push_back(rule.name);
        return out;
    }();
    return names;
}

sizing_rule const* find_rule(std::string_view name) {
    auto const rules = built_in_rules();
    auto const found =
        std::find_if(rules.begin(), rules.end(), [&](auto const& rule) { return rule.name == name; });
    return found == rules.end() ? nullptr : &*found;
}

}  // namespace poolwright::planner
