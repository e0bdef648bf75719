#include "provisioner/spent_before.hpp"

#include "tests/provisioner/ledger_kit.hpp"

#include <doctest/doctest.h>

// What stands for the calls of long ago.

TEST_SUITE_BEGIN("provisioner");

using namespace poolwright;
using namespace poolwright::provisioner;

namespace {

// 10 writes a second for the application, 5 for it in one tenant.
throttle::limits small() {
    auto what = throttle::published_limits();
    what.application_writes = {.limit = 100, .window = std::chrono::seconds(10)};
    what.application_tenant_writes = {.limit = 50, .window = std::chrono::seconds(10)};
    return what;
}

std::vector<spent_row> each_second(int seconds, std::vector<guid> const& tenants, std::int64_t writes) {
    std::vector<spent_row> rows;
    for (int i = 0; i < seconds; ++i) {
        for (auto const& tenant : tenants)
            rows.push_back(
                {.client_id = "client", .directory_id = tenant, .at = second(i), .writes = writes});
    }
    return rows;
}

std::int64_t writes_in(std::vector<spent_row> const& rows) {
    std::int64_t sum = 0;
    for (auto const& row : rows) sum += row.writes;
    return sum;
}

}  // namespace

TEST_CASE("a bucket that was used faster than it fills is carried over as it is") {
    // 15 a second over three tenants: 5 a second more than the application's bucket gets back.
    auto const rows =
        carried_over(each_second(10, {guid_for(1), guid_for(2), guid_for(3)}, 5), small(), second(10));
    // The last second counts in full, since its calls may have been sent at its end.
    CHECK(writes_in(rows) == 60);
    for (auto const& row : rows) CHECK(row.at == second(10));
}

TEST_CASE("a bucket that was empty for many windows is carried over as empty") {
    auto const rows = carried_over(each_second(1'000, {guid_for(1), guid_for(2)}, 6), small(), second(1'000));
    CHECK(writes_in(rows) == 100);
    // Each tenant's own is empty, too.
    REQUIRE(rows.size() == 2);
    CHECK(rows[0].writes == 50);
    CHECK(rows[0].directory_id == guid_for(1));
}

TEST_CASE("what is full again needs no row") {
    CHECK(carried_over({}, small(), second(10)).empty());
    CHECK(carried_over(each_second(5, {guid_for(1)}, 5), small(), second(60)).empty());
}

TEST_CASE("applications are carried over each for itself, and what stood for earlier calls stays so") {
    std::vector<spent_row> const earlier = {{"one", {}, second(0), 40, 0},
                                            {"two", guid_for(1), second(0), 30, 0}};
    auto const rows = carried_over(earlier, small(), second(2));
    // The application's own quota counts less of it by then than the tenant's.
    REQUIRE(rows.size() == 2);
    CHECK(rows[0].client_id == "two");
    CHECK(rows[0].writes == 25);
    CHECK(rows[1].client_id == "one");
    CHECK(rows[1].directory_id.empty());
    CHECK(rows[1].writes == 30);
}

TEST_SUITE_END();
