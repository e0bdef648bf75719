#include "provisioner/ledger.hpp"
#include "tests/provisioner/ledger_kit.hpp"

#include <doctest/doctest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

using namespace poolwright::provisioner;

TEST_SUITE_BEGIN("provisioner");

namespace {

using tenants = std::vector<std::uint32_t>;

// The number of the present plan of each tenant's pool.
std::map<guid, std::int64_t> plan_numbers(ledger_reader const& book) {
    std::map<guid, std::int64_t> numbers;
    for (auto const& pool : book.pools()) numbers[pool.directory_id] = pool.plan_number;
    return numbers;
}

// One plan that comes to the ledger.
struct arrival {
    char letter;                // its plan_id
    bool from_file = false;     // else from a CSV
    std::string_view based_on;  // "", "this" or "other"
    std::int64_t basis = 0;
    tenants of = {1};
    int stale_at = -1;        // which pool refuses it; -1: none
    std::int64_t newest = 0;  // plan_number() afterwards
};

struct story {
    char const* what;
    std::vector<arrival> arrivals;
};

void tell(story const& told) {
    CAPTURE(told.what);
    auto const book = make_ledger(in_memory("plans"), commits_at_once());
    for (std::size_t i = 0; i < told.arrivals.size(); ++i) {
        CAPTURE(i);
        auto const& next = told.arrivals[i];
        made_plan plan(next.letter, next.of);
        if (!next.based_on.empty())
            plan.based_on(next.based_on == "this" ? book->ledger_id() : "other", next.basis);
        auto const before = contents(*book);
        auto const ids =
            book->accept_plan(plan.plan, plan.pools, next.from_file, second(static_cast<std::int64_t>(i)));
        CHECK(book->plan_number() == next.newest);
        REQUIRE(ids.has_value() == (next.stale_at < 0));
        if (ids) {
            CHECK(ids->size() == next.of.size());
        } else {
            CHECK(ids.error().pool_index == static_cast<std::size_t>(next.stale_at));
            CHECK(contents(*book) == before);
        }
    }
}

}  // namespace

TEST_CASE("which saved plans are stale") {
    constexpr bool csv = false;
    constexpr bool file = true;
    story const stories[] = {
        {"the same CSV again", {{'a', csv, "", 0, {1}, -1, 1}, {'a', csv, "", 0, {1}, -1, 1}}},
        {"a CSV changed and changed back",
         {{'a', csv, "", 0, {1}, -1, 1}, {'b', csv, "", 0, {1}, -1, 2}, {'a', csv, "", 0, {1}, -1, 3}}},
        {"the same file twice", {{'a', file, "this", 0, {1}, -1, 1}, {'a', file, "this", 0, {1}, -1, 1}}},
        {"file A, file B made after it, then A",
         {{'a', file, "this", 0, {1}, -1, 1},
          {'b', file, "this", 1, {1}, -1, 2},
          {'a', file, "this", 0, {1}, 0, 2}}},
        {"two files made of the same state: the second is stale",
         {{'a', file, "this", 0, {1}, -1, 1}, {'b', file, "this", 0, {1}, 0, 1}}},
        {"a file made before a CSV was applied",
         {{'a', csv, "", 0, {1}, -1, 1}, {'b', csv, "", 0, {1}, -1, 2}, {'c', file, "this", 1, {1}, 0, 2}}},
        {"a file made after it", {{'a', csv, "", 0, {1}, -1, 1}, {'b', file, "this", 1, {1}, -1, 2}}},
        {"the plan that a CSV brought back is no obstacle to its own file",
         {{'a', csv, "", 0, {1}, -1, 1},
          {'b', csv, "", 0, {1}, -1, 2},
          {'a', csv, "", 0, {1}, -1, 3},
          {'a', file, "this", 0, {1}, -1, 3},
          {'b', file, "this", 1, {1}, 0, 3}}},
        {"going on with a plan makes it no newer",
         {{'a', csv, "", 0, {1}, -1, 1}, {'a', csv, "", 0, {1}, -1, 1}, {'b', file, "this", 1, {1}, -1, 2}}},
        {"no basis: never seen here, so accepted",
         {{'a', csv, "", 0, {1}, -1, 1}, {'b', file, "", 0, {1}, -1, 2}, {'b', file, "", 0, {1}, -1, 2}}},
        {"no basis: file A, file B, then A",
         {{'a', file, "", 0, {1}, -1, 1}, {'b', file, "", 0, {1}, -1, 2}, {'a', file, "", 0, {1}, 0, 2}}},
        {"another ledger: its numbers mean nothing here",
         {{'a', csv, "", 0, {1}, -1, 1}, {'b', csv, "", 0, {1}, -1, 2}, {'c', file, "other", 0, {1}, -1, 3}}},
        {"another ledger: file A, file B, then A",
         {{'a', file, "other", 9, {1}, -1, 1},
          {'b', file, "other", 9, {1}, -1, 2},
          {'a', file, "other", 9, {1}, 0, 2}}},
        {"another ledger: a plan that was accepted twice is judged by the first time",
         {{'a', csv, "", 0, {1}, -1, 1},
          {'b', csv, "", 0, {1}, -1, 2},
          {'a', csv, "", 0, {1}, -1, 3},
          {'b', file, "other", 0, {1}, 0, 3}}},
        {"a basis from beyond a restored backup",
         {{'a', csv, "", 0, {1}, -1, 1}, {'b', file, "this", 7, {1}, -1, 2}}},
        {"only a pool that is in both plans can refuse",
         {{'a', csv, "", 0, {1}, -1, 1},
          {'b', csv, "", 0, {2}, -1, 2},
          {'c', file, "this", 1, {3, 1}, -1, 3},
          {'d', file, "this", 2, {4, 5, 1}, 2, 3}}},
        {"a CSV is never stale",
         {{'a', file, "this", 0, {1}, -1, 1},
          {'b', csv, "other", 0, {1}, -1, 2},
          {'a', csv, "this", 0, {1}, -1, 3}}},
        {"a first run of some tenants, then of all",
         {{'a', file, "this", 0, {1}, -1, 1},
          {'a', file, "this", 0, {1, 2}, -1, 1},
          {'b', file, "this", 1, {2}, -1, 2}}},
    };
    for (auto const& each : stories) tell(each);
}

