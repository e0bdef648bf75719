#include "provisioner/ledger.hpp"

#include "tests/provisioner/ledger_kit.hpp"
#include "tests/provisioner/scratch_folder.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <limits>
#include <string>
#include <vector>

using namespace poolwright::provisioner;

TEST_SUITE_BEGIN("provisioner");

namespace {

std::vector<slot_row> slots_of(ledger_reader const& book) {
    std::vector<slot_row> rows;
    book.slots([&](slot_row&& row) { rows.push_back(std::move(row)); });
    return rows;
}

std::vector<event_row> events_of(ledger_reader const& book, std::int64_t after = 0) {
    std::vector<event_row> rows;
    book.events(after, [&](event_row&& row) { rows.push_back(std::move(row)); });
    return rows;
}

}  // namespace

TEST_CASE("where a ledger is") {
    struct row {
        char const* url;
        char const* file;
        char const* memory;
        char const* problem;
    };
    row const rows[] = {
        {"sqlite:///var/lib/fleet.db", "/var/lib/fleet.db", "", ""},
        {"sqlite:///a b/%C3%BC%3F%25.db", "/a b/\xC3\xBC?%.db", "", ""},
        {"sqlite::memory:one", "", "one", ""},
        {"sqlite://fleet.db", "", "", "is not an absolute path"},
        {"sqlite://", "", "", "is not an absolute path"},
        {"sqlite:///var/lib/", "", "", "is a folder, not a file"},
        {"sqlite:///a?b", "", "", "has a ? or #"},
        {"sqlite:///a#b", "", "", "has a ? or #"},
        {"sqlite:///100%.db", "", "", "has a % that is not part of an escape"},
        {"sqlite:///a%00b", "", "", "has a zero byte"},
        {"sqlite::memory:", "", "", "is not the address of a ledger"},
        {"/var/lib/fleet.db", "", "", "is not the address of a ledger"},
        {"", "", "", "is not the address of a ledger"},
        {"postgresql://me:hunter2@host/db", "", "",
         "--state postgresql://… is not a kind of ledger known here"},
    };
    for (auto const& row : rows) {
        CAPTURE(row.url);
        auto const where = parse_ledger_url(row.url);
        REQUIRE(where.has_value() == (*row.problem == '\0'));
        if (where) {
            CHECK(where->file == row.file);
            CHECK(where->memory_name == row.memory);
        } else {
            CHECK(has(where.error(), row.problem));
            CHECK(has(where.error(), "write it as sqlite:///absolute/path/fleet.db"));
            CHECK_FALSE(has(where.error(), "hunter2"));
        }
    }
}

TEST_CASE("a new ledger is empty and has an id of its own") {
    auto const one = make_ledger(in_memory("new-1"), commits_at_once());
    auto const two = make_ledger(in_memory("new-2"), commits_at_once());
    CHECK(one->ledger_id().size() == 32);
    CHECK(one->ledger_id() != two->ledger_id());
    CHECK(one->key_fingerprint().empty());
    CHECK(one->plan_number() == 0);
    CHECK(one->pools().empty());
    CHECK(slots_of(*one).empty());
    CHECK(events_of(*one).empty());
    CHECK(one->spent_since(second(0)).empty());
    CHECK(open_ledger_reader(in_memory("new-3")) == nullptr);
}

