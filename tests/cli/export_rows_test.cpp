#include "cli/export_rows.hpp"

#include "cli/failure.hpp"
#include "tests/cli/fleet_kit.hpp"
#include "tests/provisioner/ledger_kit.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

using namespace poolwright;
using namespace poolwright::cli;

TEST_SUITE_BEGIN("cli");

namespace {

using provisioner::slot_state;

made_fleet three_pools() {
    made_fleet fleet({{.tenant = 2, .named_as = "fabrikam.com", .name = "Fabrikam", .planned = 3},
                      {.tenant = 1, .name = "Contoso", .planned = 3},
                      {.tenant = 1, .name = "Contoso", .pool = "archive", .planned = 3},
                      {.tenant = 3, .name = "Twin", .planned = 1},
                      {.tenant = 4, .name = "TWIN", .planned = 1}});
    fleet.add(0, 1, slot_state::ready);
    fleet.add(1, 2, slot_state::ready);
    fleet.add(1, 1, slot_state::ready);
    fleet.add(1, 3, slot_state::pending, "waits");
    fleet.add(2, 1, slot_state::failed, "refused");
    fleet.add(2, 2, slot_state::open);
    fleet.add(3, 1, slot_state::ready);
    fleet.add(4, 1, slot_state::ready);
    return fleet;
}

// "tenant/pool:ordinals" for each pool.
std::string chosen(export_choice const& choice) {
    auto const fleet = three_pools();
    std::string text;
    for (auto const& pool : read_export(fleet.book(), choice).pools) {
        text += fmt::format("{}{}/{}:", text.empty() ? "" : " ", pool.pool.tenant_name, pool.pool.pool);
        for (auto const& app : pool.apps) text += std::to_string(app.ordinal);
    }
    return text;
}

std::string refusal(export_choice const& choice) {
    try {
        return chosen(choice);
    } catch (failure const& what) {
        CHECK(what.code() == bad_input);
        return fmt::format("{} ({})", what.what(), what.hint());
    }
}

}  // namespace

TEST_CASE("what is planned and not ready is counted, an app beyond the plan is not") {
    auto fleet = three_pools();
    fleet.add(3, 2, slot_state::ready);
    auto const all = read_export(fleet.book(), {});
    CHECK(all.planned == 11);
    CHECK(all.not_ready == 6);
    auto const one = read_export(fleet.book(), {.tenants = {"Fabrikam"}, .pools = {}});
    CHECK(one.planned == 3);
    CHECK(one.not_ready == 2);
}

TEST_CASE("only ready apps, ordered by tenant, pool and ordinal") {
    CHECK(chosen({}) == "Contoso/exchange:12 Fabrikam/exchange:1 Twin/exchange:1 TWIN/exchange:1");
}

TEST_CASE("a tenant is chosen by id, domain or name, a pool by name") {
    CHECK(chosen({{to_string(provisioner::guid_for(2))}, {}}) == "Fabrikam/exchange:1");
    CHECK(chosen({{"FABRIKAM.com"}, {}}) == "Fabrikam/exchange:1");
    CHECK(chosen({{"contoso"}, {}}) == "Contoso/exchange:12");
    CHECK(chosen({{"Contoso", "Fabrikam"}, {"exchange"}}) == "Contoso/exchange:12 Fabrikam/exchange:1");
    CHECK(chosen({{}, {"archive"}}).empty());
}

TEST_CASE("what the ledger does not know or cannot tell apart is refused") {
    CHECK(refusal({{"fabricam.com"}, {}}) ==
          "--tenant: the ledger knows none called `fabricam.com` (did you mean `fabrikam.com`?)");
    CHECK(refusal({{"nobody at all"}, {}}) ==
          "--tenant: the ledger knows none called `nobody at all` (`poolwright status` lists those that it "
          "knows)");
    CHECK(refusal({{"twin"}, {}}) ==
          "--tenant: 2 tenants are called `twin` (name the one that you mean by its directory id)");
    CHECK(refusal({{}, {"archiv"}}) ==
          "--pool: the ledger knows none called `archiv` (did you mean `archive`?)");
}

TEST_SUITE_END();
