#include "provisioner/commit_thread.hpp"
#include "provisioner/ledger.hpp"
#include "tests/provisioner/ledger_kit.hpp"
#include "tests/provisioner/scratch_folder.hpp"

#include <boost/asio/io_context.hpp>
#include <doctest/doctest.h>

#include <set>
#include <string>
#include <thread>
#include <vector>

using namespace poolwright::provisioner;

TEST_SUITE_BEGIN("provisioner");

namespace {

// The ordinals of the slots that are there.
std::set<int> ordinals(ledger_reader const& book) {
    std::set<int> found;
    book.slots([&](slot_row const& row) { found.insert(row.ordinal); });
    return found;
}

ledger_change slot_change(int ordinal) {
    return change_of({1, ordinal, {}});
}

// Cannot be a slot, so its transaction fails.
ledger_change impossible_change() {
    return change_of({1, 0, {}});
}

}  // namespace

TEST_CASE("changes that wait together are committed together, and told in order") {
    held_commits commits;
    auto const book = make_ledger(in_memory("groups"), commits.executor());
    std::vector<int> told;
    auto const add = [&](int ordinal) {
        book->commit(slot_change(ordinal), [&told, ordinal](std::exception_ptr const& error) {
            CHECK_FALSE(error);
            told.push_back(ordinal);
        });
    };
    add(1);
    add(2);
    add(3);
    CHECK(commits.waiting() == 1);
    CHECK(ordinals(*book).empty());
    commits.run_one();
    CHECK(told == std::vector{1});
    CHECK(ordinals(*book) == std::set{1});
    CHECK(commits.waiting() == 1);
    add(4);
    commits.run_one();
    CHECK(told == std::vector{1, 2, 3});
    CHECK(ordinals(*book) == std::set{1, 2, 3});
    commits.run_one();
    CHECK(told == std::vector{1, 2, 3, 4});
    CHECK(commits.waiting() == 0);
}

TEST_CASE("a callback may commit, also where commits are made within the call") {
    auto const book = make_ledger(in_memory("reentrant"), commits_at_once());
    std::vector<int> told;
    std::function<void(int)> const add = [&](int ordinal) {
        book->commit(slot_change(ordinal), [&, ordinal](std::exception_ptr const&) {
            told.push_back(ordinal);
            if (ordinal < 4) add(2 * ordinal), add(2 * ordinal + 1);
        });
    };
    add(1);
    CHECK(told == std::vector{1, 2, 3, 4, 5, 6, 7});
    CHECK(ordinals(*book).size() == 7);
}

TEST_CASE("a crash loses whole groups that were not acknowledged, and nothing else") {
    scratch_folder const folder;
    for (auto const& where : {at_file(folder / "fleet.db"), in_memory("crash")}) {
        held_commits commits;
        bool dropped_told = false;
        auto book = make_ledger(where, commits.executor());
        auto const keeper = open_ledger_reader(where);
        auto both = slot_change(1);
        both.slots.push_back({1, 2, {}});
        book->commit(std::move(both), [](std::exception_ptr const&) {});
        commits.run_one();
        book->commit(slot_change(3), [&](std::exception_ptr const&) { dropped_told = true; });
        book->commit(slot_change(4), [&](std::exception_ptr const&) { dropped_told = true; });

        SUBCASE("the ledger goes first, and a late commit finds it gone") {
            book.reset();
            commits.run_all();
        }
        SUBCASE("the queue goes first") {
            commits.drop();
            book.reset();
        }
        book.reset();
        CHECK_FALSE(dropped_told);
        auto const again = make_ledger(where, commits_at_once());
        CHECK(ordinals(*again) == std::set{1, 2});
        commit_now(*again, slot_change(5));
        CHECK(ordinals(*again) == std::set{1, 2, 5});
    }
}

TEST_CASE("after a failed commit nothing more is committed, and everyone is told the same") {
    held_commits commits;
    auto const book = make_ledger(in_memory("failed"), commits.executor());
    std::vector<std::exception_ptr> told;
    auto const tell = [&](std::exception_ptr const& error) { told.push_back(error); };
    book->commit(slot_change(1), tell);
    commits.run_one();
    auto half = slot_change(2);
    half.slots.push_back({1, 0, {}});
    book->commit(slot_change(3), tell);
    book->commit(std::move(half), tell);
    commits.run_all();
    book->commit(slot_change(4), tell);
    commits.run_all();
    REQUIRE(told.size() == 4);
    CHECK_FALSE(told[0]);
    CHECK_FALSE(told[1]);
    CHECK(told[2]);
    CHECK(told[3] == told[2]);
    CHECK_THROWS_AS(book->bind_key("aa"), std::out_of_range);
    CHECK(ordinals(*book) == std::set{1, 3});
}

