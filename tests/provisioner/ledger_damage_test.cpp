#include "provisioner/ledger.hpp"
#include "tests/provisioner/ledger_kit.hpp"
#include "tests/provisioner/scratch_folder.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <fstream>
#include <random>
#include <string>

using namespace poolwright::provisioner;
namespace fs = std::filesystem;

TEST_SUITE_BEGIN("provisioner");

namespace {

// A row in every table, tables of several pages, a row longer than a page, and pages that are free again.
void make_full(fs::path const& file) {
    auto const book = make_ledger(at_file(file), commits_at_once());
    made_plan const first('a', {1, 2, 3});
    static_cast<void>(book->accept_plan(first.plan, first.pools, false, second(1)));
    made_plan const next('b', {3, 4});
    static_cast<void>(book->accept_plan(next.plan, next.pools, false, second(2)));
    book->bind_key("0123456789abcdef0123456789abcdef");
    ledger_change change;
    for (int i = 1; i <= 40; ++i) change.slots.push_back(full_slot(1 + i % 4, i));
    change.slots.push_back(full_slot(2, 99, std::string(6000, 'r')));
    for (int i = 1; i <= 60; ++i) change.spent.push_back({"client", guid_for(1), second(i), 1, 2});
    for (int i = 1; i <= 20; ++i)
        change.events.push_back({second(i), "app_created", guid_for(1), "exchange", i, "made"});
    change.pool_errors = {{2, "no consent"}};
    change.entered = {{guid_for(1), "client"}, {guid_for(2), "another client"}};
    change.held = {{"client", guid_for(1), true, second(60)}, {"client", {}, false, second(70)}};
    change.certificates = {{std::string(64, '1'), guid_for(1), true, "DER", "sealed", second(1), second(9)},
                           {std::string(64, '2'), guid_for(2), false, "DER", "sealed", second(1), second(9)}};
    change.slots.push_back(full_slot(3, 98));
    change.slots.back().record.sealed.clear();
    change.slots.back().record.certificate = std::string(64, '2');
    commit_now(*book, std::move(change));
    book->forget_spent(second(50), {});
}

// What reading everything gives: the contents, or the message of a ledger_error. Any other exception fails
// the test.
struct reading {
    std::string text;
    bool refused = false;
};

template <class Open>
reading read_all(Open const& open) {
    try {
        auto const book = open();
        return {book ? contents(*book) : "none", false};
    } catch (ledger_error const& error) {
        return {error.what(), true};
    }
}

reading read_all_at(fs::path const& file) {
    return read_all([&] { return open_ledger_reader(at_file(file)); });
}

void poke(fs::path const& file, std::size_t at, char byte) {
    std::fstream out(file, std::ios::binary | std::ios::in | std::ios::out);
    out.seekp(static_cast<std::streamoff>(at)).put(byte);
}

void write_file(fs::path const& file, std::string const& bytes) {
    std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes;
}

}  // namespace

TEST_CASE("a changed byte is found, or changes nothing: never a silent difference") {
    scratch_folder const folder;
    auto const file = folder / "fleet.db";
    make_full(file);
    auto const bytes = content_of(file);
    auto const expected = read_all_at(file);
    REQUIRE_FALSE(expected.refused);
    std::mt19937 random(20260117);
    int refused = 0;
    for (int i = 0; i < 1000; ++i) {
        // Half of them where there is something to lose; the first hundred are the header.
        auto at = i < 100 ? static_cast<std::size_t>(i) : random() % bytes.size();
        while (i % 2 == 0 && i >= 100 && bytes[at] == '\0') at = random() % bytes.size();
        auto const changed = static_cast<char>(bytes[at] ^ static_cast<char>(1 + random() % 255));
        CAPTURE(at);
        CAPTURE(static_cast<int>(bytes[at]));
        CAPTURE(static_cast<int>(changed));
        poke(file, at, changed);
        auto const found = read_all_at(file);
        refused += found.refused;
        if (!found.refused) CHECK(found.text == expected.text);
        if (i % 10 == 0) {
            fs::copy_file(file, folder / "copy.db", fs::copy_options::overwrite_existing);
            auto const written =
                read_all([&] { return make_ledger(at_file(folder / "copy.db"), commits_at_once()); });
            if (!written.refused) CHECK(written.text == expected.text);
        }
        poke(file, at, bytes[at]);
    }
    CHECK(refused > 300);
    CHECK(read_all_at(file).text == expected.text);
}

