#include "provisioner/roster.hpp"

#include "tests/provisioner/printing.hpp"
#include "tests/provisioner/replies.hpp"

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>
#include <vector>

using namespace poolwright::provisioner;
using namespace poolwright::provisioner::test;
namespace planner = poolwright::planner;
namespace throttle = poolwright::throttle;

TEST_SUITE_BEGIN("provisioner");

namespace {

// A ledger that is a list of rows.
struct rows_in_memory final : ledger_reader {
    std::vector<pool_row> known_pools;
    std::vector<slot_row> known_slots;

    std::string ledger_id() const override { return "ledger"; }
    std::string key_fingerprint() const override { return {}; }
    std::int64_t plan_number() const override { return 1; }
    std::vector<pool_row> pools() const override { return known_pools; }
    void slots(std::function<void(slot_row&&)> const& visit) const override {
        for (auto row : known_slots) visit(std::move(row));
    }
    std::vector<spent_row> spent_since(wall_seconds) const override { return {}; }
    std::vector<entered_row> entered() const override { return {}; }
    std::vector<held_row> held() const override { return {}; }
    void certificates(std::function<void(certificate_row&&)> const&) const override {}
    void events(std::int64_t, std::function<void(event_row&&)> const&) const override {}
};

struct fixture {
    std::vector<planner::planned_pool> plan;
    std::vector<guid> directories;
    std::vector<pool_id> ids;
    rows_in_memory book;
    roster_defaults defaults{.services = *find_cloud("global"), .redirect_uri = "https://console.example"};

    void add(guid const& directory, std::string_view pool, std::int64_t apps,
             std::int64_t mailboxes = 2'500) {
        planner::planned_pool row;
        row.tenant_id = to_string(directory);
        row.name = "Contoso";
        row.pool = pool;
        row.apps = apps;
        row.mailboxes = mailboxes;
        plan.push_back(row);
        directories.push_back(directory);
        ids.push_back(static_cast<pool_id>(100 - plan.size()));
    }
    void know(pool_id pool, std::int32_t ordinal, slot_state state) {
        slot_row row{.pool = pool, .ordinal = ordinal, .record = {}};
        row.record.state = state;
        book.known_slots.push_back(row);
    }
    std::vector<fleet_tenant> roster() {
        std::vector<resolved_pool> pools;
        for (std::size_t i = 0; i < plan.size(); ++i) pools.push_back({directories[i], &plan[i]});
        return make_roster(pools, ids, book, defaults);
    }
};

using ordinals = std::vector<std::int32_t>;

ordinals known_ordinals(fleet_pool const& pool) {
    ordinals all;
    for (auto const& each : pool.known) all.push_back(each.ordinal);
    return all;
}

}  // namespace

TEST_CASE_FIXTURE(fixture, "without a ledger every app of the plan is fresh, in order") {
    add(id(1), "exchange", 5);
    add(id(2), "exchange", 0);
    auto const tenants = roster();
    REQUIRE(tenants.size() == 2);
    CHECK(tenants[0].directory_id == id(1));
    CHECK(tenants[0].name == "Contoso");
    REQUIRE(tenants[0].pools.size() == 1);
    CHECK(tenants[0].pools[0].id == 99);
    CHECK(tenants[0].pools[0].name == "exchange");
    CHECK(tenants[0].pools[0].fresh == ordinals{1, 2, 3, 4, 5});
    CHECK(tenants[1].pools[0].fresh.empty());
    CHECK_FALSE(tenants[0].pools[0].failed_before);
    CHECK(defaults.services.graph == tenants[0].services.graph);
}

TEST_CASE_FIXTURE(fixture, "pools of one directory become one tenant, where its first pool stands") {
    add(id(9), "exchange", 1);
    add(id(1), "exchange", 1);
    add(id(9), "teams", 2);
    auto const tenants = roster();
    REQUIRE(tenants.size() == 2);
    CHECK(tenants[0].directory_id == id(9));
    REQUIRE(tenants[0].pools.size() == 2);
    CHECK(tenants[0].pools[0].name == "exchange");
    CHECK(tenants[0].pools[1].name == "teams");
    CHECK(tenants[0].pools[1].fresh == ordinals{1, 2});
    CHECK(tenants[1].directory_id == id(1));
}