TEST_CASE("pools get ids that stay, and a plan touches no other pool") {
    auto const book = make_ledger(in_memory("ids"), commits_at_once());
    made_plan const first('a', {5, 1});
    auto const ids = *book->accept_plan(first.plan, first.pools, false, second(1));
    CHECK(ids == std::vector<pool_id>{1, 2});

    made_plan const second_plan('b', {9, 1}, 8);
    CHECK(*book->accept_plan(second_plan.plan, second_plan.pools, false, second(2)) ==
          std::vector<pool_id>{3, 2});
    CHECK(plan_numbers(*book) ==
          std::map<guid, std::int64_t>{{guid_for(5), 1}, {guid_for(1), 2}, {guid_for(9), 2}});
    for (auto const& pool : book->pools()) {
        CHECK(pool.planned == (pool.id == 1 ? 5 : 8));
        CHECK(pool.tenant_name.ends_with(pool.id == 1 ? "plan a" : "plan b"));
    }
}

TEST_CASE("two pools of one tenant, and a tenant that the plan names twice, are kept apart and together") {
    auto const book = make_ledger(in_memory("pairs"), commits_at_once());
    made_plan plan('a', {1, 1, 1});
    plan.plan.pools[1].pool = "archive";
    plan.plan.pools[2].tenant_id = "contoso.example";
    CHECK(*book->accept_plan(plan.plan, plan.pools, false, second(1)) == std::vector<pool_id>{1, 2, 1});
    auto const pools = book->pools();
    REQUIRE(pools.size() == 2);
    CHECK(pools[0].pool == "archive");
    CHECK(pools[1].named_as == "contoso.example");
}

TEST_CASE("a new plan keeps what the last run said of a tenant") {
    auto const book = make_ledger(in_memory("kept-error"), commits_at_once());
    made_plan const plan('a', {1});
    auto const ids = *book->accept_plan(plan.plan, plan.pools, false, second(1));
    ledger_change change;
    change.pool_errors = {{ids[0], "no consent"}};
    commit_now(*book, std::move(change));
    made_plan const next('b', {1});
    CHECK(book->accept_plan(next.plan, next.pools, false, second(2)).has_value());
    CHECK(book->pools()[0].last_error == "no consent");
}

TEST_CASE("a plan of nothing is no plan") {
    auto const book = make_ledger(in_memory("nothing"), commits_at_once());
    made_plan const plan('a', {});
    CHECK(book->accept_plan(plan.plan, plan.pools, true, second(1))->empty());
    CHECK(book->plan_number() == 0);
}

TEST_SUITE_END();