TEST_CASE("a file that was cut is refused at every length") {
    scratch_folder const folder;
    auto const file = folder / "fleet.db";
    make_full(file);
    auto const bytes = content_of(file);
    for (std::size_t size = bytes.size() - 1; size > 1000; size -= 1000) {
        CAPTURE(size);
        fs::resize_file(file, size);
        CHECK(read_all_at(file).refused);
    }
    fs::resize_file(file, 0);
    CHECK(read_all_at(file).text == "none");
}

TEST_CASE("a changed value names its table and row") {
    struct row {
        char const* statement;
        char const* message;
    };
    row const rows[] = {
        {"UPDATE slots SET key_id = object_id WHERE ordinal = 7",
         "table slots, row pool_id 4, ordinal 7: its checksum"},
        {"UPDATE slots SET state = 'ready' WHERE ordinal = 99",
         "table slots, row pool_id 2, ordinal 99: its checksum"},
        {"UPDATE slots SET slot = slot + 1000 WHERE ordinal = 7",
         "table slots, row pool_id 4, ordinal 7: its checksum"},
        {"UPDATE slots SET slot = -slot WHERE ordinal = 7",
         "table slots, row pool_id 4, ordinal 7: its checksum"},
        {"UPDATE slots SET slot = -9223372036854775807 - 1 WHERE ordinal = 7",
         "table slots, row pool_id 4, ordinal 7: its checksum"},
        {"UPDATE pools SET planned = planned + 1 WHERE pool_id = 2",
         "table pools, row pool_id 2: its checksum"},
        {"UPDATE plans SET plan_id = '' WHERE number = 1", "table plans, row number 1: its checksum"},
        {"UPDATE meta SET value = 'ff' WHERE name = 'ledger_id'",
         "table meta, row name ledger_id: its checksum"},
        {"UPDATE meta SET name = char(10) || 'x' || char(27) WHERE name = 'ledger_id'",
         "table meta, row name `\\x0ax\\x1b`: its checksum"},
        {"UPDATE events SET number = -number WHERE number = 3", "table events, row number -3: its checksum"},
        {"UPDATE events SET number = -9223372036854775807 - 1 WHERE number = 3",
         "table events, row number -9223372036854775808: its checksum"},
        {"UPDATE events SET detail = 'mode' WHERE number = 3", "table events, row number 3: its checksum"},
        {"UPDATE spent SET writes = 0 WHERE at = 55",
         "table spent, row at 55, client_id client, directory_id "},
        {"UPDATE entered SET client_id = 'client'", "table entered, row directory_id "},
        {"DROP TABLE entered", "no such table: entered"},
        {"UPDATE held SET until = 0", "table held, row client_id client"},
        {"DROP TABLE held", "no such table: held"},
        {"UPDATE certificates SET fingerprint = '' WHERE shared = 1",
         "table certificates, row fingerprint : its checksum"},
        {"UPDATE certificates SET sealed = 'x'", "table certificates, row fingerprint `1111"},
        {"DROP TABLE certificates", "no such table: certificates"},
        {"UPDATE meta SET value = 'one' WHERE name = 'schema_version'",
         "table meta, row name schema_version"},
        {"DELETE FROM meta WHERE name = 'key_fingerprint'",
         "table meta, row name key_fingerprint: it is missing"},
        {"DROP TABLE events", "no such table: events"},
    };
    scratch_folder const folder;
    make_full(folder / "whole.db");
    for (auto const& row : rows) {
        CAPTURE(row.statement);
        auto const file = folder / "fleet.db";
        fs::copy_file(folder / "whole.db", file, fs::copy_options::overwrite_existing);
        run_sql(file, row.statement);
        auto const found = read_all_at(file);
        CAPTURE(found.text);
        CHECK(found.refused);
        CHECK(has(found.text, row.message));
        CHECK(found.text.starts_with("the ledger " + file.string() + " is damaged ("));
        CHECK(found.text.ends_with("): restore the ledger from its backup; nothing was sent"));
        CHECK(read_all([&] { return make_ledger(at_file(file), commits_at_once()); }).text == found.text);
    }
}

