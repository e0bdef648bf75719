#include "cli/fleet_status.hpp"

#include "cli/status_command.hpp"
#include "tests/cli/fleet_kit.hpp"
#include "tests/provisioner/ledger_kit.hpp"

#include <boost/json/parse.hpp>
#include <doctest/doctest.h>

#include <sstream>

using namespace poolwright;
using namespace poolwright::cli;

TEST_SUITE_BEGIN("cli");

namespace {

using provisioner::slot_state;

bool is(status_counts const& counts, std::int64_t planned, std::int64_t ready, std::int64_t pending,
        std::int64_t failed) {
    return counts == status_counts{planned, ready, pending, failed};
}

}  // namespace

TEST_CASE("apps are counted by state; those beyond the plan are not") {
    made_fleet fleet({{.tenant = 1, .name = "Contoso", .planned = 6}});
    fleet.add(0, 1, slot_state::ready);
    fleet.add(0, 2, slot_state::pending, "waits for replication");
    fleet.add(0, 3, slot_state::failed, "refused");
    fleet.add(0, 4, slot_state::failed, "refused again");
    fleet.add(0, 5, slot_state::open);
    fleet.add(0, 7, slot_state::ready);
    auto const status = read_status(fleet.book());
    REQUIRE(status.tenants.size() == 1);
    CHECK(is(status.tenants[0].counts, 6, 1, 1, 2));
    CHECK(status.tenants[0].counts.open() == 2);
    CHECK(status.tenants[0].last_error == "refused");
}

TEST_CASE("where a tenant failed as a whole, what is neither ready nor pending failed") {
    made_fleet fleet({{.tenant = 1, .planned = 6}, {.tenant = 2, .planned = 2}});
    fleet.add(0, 1, slot_state::ready);
    fleet.add(0, 2, slot_state::pending, "waits");
    fleet.add(0, 3, slot_state::failed, "refused");
    fleet.fail_tenant(0, "no consent");
    auto const status = read_status(fleet.book());
    CHECK(is(status.tenants[0].counts, 6, 1, 1, 4));
    CHECK(status.tenants[0].last_error == "no consent");
    CHECK(is(status.tenants[1].counts, 2, 0, 0, 0));
    CHECK(status.tenants[1].last_error.empty());
    CHECK(is(status.pools.at("exchange"), 8, 1, 1, 4));
}

TEST_CASE("a pending app is the error where nothing worse is") {
    made_fleet fleet({{.tenant = 1, .planned = 2}});
    fleet.add(0, 1, slot_state::pending, "the first");
    fleet.add(0, 2, slot_state::pending, "the second");
    CHECK(read_status(fleet.book()).tenants[0].last_error == "the first");
}

TEST_CASE("tenants stand in the order of what they are known as, then of their pools") {
    made_fleet const fleet({{.tenant = 1, .name = "contoso", .pool = "exchange", .planned = 1},
                            {.tenant = 1, .name = "contoso", .pool = "archive", .planned = 1},
                            {.tenant = 2, .named_as = "fabrikam.com", .planned = 1},
                            {.tenant = 3, .name = "Adatum", .planned = 1}});
    std::string order;
    for (auto const& each : read_status(fleet.book()).tenants)
        order += known_as(each.pool) + "/" + each.pool.pool + " ";
    CHECK(order == "Adatum/exchange contoso/archive contoso/exchange fabrikam.com/exchange ");
}

TEST_CASE("the document") {
    made_fleet fleet({{.tenant = 1, .named_as = "contoso.com", .name = "Contoso \"&\" \x1b", .planned = 2},
                      {.tenant = 2, .pool = "archive", .planned = 1}});
    fleet.add(0, 1, slot_state::ready);
    fleet.add(1, 1, slot_state::failed, "refused");
    std::ostringstream out;
    print_status_json(read_status(fleet.book()), out);
    CHECK(boost::json::parse(out.str()) == boost::json::parse(R"({
        "schema": "poolwright.status/1",
        "pools": [{"pool":"archive","planned":1,"ready":0,"pending":0,"failed":1},
                  {"pool":"exchange","planned":2,"ready":1,"pending":0,"failed":0}],
        "tenants": [{"tenant_id":"00000002-0000-0000-0000-000000000001","name":"",
                     "named_as":"00000002-0000-0000-0000-000000000001","pool":"archive","planned":1,"ready":0,
                     "pending":0,"failed":1,"last_error":"refused"},
                    {"tenant_id":"00000001-0000-0000-0000-000000000001","name":"Contoso \"&\" \u001b",
                     "named_as":"contoso.com","pool":"exchange","planned":2,"ready":1,"pending":0,"failed":0,
                     "last_error":null}]})"));
}

TEST_CASE("the document of nothing") {
    std::ostringstream out;
    print_status_json({}, out);
    CHECK(boost::json::parse(out.str()) ==
          boost::json::parse(R"({"schema":"poolwright.status/1","pools":[],"tenants":[]})"));
}

TEST_SUITE_END();
