#include "planner/permission_profile.hpp"

#include <algorithm>

namespace poolwright::planner {

namespace {

constexpr std::string_view exchange_name = "Office 365 Exchange Online";
constexpr std::string_view exchange_id = "00000002-0000-0ff1-ce00-000000000000";
constexpr std::string_view graph_name = "Microsoft Graph";

profile_resource exchange_online(std::vector<std::string> permissions) {
    return {std::string(exchange_name), std::string(exchange_id), std::move(permissions)};
}

profile_resource graph(std::vector<std::string> permissions) {
    return {std::string(graph_name), std::string(graph_application_id), std::move(permissions)};
}

// The vendor's page of 2020 says Group.Write.All, which Graph does not have; Group.ReadWrite.All is the
// permission that it means.
std::vector<permission_profile> make_profiles() {
    return {
        {"commvault-exchange-2020",
         "exchange",
         {exchange_online({"full_access_as_app"}), graph({"Directory.Read.All", "Group.ReadWrite.All"})},
         "https://documentation.commvault.com/11.20/register_application.html",
         "2026-10-01"},
        {"commvault-exchange-2026",
         "exchange",
         {graph({"Directory.Read.All", "Group.Read.All", "User.Read.All", "MailboxSettings.Read",
                 "MailboxItem.ImportExport.All", "MailboxItem.Read.All", "MailboxFolder.Read.All"}),
          exchange_online({"full_access_as_app", "Exchange.ManageAsApp"})},
         "https://documentation.commvault.com/saas/"
         "application_permissions_for_azure_app_for_exchange_online.html",
         "2026-10-01"},
    };
}

}  // namespace

std::size_t permission_profile::permission_count() const noexcept {
    std::size_t count = 0;
    for (auto const& resource : resources) count += resource.permissions.size();
    return count;
}

bool permission_profile::asks_for(std::string_view permission) const noexcept {
    return std::any_of(resources.begin(), resources.end(), [&](profile_resource const& resource) {
        return std::find(resource.permissions.begin(), resource.permissions.end(), permission) !=
               resource.permissions.end();
    });
}

std::span<permission_profile const> built_in_profiles() {
    static std::vector<permission_profile> const profiles = make_profiles();
    return profiles;
}

permission_profile const* find_profile(std::string_view name) {
    auto const profiles = built_in_profiles();
    auto const found =
        std::find_if(profiles.begin(), profiles.end(), [&](auto const& one) { return one.name == name; });
    return found == profiles.end() ? nullptr : &*found;
}

}  // namespace poolwright::planner