TEST_CASE("one bad change takes its whole group with it") {
    held_commits commits;
    auto const book = make_ledger(in_memory("whole"), commits.executor());
    int failed = 0;
    auto const tell = [&](std::exception_ptr const& error) { failed += error != nullptr; };
    book->commit(slot_change(1), tell);
    book->commit(slot_change(2), tell);
    book->commit(impossible_change(), tell);
    book->commit(slot_change(3), tell);
    commits.run_all();
    CHECK(failed == 3);
    CHECK(ordinals(*book) == std::set{1});
}

TEST_CASE("an error for a pool that is not there is a failure") {
    auto const book = make_ledger(in_memory("nopool"), commits_at_once());
    ledger_change change;
    change.pool_errors = {{17, "why"}};
    CHECK_THROWS_WITH_AS(commit_now(*book, std::move(change)), "the ledger has no pool 17",
                         std::out_of_range);
}

TEST_CASE("a callback may destroy the ledger") {
    held_commits commits;
    auto book = make_ledger(in_memory("destroyed"), commits.executor());
    int told = 0;
    book->commit(slot_change(1), [](std::exception_ptr const&) {});
    for (int i = 2; i < 5; ++i) {
        book->commit(slot_change(i), [&](std::exception_ptr const&) {
            ++told;
            book.reset();
        });
    }
    commits.run_all();
    CHECK(told == 1);
}

TEST_CASE("the thread commits, and the loop is told in order") {
    scratch_folder const folder;
    boost::asio::io_context loop;
    commit_thread thread(loop.get_executor());
    auto const book = make_ledger(at_file(folder / "fleet.db"), thread.executor());
    auto const here = std::this_thread::get_id();
    int told = 0;
    for (int i = 1; i <= 500; ++i) {
        book->commit(slot_change(i), [&, i](std::exception_ptr const& error) {
            CHECK_FALSE(error);
            CHECK(std::this_thread::get_id() == here);
            CHECK(++told == i);
        });
    }
    loop.run();
    CHECK(told == 500);
    CHECK(ordinals(*book).size() == 500);
}

TEST_CASE("the thread hands a failure to the loop") {
    boost::asio::io_context loop;
    commit_thread thread(loop.get_executor());
    auto const book = make_ledger(in_memory("thread-failure"), thread.executor());
    book->commit(impossible_change(), [](std::exception_ptr const& error) { std::rethrow_exception(error); });
    CHECK_THROWS_AS(loop.run(), std::out_of_range);
}

TEST_CASE("a ledger may end while the thread commits") {
    scratch_folder const folder;
    auto const where = at_file(folder / "fleet.db");
    for (int round = 1; round <= 20; ++round) {
        boost::asio::io_context loop;
        bool told = false;
        {
            commit_thread thread(loop.get_executor());
            auto book = make_ledger(where, thread.executor());
            auto change = slot_change(2 * round);
            change.slots.push_back({1, 2 * round + 1, {}});
            book->commit(std::move(change), [&](std::exception_ptr const&) { told = true; });
            book.reset();
        }
        loop.run();
        CHECK_FALSE(told);
    }
    auto const left = ordinals(*open_ledger_reader(where));
    for (auto const ordinal : left) CHECK(left.contains(ordinal ^ 1));
}

TEST_CASE("a reader sees whole groups while a run writes") {
    scratch_folder const folder;
    auto const where = at_file(folder / "fleet.db");
    boost::asio::io_context loop;
    commit_thread thread(loop.get_executor());
    auto const book = make_ledger(where, thread.executor());
    int round = 0;
    std::function<void(std::exception_ptr)> const next = [&](std::exception_ptr const& error) {
        CHECK_FALSE(error);
        if (++round > 200) return;
        ledger_change change;
        for (int i = 1; i <= 20; ++i) change.slots.push_back(full_slot(1, i, std::to_string(round)));
        book->commit(std::move(change), next);
    };
    next(nullptr);
    std::set<std::string> torn;
    std::thread reading([&] {
        for (int i = 0; i < 100; ++i) {
            std::set<std::string> seen;
            open_ledger_reader(where)->slots([&](slot_row const& row) { seen.insert(row.record.reason); });
            if (seen.size() > 1) torn.merge(seen);
        }
    });
    loop.run();
    reading.join();
    CHECK(torn.empty());
    CHECK(round == 201);
}

TEST_SUITE_END();
