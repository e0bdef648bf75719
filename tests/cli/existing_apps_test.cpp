#include "cli/existing_apps.hpp"

#include "tests/cli/fleet_kit.hpp"
#include "tests/provisioner/ledger_kit.hpp"

#include <doctest/doctest.h>

using namespace poolwright;
using namespace poolwright::cli;

TEST_SUITE_BEGIN("cli");

TEST_CASE("what exists is found by directory id and by the domain that named the tenant") {
    made_fleet fleet({{.tenant = 1, .named_as = "contoso.com", .planned = 5}, {.tenant = 2, .planned = 5}});
    for (std::int32_t const ordinal : {1, 2, 4}) fleet.add(0, ordinal, provisioner::slot_state::ready);
    auto without_app = fleet.ready_slot(0, 3);
    without_app.record.application_id = {};
    fleet.add(without_app);
    existing_apps const known(fleet.book());

    struct {
        std::string tenant;
        std::string pool;
        std::int64_t apps;
        std::int64_t existing;
        std::int64_t to_create;
        std::int64_t surplus;
    } const cases[] = {
        {to_string(provisioner::guid_for(1)), "exchange", 5, 3, 2, 0},
        {"contoso.com", "exchange", 5, 3, 2, 0},
        {"contoso.com", "exchange", 3, 3, 1, 1},
        {"contoso.com", "exchange", 4, 3, 1, 0},
        {"contoso.com", "exchange", 1, 3, 0, 2},
        {"contoso.com", "exchange", 0, 3, 0, 3},
        {"contoso.com", "archive", 5, 0, 5, 0},
        {to_string(provisioner::guid_for(2)), "exchange", 5, 0, 5, 0},
        {"fabrikam.com", "exchange", 5, 0, 5, 0},
    };
    for (auto const& one : cases) {
        CAPTURE(one.tenant);
        CAPTURE(one.apps);
        planner::planned_pool row;
        row.tenant_id = one.tenant;
        row.pool = one.pool;
        row.apps = one.apps;
        known.count(row);
        CHECK(row.existing == one.existing);
        CHECK(row.to_create == one.to_create);
        CHECK(row.surplus == one.surplus);
    }
}

TEST_CASE("without a ledger everything is to be created") {
    planner::planned_pool row;
    row.apps = 7;
    existing_apps().count(row);
    CHECK(row.existing == 0);
    CHECK(row.to_create == 7);
    CHECK(row.surplus == 0);
}

TEST_SUITE_END();