TEST_CASE_FIXTURE(fixture,
                  "what is ready is counted, what is begun is listed, what is surplus is left alone") {
    add(id(1), "exchange", 6);
    know(99, 1, slot_state::ready);
    know(99, 2, slot_state::open);
    know(99, 3, slot_state::pending);
    know(99, 5, slot_state::failed);
    know(99, 7, slot_state::open);
    know(99, 8, slot_state::ready);
    know(99, 0, slot_state::open);
    know(99, -1, slot_state::open);
    know(55, 4, slot_state::open);
    auto const pool = roster()[0].pools[0];
    CHECK(pool.ready == 1);
    CHECK(known_ordinals(pool) == ordinals{2, 3, 5});
    CHECK(pool.fresh == ordinals{4, 6});
}

TEST_CASE_FIXTURE(fixture, "to be verified, what is ready is listed too, but nothing surplus") {
    defaults.verify = true;
    add(id(1), "exchange", 3);
    know(99, 1, slot_state::ready);
    know(99, 2, slot_state::open);
    know(99, 4, slot_state::ready);
    auto const pool = roster()[0].pools[0];
    CHECK(pool.ready == 0);
    CHECK(known_ordinals(pool) == ordinals{1, 2});
    CHECK(pool.known[0].record.state == slot_state::ready);
    CHECK(pool.fresh == ordinals{3});
}

TEST_CASE_FIXTURE(fixture, "a grown pool goes on numbering where it was") {
    add(id(1), "exchange", 4);
    know(99, 1, slot_state::ready);
    know(99, 2, slot_state::ready);
    auto const pool = roster()[0].pools[0];
    CHECK(pool.ready == 2);
    CHECK(pool.fresh == ordinals{3, 4});
}

TEST_CASE_FIXTURE(fixture, "a row's own words beat the run's") {
    add(id(1), "exchange", 1);
    add(id(2), "exchange", 1);
    plan[1].redirect_uri = "https://other.example";
    plan[1].cloud = "china";
    plan[1].name = "";
    auto const tenants = roster();
    CHECK(tenants[0].pools[0].redirect_uri == "https://console.example");
    CHECK(tenants[1].pools[0].redirect_uri == "https://other.example");
    CHECK(tenants[1].services.graph.at.host == "microsoftgraph.chinacloudapi.cn");
    CHECK(tenants[1].name == to_string(id(2)));
    plan[1].cloud = "mars";
    CHECK_THROWS_AS(roster(), std::logic_error);
}

TEST_CASE_FIXTURE(fixture, "a tenant is as large as its mailboxes say") {
    add(id(1), "exchange", 1, 49);
    add(id(2), "exchange", 1, 50);
    add(id(3), "exchange", 1, 501);
    auto const tenants = roster();
    CHECK((tenants[0].size == throttle::tenant_size::S));
    CHECK((tenants[1].size == throttle::tenant_size::M));
    CHECK((tenants[2].size == throttle::tenant_size::L));
}

TEST_CASE_FIXTURE(fixture, "a pool whose tenant failed in the last run is marked") {
    add(id(1), "exchange", 1);
    add(id(2), "exchange", 1);
    pool_row healthy;
    healthy.id = 99;
    pool_row failed;
    failed.id = 98;
    failed.last_error = "no consent";
    pool_row unplanned;
    unplanned.id = 55;
    unplanned.last_error = "gone";
    book.known_pools = {healthy, failed, unplanned};
    auto const tenants = roster();
    CHECK_FALSE(tenants[0].pools[0].failed_before);
    CHECK(tenants[1].pools[0].failed_before);
}

TEST_CASE_FIXTURE(fixture, "an empty plan has no tenants") {
    CHECK(roster().empty());
}

TEST_SUITE_END();
