#include "cli/profile_risks.hpp"

#include "cli/advice.hpp"
#include "planner/wording.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

namespace poolwright::cli {
namespace {

constexpr std::string_view exchange_application_id = "00000002-0000-0ff1-ce00-000000000000";

// Application permissions of Microsoft Graph that backup products and their kin ask for.
constexpr std::array<std::string_view, 32> of_graph = {"AppRoleAssignment.ReadWrite.All",
                                                       "Application.Read.All",
                                                       "Application.ReadWrite.All",
                                                       "Application.ReadWrite.OwnedBy",
                                                       "Calendars.ReadWrite",
                                                       "Contacts.ReadWrite",
                                                       "DelegatedAdminRelationship.Read.All",
                                                       "Directory.Read.All",
                                                       "Directory.ReadWrite.All",
                                                       "Files.ReadWrite.All",
                                                       "Group.Create",
                                                       "Group.Read.All",
                                                       "Group.ReadWrite.All",
                                                       "GroupMember.Read.All",
                                                       "GroupMember.ReadWrite.All",
                                                       "Mail.Read",
                                                       "Mail.ReadWrite",
                                                       "Mail.Send",
                                                       "MailboxFolder.Read.All",
                                                       "MailboxItem.ImportExport.All",
                                                       "MailboxItem.Read.All",
                                                       "MailboxSettings.Read",
                                                       "Organization.Read.All",
                                                       "Policy.Read.All",
                                                       "Policy.ReadWrite.ApplicationConfiguration",
                                                       "ReportSettings.Read.All",
                                                       "Reports.Read.All",
                                                       "Sites.FullControl.All",
                                                       "Sites.Read.All",
                                                       "User.Read.All",
                                                       "User.ReadBasic.All",
                                                       "User.ReadWrite.All"};

// Those that only Office 365 Exchange Online has.
constexpr std::array<std::string_view, 2> of_exchange = {"full_access_as_app", "Exchange.ManageAsApp"};

bool holds(auto const& names, std::string_view name) {
    return std::ranges::find(names, name) != names.end();
}

profile_risk misplaced(std::string_view permission, std::string_view resource) {
    return {.kind = "misplaced_permission",
            .text = fmt::format("{} is a permission of Office 365 Exchange Online, not of {}: every tenant "
                                "would fail; name it under {}",
                                permission, planner::shown(resource), exchange_application_id)};
}

profile_risk doubtful(std::string_view permission, std::string_view near) {
    return {.kind = "doubtful_permission",
            .text = fmt::format("the permission {} looks like a typing error for {}: if it does not exist, "
                                "every tenant fails",
                                planner::shown(permission), near)};
}

// One letter wrong, left out or too many, or two neighbours swapped.
bool is_one_slip(std::string_view a, std::string_view b) {
    auto const [first_a, first_b] = std::ranges::mismatch(a, b);
    a.remove_prefix(static_cast<std::size_t>(first_a - a.begin()));
    b.remove_prefix(static_cast<std::size_t>(first_b - b.begin()));
    while (!a.empty() && !b.empty() && a.back() == b.back()) {
        a.remove_suffix(1);
        b.remove_suffix(1);
    }
    bool const swapped = a.size() == 2 && b.size() == 2 && a[0] == b[1] && a[1] == b[0];
    return swapped || std::max(a.size(), b.size()) == 1;
}

// The known permission from which the name differs by one slip; empty if there is none. Two slips already
// lead from Files.Read.All to Sites.Read.All.
std::string_view misspelt(std::string_view permission, bool is_graph, bool is_exchange) {
    std::span<std::string_view const> known;
    if (is_graph) known = of_graph;
    if (is_exchange) known = of_exchange;
    if (holds(known, permission)) return {};
    auto const is_near = [&](auto name) { return is_one_slip(permission, name); };
    auto const found = std::ranges::find_if(known, is_near);
    return found == known.end() ? std::string_view() : *found;
}

void add_risks_of(planner::profile_resource const& resource, std::vector<profile_risk>& risks) {
    bool const is_graph = resource.application_id == planner::graph_application_id;
    bool const is_exchange = resource.application_id == exchange_application_id;
    for (auto const& permission : resource.permissions) {
        if (!is_exchange && holds(of_exchange, permission)) {
            risks.push_back(misplaced(permission, resource.name));
        } else if (auto const meant = misspelt(permission, is_graph, is_exchange); !meant.empty()) {
            risks.push_back(doubtful(permission, meant));
        }
    }
}

}  // namespace

std::vector<profile_risk> risks_of(planner::permission_profile const& profile) {
    std::vector<profile_risk> risks;
    if (auto advice = profile_advice(profile)) risks.push_back({.kind = "ews_retirement", .text = *advice});
    for (auto const& resource : profile.resources) add_risks_of(resource, risks);
    return risks;
}

}  // namespace poolwright::cli
