#include "examples/sandbox/well_known.hpp"

#include <algorithm>
#include <array>

namespace poolwright::sandbox {
namespace {

// The two halves of each id as they are read: 7ab1d382-f21e-4acd-a863-ba3e13f7da61 is {0x7AB1D382F21E4ACD,
// 0xA863BA3E13F7DA61}.
constexpr auto graph_roles = std::to_array<app_role>({
    {{0x7AB1D382F21E4ACD, 0xA863BA3E13F7DA61}, "Directory.Read.All"},
    {{0x19DBC75EC2E2444C, 0xA770EC69D8559FC7}, "Directory.ReadWrite.All"},
    {{0x5B56725577034780, 0x807C7BE8301AE99B}, "Group.Read.All"},
    {{0x62A82D7670EA41E2, 0x9197370581804D09}, "Group.ReadWrite.All"},
    {{0xBF7B1A766E77406B, 0xB258BF5C7720E98F}, "Group.Create"},
    {{0x9883069527A244F7, 0x8C180C3EBC9698F6}, "GroupMember.Read.All"},
    {{0xDBAAE8CF10B54B86, 0xA4A1F871C94C6695}, "GroupMember.ReadWrite.All"},
    {{0xDF021288BDEF4463, 0x88DB98F22DE89214}, "User.Read.All"},
    {{0x97235F07E2264F63, 0xACE339588E11D3A1}, "User.ReadBasic.All"},
    {{0x741F803BC850494E, 0xB5DFCDE7C675A1CA}, "User.ReadWrite.All"},
    {{0x810C84A84A9E49E6, 0xBF7D12D183F40D01}, "Mail.Read"},
    {{0xE2A3A72E5F794C64, 0xB1B1878B674786C9}, "Mail.ReadWrite"},
    {{0xB633E1C5B5824048, 0xA93E9F11B44C7E96}, "Mail.Send"},
    {{0xEF54D2BF783F4E0F, 0xBCA13210C0444D99}, "Calendars.ReadWrite"},
    {{0x6918B873D17A4DC1, 0xB31435F528134491}, "Contacts.ReadWrite"},
    {{0x40F97065369A49F4, 0x947C6A255697AE91}, "MailboxSettings.Read"},
    {{0x99280D24A7824793, 0x93CC0888549957F6}, "MailboxFolder.Read.All"},
    {{0x7D9F353DA7BD4FBB, 0x822A26D5DD39A3CE}, "MailboxItem.Read.All"},
    {{0x76577085E73D4F1D, 0xB26A85FB33892327}, "MailboxItem.ImportExport.All"},
    {{0x9A5D68DD52B04CC2, 0xBD40ABCF44AC3A30}, "Application.Read.All"},
    {{0x1BFEFB4EE0B5418B, 0xA88F73C46D2CC8E9}, "Application.ReadWrite.All"},
    {{0x18A4783C866B4CC7, 0xA4603D5E5662C884}, "Application.ReadWrite.OwnedBy"},
    {{0x06B708A9E8304DB3, 0xA9148E69DA51D44F}, "AppRoleAssignment.ReadWrite.All"},
    {{0x230C1AEDA7214C5D, 0x9CB4A90514E508EF}, "Reports.Read.All"},
    {{0xEE353F8355EF4B78, 0x82DA555BFA2B4B95}, "ReportSettings.Read.All"},
    {{0x498476CEE0FE48B0, 0xB80137BA7E2685C6}, "Organization.Read.All"},
    {{0x246DD0D55BD04DEF, 0x940B0421030A5B68}, "Policy.Read.All"},
    {{0xBE74164BCFF1491C, 0x8741E671CB536E13}, "Policy.ReadWrite.ApplicationConfiguration"},
    {{0xF6E9E1244586492F, 0xADC0C6F96E4823FD}, "DelegatedAdminRelationship.Read.All"},
    {{0x332A536CC7EF4017, 0xAB91336970924F0D}, "Sites.Read.All"},
    {{0xA82116E555EB4C41, 0xA43462FE8A61C773}, "Sites.FullControl.All"},
    {{0x75359482378D4052, 0x8F0180520E7DB3CD}, "Files.ReadWrite.All"},
});

constexpr auto exchange_roles = std::to_array<app_role>({
    {{0xDC890D1595604A4C, 0x9B7FA736EC74EC40}, "full_access_as_app"},
    {{0xDC50A0FB09A3484D, 0xBE87E023B12C6440}, "Exchange.ManageAsApp"},
});

constexpr auto graph_scopes = std::to_array<delegated_scope>({
    {{0x9769C687087D48AC, 0x9CB3C37DDE652038}, "EWS.AccessAsUser.All"},
});

constexpr auto exchange_scopes = std::to_array<delegated_scope>({
    {{0x3B5F3D61589B4A3C, 0xA3595DD4B5EE5BD5}, "EWS.AccessAsUser.All"},
});

constexpr auto graph_identifiers = std::to_array<std::string_view>({"https://graph.microsoft.com"});

constexpr auto exchange_identifiers = std::to_array<std::string_view>(
    {"https://outlook.office365.com", "https://outlook.office.com", "https://ps.outlook.com"});

constexpr auto resources = std::to_array<resource>({
    {{0x0000000300000000, 0xC000000000000000},
     "Microsoft Graph",
     graph_roles,
     graph_scopes,
     graph_identifiers},
    {{0x0000000200000FF1, 0xCE00000000000000},
     "Office 365 Exchange Online",
     exchange_roles,
     exchange_scopes,
     exchange_identifiers},
});

std::optional<std::uint8_t> index_of(auto const& all, guid const& id, auto member) noexcept {
    auto const found = std::ranges::find(all, id, member);
    if (found == all.end()) return std::nullopt;
    return static_cast<std::uint8_t>(found - all.begin());
}

}  // namespace

std::span<resource const> well_known_resources() {
    return resources;
}

std::optional<std::uint8_t> find_resource(guid const& app_id) noexcept {
    return index_of(resources, app_id, &resource::app_id);
}

std::optional<std::uint8_t> find_role(resource const& of, guid const& role) noexcept {
    return index_of(of.roles, role, &app_role::id);
}

guid principal_id_in(guid const& tenant, guid const& app_id) {
    return name_based_guid(to_string(tenant) + "/servicePrincipals/" + to_string(app_id));
}

}  // namespace poolwright::sandbox