TEST_CASE("what is not a ledger of this version is refused and stays as it was") {
    scratch_folder const folder;
    auto const file = folder / "fleet.db";
    std::string message;
    SUBCASE("a text") {
        write_file(file, "tenant_id,mailboxes\n" + std::string(5000, 'x'));
        message =
            "the ledger " + file.string() + " is not a poolwright ledger: name another file with --state";
    }
    SUBCASE("a few bytes") {
        write_file(file, "xy");
        message =
            "the ledger " + file.string() + " is not a poolwright ledger: name another file with --state";
    }
    SUBCASE("the database of another program") {
        run_sql(file, "CREATE TABLE photos (id INTEGER)");
        message = file.string() + " is the database of another program: name another file with --state";
    }
    SUBCASE("another program's mark alone") {
        run_sql(file, "PRAGMA application_id = 7");
        message = file.string() + " is the database of another program: name another file with --state";
    }
    SUBCASE("a newer poolwright") {
        make_full(file);
        run_sql(file, "UPDATE meta SET value = '2' WHERE name = 'schema_version'");
        message = "the ledger " + file.string() + " was made by a newer poolwright: use that version";
    }
    auto const before = content_of(file);
    CHECK(error_of([&] { make_ledger(at_file(file), commits_at_once()); }) == message);
    CHECK(error_of([&] { open_ledger_reader(at_file(file)); }) == message);
    CHECK(content_of(file) == before);
}

TEST_CASE("a ledger that does not remember who entered is read as it is, and remembers once it is written") {
    scratch_folder const folder;
    auto const file = folder / "fleet.db";
    make_full(file);
    run_sql(file, "DROP TABLE entered");
    run_sql(file, "DELETE FROM meta WHERE name = 'has_entered'");
    auto const before = content_of(file);
    CHECK(open_ledger_reader(at_file(file))->entered().empty());
    CHECK(content_of(file) == before);

    auto const book = make_ledger(at_file(file), commits_at_once());
    CHECK(book->entered().empty());
    ledger_change change;
    change.entered = {{guid_for(2), "client"}};
    commit_now(*book, std::move(change));
    REQUIRE(open_ledger_reader(at_file(file))->entered().size() == 1);
    CHECK(book->entered().front().client_id == "client");
}

TEST_CASE(
    "a ledger that does not remember whom the service held is read as it is, and remembers from then on") {
    scratch_folder const folder;
    auto const file = folder / "fleet.db";
    make_full(file);
    run_sql(file, "DROP TABLE held");
    run_sql(file, "DELETE FROM meta WHERE name = 'has_held'");
    CHECK(open_ledger_reader(at_file(file))->held().empty());

    auto const book = make_ledger(at_file(file), commits_at_once());
    ledger_change change;
    change.held = {{"client", guid_for(2), true, second(100)}};
    commit_now(*book, std::move(change));
    REQUIRE(book->held().size() == 1);
    CHECK(book->held().front().until == second(100));
    book->forget_spent(second(101), {});
    CHECK(book->held().empty());
}

TEST_CASE("a ledger of a version that made no certificates is read as it is, and takes them from then on") {
    scratch_folder const folder;
    auto const file = folder / "fleet.db";
    make_full(file);
    run_sql(file, "DROP TABLE certificates");
    run_sql(file, "DELETE FROM meta WHERE name = 'has_certificates'");
    int seen = 0;
    auto const count = [&](certificate_row const&) { ++seen; };
    open_ledger_reader(at_file(file))->certificates(count);
    CHECK(seen == 0);

    auto const book = make_ledger(at_file(file), commits_at_once());
    ledger_change change;
    // More than are read at a time.
    for (int i = 0; i < 600; ++i)
        change.certificates.push_back(
            {fmt::format("{:064x}", i), guid_for(2), i % 2 == 0, "DER", "sealed", second(1), second(9)});
    commit_now(*book, std::move(change));
    book->certificates(count);
    CHECK(seen == 600);
}

TEST_CASE("a backup that was taken of a ledger in use can be read without a trace, and written") {
    scratch_folder const folder;
    auto const file = folder / "fleet.db";
    make_full(file);
    auto const expected = read_all_at(file).text;
    run_sql(file, "PRAGMA journal_mode = WAL");
    auto const before = listing(folder.path());
    auto const bytes = content_of(file);
    auto const reader = open_ledger_reader(at_file(file));
    CHECK(contents(*reader) == expected);
    CHECK(listing(folder.path()) == before);
    CHECK(content_of(file) == bytes);

    auto const book = make_ledger(at_file(file), commits_at_once());
    commit_now(*book, change_of(full_slot(1, 77)));
    CHECK(contents(*reader) == contents(*book));
    CHECK(contents(*open_ledger_reader(at_file(file))) == contents(*book));
}

TEST_SUITE_END();