TEST_CASE("what is committed is there after the ledger was closed, in a file and in memory") {
    scratch_folder const folder;
    for (auto const& where : {at_file(folder / "a b %\"'?/fleet.db"), in_memory("kept")}) {
        CAPTURE(where.file);
        auto book = make_ledger(where, commits_at_once());
        made_plan const plan('a', {7, 3});
        auto const ids = *book->accept_plan(plan.plan, plan.pools, false, second(100));
        book->bind_key("0123456789abcdef0123456789abcdef");
        auto change = change_of(full_slot(ids[0], 2));
        change.slots.push_back(full_slot(ids[1], 1));
        change.slots.push_back({ids[0], 1, {}});
        change.events = {{second(5), "app_created", guid_for(7), "exchange", 2, "made"},
                         {second(6), "run", {}, "", 0, ""}};
        change.spent = {{"client", guid_for(7), second(50), 1, 2}};
        change.pool_errors = {{ids[1], "unknown tenant"}};
        commit_now(*book, std::move(change));
        auto const before = contents(*book);
        auto const memory = open_ledger_reader(where);
        REQUIRE(memory);
        book.reset();

        auto const again = make_ledger(where, commits_at_once());
        CHECK(contents(*again) == before);
        CHECK(contents(*open_ledger_reader(where)) == before);
        CHECK(again->key_fingerprint() == "0123456789abcdef0123456789abcdef");
        CHECK(again->plan_number() == 1);

        auto const pools = again->pools();
        REQUIRE(pools.size() == 2);
        CHECK(pools[0].directory_id == guid_for(3));
        CHECK(pools[0].id == ids[1]);
        CHECK(pools[0].last_error == "unknown tenant");
        CHECK(pools[0].named_as == to_string(guid_for(3)));
        CHECK(pools[0].tenant_name == "Tenant 3 of plan a");
        CHECK(pools[0].planned == 5);
        CHECK(pools[0].plan_number == 1);
        CHECK(pools[1].directory_id == guid_for(7));

        auto const slots = slots_of(*again);
        REQUIRE(slots.size() == 3);
        CHECK(slots[0].ordinal == 1);
        CHECK(slots[0].record == slot_record{});
        CHECK(slots[1].record == full_slot(ids[0], 2).record);
        CHECK(slots[2].pool == ids[1]);

        auto const events = events_of(*again);
        REQUIRE(events.size() == 2);
        CHECK(events[0].number == 1);
        CHECK(events[0].detail == "made");
        CHECK(events[1].directory_id.empty());
        CHECK(events_of(*again, 1).size() == 1);
    }
}

TEST_CASE("memory lives as long as somebody has it open") {
    auto first = make_ledger(in_memory("short"), commits_at_once());
    auto const id = first->ledger_id();
    auto reader = open_ledger_reader(in_memory("short"));
    first.reset();
    CHECK(make_ledger(in_memory("short"), commits_at_once())->ledger_id() == id);
    reader.reset();
    CHECK(make_ledger(in_memory("short"), commits_at_once())->ledger_id() != id);
}

