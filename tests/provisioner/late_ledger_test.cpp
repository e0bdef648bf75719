#include "provisioner/late_ledger.hpp"

#include "tests/provisioner/ledger_kit.hpp"
#include "tests/provisioner/scratch_folder.hpp"

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>
#include <vector>

using namespace poolwright::provisioner;

TEST_SUITE_BEGIN("provisioner");

namespace {

ledger_change trouble_of(pool_id pool, std::string why) {
    ledger_change change;
    change.events.push_back({second(1'700'000'000), "tenant_failed", guid_for(1), "", 0, why, 0});
    change.spent.push_back({"client", guid_for(1), second(1'700'000'000), 0, 2});
    change.pool_errors.emplace_back(pool, std::move(why));
    return change;
}

std::string event_details(ledger_reader const& book) {
    std::string all;
    book.events(0, [&](event_row const& row) { all += row.detail + ';'; });
    return all;
}

// A first run with its folder, in which the ledger is two folders deep.
struct first_run {
    scratch_folder const folder;
    ledger_location const where = at_file(folder / "state/poolwright/fleet.db");
    made_plan const wanted{'a', {7, 3, 5}};
    int times_made = 0;

    std::function<void(ledger&)> binding() {
        return [this](ledger& made) {
            ++times_made;
            CHECK(made.pools().empty());
            made.bind_key("aa");
        };
    }
    std::vector<pool_id> accept(ledger& book) {
        return *book.accept_plan(wanted.plan, wanted.pools, false, second(1'700'000'000));
    }
    [[nodiscard]] bool left_nothing() const { return listing(folder.path()).empty(); }
};

}  // namespace

TEST_CASE_FIXTURE(first_run, "a first run that records no slot leaves nothing behind") {
    {
        late_ledger book(where, commits_at_once(), binding());
        accept(book);
        book.forget_spent(second(0), {});
        commit_now(book, trouble_of(1, "no way in"));
        commit_now(book, {});
        CHECK(book.pools().empty());
        CHECK(book.key_fingerprint().empty());
        CHECK(event_details(book).empty());
    }
    CHECK(times_made == 0);
    CHECK(left_nothing());
}

TEST_CASE_FIXTURE(first_run, "the first slot makes the ledger, with all that was told before") {
    late_ledger book(where, commits_at_once(), binding());
    auto const ids = accept(book);
    commit_now(book, trouble_of(ids[1], "no way in"));
    CHECK(left_nothing());
    commit_now(book, change_of(full_slot(ids[2], 1)));
    commit_now(book, trouble_of(ids[0], "nor here"));
    commit_now(book, change_of(full_slot(ids[2], 2)));
    CHECK(times_made == 1);

    auto const reader = open_ledger_reader(where);
    REQUIRE(reader);
    CHECK(contents(*reader) == contents(book));
    CHECK(reader->key_fingerprint() == "aa");
    CHECK(event_details(*reader) == "no way in;nor here;");
    CHECK(reader->spent_since(second(0)).at(0).resource_units == 4);
    std::vector<std::string> errors;
    for (auto const id : ids) {
        for (auto const& row : reader->pools()) {
            if (row.id == id) errors.push_back(row.last_error);
        }
    }
    CHECK(errors == std::vector<std::string>{"nor here", "no way in", ""});
}

TEST_CASE_FIXTURE(first_run,
                  "a wait that the service asked for makes the ledger, so that the next process keeps it") {
    held_row const wait{
        .client_id = "client", .directory_id = guid_for(1), .writes = true, .until = second(1'700'000'300)};
    {
        late_ledger book(where, commits_at_once(), binding());
        accept(book);
        ledger_change change;
        change.held.push_back(wait);
        commit_now(book, std::move(change));
    }
    CHECK(times_made == 1);
    auto const next = open_ledger_reader(where);
    REQUIRE(next != nullptr);
    REQUIRE(next->held().size() == 1);
    CHECK(next->held().front().until == wait.until);
    CHECK(next->pools().size() == 3);
}

TEST_CASE_FIXTURE(first_run, "its pools have the numbers that the run was told before it was made") {
    late_ledger book(where, commits_at_once(), binding());
    auto const ids = accept(book);
    book.make();
    book.make();
    CHECK(times_made == 1);
    REQUIRE(ids.size() == wanted.pools.size());
    for (auto const& row : open_ledger_reader(where)->pools()) {
        for (std::size_t i = 0; i < ids.size(); ++i)
            CHECK((row.id == ids[i]) == (row.directory_id == wanted.pools[i].directory_id));
    }
}

TEST_CASE_FIXTURE(first_run, "everyone is told in the order of the calls, and of nothing once it is gone") {
    held_commits commits;
    std::vector<int> told;
    auto const tell = [&](int number) {
        return [&told, number](std::exception_ptr const& error) {
            CHECK_FALSE(error);
            told.push_back(number);
        };
    };
    auto book = std::make_unique<late_ledger>(where, commits.executor(), binding());
    accept(*book);
    book->commit(trouble_of(1, "one"), tell(1));
    book->commit(trouble_of(2, "two"), tell(2));
    book->commit(change_of(full_slot(3, 1)), tell(3));
    book->commit(trouble_of(3, "four"), tell(4));
    CHECK(told.empty());
    // Before the slot is acknowledged, what came before it is on disk.
    CHECK(event_details(*open_ledger_reader(where)) == "one;two;");
    commits.run_all();
    CHECK(told == std::vector{1, 2, 3, 4});

    auto unmade = std::make_unique<late_ledger>(at_file(folder / "other.db"), commits.executor(), binding());
    unmade->commit(trouble_of(1, "five"), tell(5));
    unmade.reset();
    commits.run_all();
    CHECK(told.size() == 4);
}

TEST_CASE_FIXTURE(first_run, "a ledger that another run has made meanwhile is left as it is") {
    late_ledger book(where, commits_at_once(), binding());
    accept(book);
    std::string before;
    SUBCASE("and is still at work in") {
        auto const other = make_ledger(where, commits_at_once());
        CHECK(has(error_of([&] { commit_now(book, change_of(full_slot(1, 1))); }), "is in use by another"));
    }
    SUBCASE("and left") {
        {
            auto const other = make_ledger(where, commits_at_once());
            accept(*other);
            commit_now(*other, change_of(full_slot(1, 1)));
            before = contents(*other);
        }
        auto const message = error_of([&] { commit_now(book, change_of(full_slot(1, 1, "ours"))); });
        CHECK(has(message, "was made by another poolwright since this run began"));
        CHECK(has(message, where.file));
        CHECK(contents(*open_ledger_reader(where)) == before);
        // As after any failed commit.
        CHECK(error_of([&] { commit_now(book, trouble_of(1, "more")); }) == message);
        CHECK(contents(*open_ledger_reader(where)) == before);
    }
    CHECK(times_made == 0);
}

TEST_CASE_FIXTURE(first_run, "what is wrong with the keys is what the commit fails with") {
    late_ledger book(where, commits_at_once(), [](ledger&) { throw std::domain_error("no key"); });
    accept(book);
    CHECK_THROWS_WITH_AS(commit_now(book, change_of(full_slot(1, 1))), "no key", std::domain_error);
    CHECK_THROWS_AS(commit_now(book, {}), std::domain_error);
    CHECK(open_ledger_reader(where)->pools().empty());
}

TEST_SUITE_END();
