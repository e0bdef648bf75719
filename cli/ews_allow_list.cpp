#include "cli/export_format.hpp"
#include "cli/text.hpp"
#include "planner/wording.hpp"

#include <fmt/format.h>

// The list of applications that may use Exchange Web Services, as Exchange Online PowerShell sets it
// (Exchange Team Blog, "Introducing EWSAllowedAppIDs"): one text with commas, which replaces the whole list.

namespace poolwright::cli {

namespace {

constexpr std::string_view introduction =
    "# Adds the applications of each tenant to those that may use Exchange Web Services (EwsAllowedAppIDs).\n"
    "# One block for each tenant: connect to that tenant with Connect-ExchangeOnline, then run its block.\n"
    "# Setting the list replaces all of it, so each block reads the present one first and keeps what is in "
    "it.\n";

// A failed reading must stop the block: setting the list then would take the others' access away. The cmdlets
// are functions of a module, which do not see the preference of the block, so they are told as well.
constexpr std::string_view reading =
    "    )\n"
    "    $ErrorActionPreference = 'Stop'\n"
    "    $settings = Get-OrganizationConfig -RetrieveEwsOperationAccessPolicy -ErrorAction Stop\n"
    "    $present = @(@($settings.EwsAllowedAppIDs) -split '[,;\\s]+' | Where-Object { $_ })\n"
    "    $all = @($present + $add | ForEach-Object { $_.ToLowerInvariant() } | Sort-Object -Unique)\n"
    "    Set-OrganizationConfig -EwsAllowedAppIDs ($all -join ',') -EwsEnabled $true -ErrorAction Stop\n"
    "}\n";

std::string title_of(std::span<export_pool const> tenant) {
    std::size_t apps = 0;
    for (auto const& pool : tenant) apps += pool.apps.size();
    auto const& known = tenant.front().pool;
    auto const words = fmt::format("{}{}directory id {}", visible(known.tenant_name),
                                   known.tenant_name.empty() ? "" : ", ", to_string(known.directory_id));
    return fmt::format("# {}: {} application{}", words, planner::grouped(static_cast<std::int64_t>(apps)),
                       apps == 1 ? "" : "s");
}

// The only texts in quotes are application ids.
void write_tenant(std::span<export_pool const> tenant, std::ostream& out) {
    out << '\n' << title_of(tenant) << "\n& {\n    $add = @(\n";
    for (auto const& pool : tenant) {
        for (auto const& app : pool.apps) out << "        '" << to_string(app.application_id) << "'\n";
    }
    out << reading;
}

}  // namespace

void write_ews_allow_list(std::span<export_pool const> pools, key_opener const&, std::ostream& out) {
    out << introduction;
    while (!pools.empty()) {
        auto const tenant = first_tenant(pools);
        write_tenant(tenant, out);
        pools = pools.subspan(tenant.size());
    }
}

}  // namespace poolwright::cli
