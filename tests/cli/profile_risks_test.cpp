#include "cli/profile_risks.hpp"

#include <doctest/doctest.h>

using namespace poolwright;
using namespace poolwright::cli;

TEST_SUITE_BEGIN("cli");

namespace {

constexpr std::string_view exchange_id = "00000002-0000-0ff1-ce00-000000000000";

planner::permission_profile asking(std::string_view application_id, std::string permission) {
    return {.name = "mine",
            .workload = "exchange",
            .resources = {{.name = "An API",
                           .application_id = std::string(application_id),
                           .permissions = {std::move(permission)}}},
            .source = "test",
            .as_of = "2026-01-01"};
}

std::string kinds_of(planner::permission_profile const& profile) {
    std::string kinds;
    for (auto const& risk : risks_of(profile)) kinds += std::string(risk.kind) + ' ';
    return kinds;
}

}  // namespace

TEST_CASE("what can be said against a permission") {
    struct row {
        std::string_view application_id;
        std::string permission;
        char const* kinds;
        char const* says;
    };
    constexpr auto graph = planner::graph_application_id;
    row const rows[] = {
        {graph, "Group.ReadWrite.All", "", ""},
        {graph, "User.Raed.All", "doubtful_permission ", "User.Read.All"},
        {graph, "Group.Read.Ali", "doubtful_permission ", "Group.Read.All"},
        {graph, "Groups.Read.All", "doubtful_permission ", "Group.Read.All"},
        {graph, "Directory.Read.Al", "doubtful_permission ", "Directory.Read.All"},
        // Real ones that are merely not known here, two slips or more from one that is.
        {graph, "Files.Read.All", "", ""},
        {graph, "Sites.ReadWrite.All", "", ""},
        {graph, "Calendars.Read", "", ""},
        {graph, "full_access_as_app", "ews_retirement misplaced_permission ", "Office 365 Exchange Online"},
        {exchange_id, "full_access_as_app", "ews_retirement ", "2027-04-01"},
        {exchange_id, "full_acess_as_app", "doubtful_permission ", "full_access_as_app"},
        {exchange_id, "Exchange.ManageAsApp", "", ""},
        {exchange_id, "Group.Write.All", "", ""},
        {"11111111-2222-3333-4444-555555555555", "User.Raed.All", "", ""},
    };
    for (auto const& each : rows) {
        INFO(each.permission);
        auto const profile = asking(each.application_id, each.permission);
        CHECK(kinds_of(profile) == each.kinds);
        auto const risks = risks_of(profile);
        if (!risks.empty()) CHECK(risks.back().text.find(each.says) != std::string::npos);
    }
}

TEST_CASE("of the built-in profiles only the retirement is said") {
    for (auto const& profile : planner::built_in_profiles()) {
        INFO(profile.name);
        CHECK(kinds_of(profile) == "ews_retirement ");
    }
}

TEST_SUITE_END();