TEST_CASE("every state, act and text survives") {
    auto const book = make_ledger(in_memory("values"), commits_at_once());
    std::vector<slot_row> rows;
    for (auto const state : {slot_state::open, slot_state::ready, slot_state::pending, slot_state::failed}) {
        for (auto const act :
             {slot_act::none, slot_act::create, slot_act::add_credential, slot_act::remove_credential}) {
            slot_row row{1, static_cast<std::int32_t>(rows.size()) + 1, {}};
            row.record.state = state;
            row.record.act = act;
            rows.push_back(row);
        }
    }
    std::string const texts[] = {"'; DROP TABLE slots; --",
                                 std::string("zero\0byte", 9),
                                 "line\nbreak",
                                 "\xFF\xFE",
                                 std::string(20'000, 'x'),
                                 ":name ?1 %s {}"};
    for (auto const& text : texts) {
        rows.push_back({1, static_cast<std::int32_t>(rows.size()) + 1, {}});
        rows.back().record.reason = rows.back().record.display_name = rows.back().record.sealed = text;
    }
    rows.push_back({(pool_id{1} << 32) - 1, std::numeric_limits<std::int32_t>::max(), {}});
    rows.back().record.expires_at = second(7'258'118'400);
    rows.back().record.since = second(0);
    for (auto const& row : rows) commit_now(*book, change_of(row));
    auto const read = slots_of(*book);
    REQUIRE(read.size() == rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        CAPTURE(i);
        CHECK(read[i].pool == rows[i].pool);
        CHECK(read[i].ordinal == rows[i].ordinal);
        CHECK(read[i].record == rows[i].record);
    }
}

TEST_CASE("a slot replaces the one before, and many are read in order") {
    auto const book = make_ledger(in_memory("order"), commits_at_once());
    ledger_change change;
    for (int i = 2000; i > 0; --i) change.slots.push_back({1 + i % 7, i, {}});
    commit_now(*book, std::move(change));
    commit_now(*book, change_of(full_slot(1, 7)));
    auto const read = slots_of(*book);
    CHECK(read.size() == 2000);
    CHECK(std::ranges::is_sorted(read, {},
                                 [](slot_row const& row) { return std::pair(row.pool, row.ordinal); }));
    CHECK(read[0].record == full_slot(1, 7).record);
}

TEST_CASE("a visitor may read and commit") {
    auto const book = make_ledger(in_memory("visitor"), commits_at_once());
    ledger_change change;
    for (int i = 1; i <= 1500; ++i) change.slots.push_back({1, i, {}});
    commit_now(*book, std::move(change));
    std::size_t seen = 0;
    book->slots([&](slot_row&& row) {
        ++seen;
        CHECK(book->plan_number() == 0);
        row.record.state = slot_state::ready;
        commit_now(*book, change_of(std::move(row)));
    });
    CHECK(seen == 1500);
    CHECK(std::ranges::all_of(slots_of(*book),
                              [](auto const& row) { return row.record.state == slot_state::ready; }));
}

TEST_CASE("what was sent is summed by second, application and tenant") {
    auto const book = make_ledger(in_memory("spent"), commits_at_once());
    auto const spend = [&](std::vector<spent_row> rows) {
        ledger_change change;
        change.spent = std::move(rows);
        commit_now(*book, std::move(change));
    };
    spend({{"b", guid_for(1), second(20), 1, 10}, {"b", guid_for(1), second(20), 2, 20}});
    spend({{"b", guid_for(1), second(20), 4, 40}, {"a", guid_for(1), second(20), 1, 1}});
    spend({{"b", guid_for(2), second(20), 8, 80}, {"b", guid_for(1), second(19), 16, 160}});
    spend({{"b", {}, second(21), 32, 320}});
    auto const rows = book->spent_since(second(20));
    REQUIRE(rows.size() == 4);
    CHECK(rows[0].client_id == "a");
    CHECK(rows[1].writes == 7);
    CHECK(rows[1].resource_units == 70);
    CHECK(rows[2].directory_id == guid_for(2));
    CHECK(rows[3].at == second(21));
    CHECK(book->spent_since(second(0)).front().at == second(19));
    CHECK(book->spent_since(second(22)).empty());

    book->forget_spent(second(20), {});
    CHECK(book->spent_since(second(0)).size() == 4);
    book->forget_spent(second(21), {{"b", {}, second(21), 100, 0}, {"c", {}, second(21), 5, 0}});
    auto const kept = book->spent_since(second(0));
    REQUIRE(kept.size() == 2);
    CHECK(kept[0].writes == 132);
    CHECK(kept[1].client_id == "c");
    book->forget_spent(second(22), {});
    CHECK(book->spent_since(second(0)).empty());
}

TEST_CASE("a ledger is bound to one key") {
    auto const book = make_ledger(in_memory("key"), commits_at_once());
    book->bind_key("aa");
    book->bind_key("aa");
    CHECK(book->key_fingerprint() == "aa");
    auto const message = error_of([&] { book->bind_key("bb"); });
    CHECK(message ==
          "the ledger memory key holds secrets sealed to another key (aa): use that key, or another --state");
    CHECK(book->key_fingerprint() == "aa");
}

TEST_CASE("the error of a pool is set and taken back") {
    auto const book = make_ledger(in_memory("errors"), commits_at_once());
    made_plan const plan('a', {1, 2});
    auto const ids = *book->accept_plan(plan.plan, plan.pools, false, second(1));
    ledger_change change;
    change.pool_errors = {{ids[0], "first"}, {ids[1], "other"}, {ids[0], "second"}};
    commit_now(*book, std::move(change));
    CHECK(book->pools()[0].last_error == "second");
    CHECK(book->pools()[1].last_error == "other");
    change.pool_errors = {{ids[0], ""}};
    commit_now(*book, std::move(change));
    CHECK(book->pools()[0].last_error.empty());
}

TEST_CASE("who entered a tenant last is remembered") {
    auto const book = make_ledger(in_memory("entered"), commits_at_once());
    CHECK(book->entered().empty());
    ledger_change change;
    change.entered = {{guid_for(1), "one"}, {guid_for(2), "two"}, {guid_for(1), "three"}};
    commit_now(*book, std::move(change));
    auto const rows = open_ledger_reader(in_memory("entered"))->entered();
    REQUIRE(rows.size() == 2);
    for (auto const& row : rows) CHECK(row.client_id == (row.directory_id == guid_for(1) ? "three" : "two"));
}

TEST_SUITE_END();
