#include "provisioner/ledger.hpp"
#include "tests/provisioner/ledger_kit.hpp"
#include "tests/provisioner/scratch_folder.hpp"

#include <doctest/doctest.h>
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include <fstream>
#include <random>
#include <string>

using namespace poolwright::provisioner;
namespace fs = std::filesystem;

TEST_SUITE_BEGIN("provisioner");

namespace {

constexpr std::size_t frame = 24 + 4096;

// A ledger as a killed run leaves it: many commits that are in the write-ahead log alone.
struct killed_ledger {
    scratch_folder folder;
    fs::path file = folder / "killed/fleet.db";
    std::string whole;
    std::string log;

    killed_ledger() {
        fs::create_directory(file.parent_path());
        auto const live = folder / "fleet.db";
        auto const book = make_ledger(at_file(live), commits_at_once());
        made_plan const plan('a', {1, 2});
        static_cast<void>(book->accept_plan(plan.plan, plan.pools, false, second(1)));
        for (int i = 1; i <= 30; ++i) commit_now(*book, change_of(full_slot(1 + i % 2, i)));
        for (auto const* const ending : {"", "-wal", "-shm"})
            fs::copy_file(live.string() + ending, file.string() + ending);
        whole = contents(*book);
        log = content_of(beside("-wal"));
        REQUIRE(log.size() > 30 * frame);
    }

    [[nodiscard]] fs::path beside(std::string const& ending) const { return file.string() + ending; }

    // Writes the log, and gives what opening the ledger says: "" if all is there.
    std::string opened_with(std::string const& bytes) const {
        std::ofstream(beside("-wal"), std::ios::binary | std::ios::trunc) << bytes;
        auto const kept = content_of(beside("-shm"));
        try {
            auto const reader = open_ledger_reader(at_file(file));
            CHECK(contents(*reader) == whole);
            return {};
        } catch (ledger_error const& error) {
            CHECK(error_of([&] { make_ledger(at_file(file), commits_at_once()); }) == error.what());
            CHECK(content_of(beside("-wal")) == bytes);
            CHECK(content_of(beside("-shm")) == kept);
            return error.what();
        }
    }
};

}  // namespace

TEST_CASE("a run that was killed while it changed the file itself leaves a ledger that can be read") {
    scratch_folder const folder;
    auto const file = folder / "fleet.db";
    {
        auto const book = make_ledger(at_file(file), commits_at_once());
        commit_now(*book, change_of(full_slot(1, 1)));
    }
    std::string const expected = contents(*open_ledger_reader(at_file(file)));
    fs::create_directory(folder / "killed");
    auto const killed = folder / "killed/fleet.db";
    {
        // A cache of one page has to write to the file before the end: the state that a kill leaves.
        soci::session sql(soci::sqlite3, "dbname=" + file.string());
        for (auto const* const text : {"PRAGMA cache_size = 1", "BEGIN IMMEDIATE",
                                       "UPDATE slots SET ordinal = 77", "UPDATE meta SET value = 'half'"}) {
            soci::statement half(sql);
            half.alloc();
            half.prepare(text);
            half.define_and_bind();
            half.execute(true);
        }
        for (auto const* const ending : {"", "-journal"})
            fs::copy_file(file.string() + ending, killed.string() + ending);
    }
    REQUIRE(content_of(killed) != content_of(file));
    CHECK(contents(*open_ledger_reader(at_file(killed))) == expected);
    CHECK(contents(*make_ledger(at_file(killed), commits_at_once())) == expected);
}

TEST_CASE("a write-ahead log that lost a commit is found before SQLite passes over it") {
    killed_ledger const ledger;
    auto const refused = [&](std::string const& bytes, std::string const& why) {
        CHECK(ledger.opened_with(bytes) ==
              "the ledger " + ledger.file.string() + " is damaged (its write-ahead log " +
                  ledger.beside("-wal").string() + " " + why +
                  "): restore the ledger from its backup and remove " + ledger.beside("-wal").string() +
                  " and " + ledger.beside("-shm").string() + "; nothing was sent");
    };
    auto const changed = [&](std::size_t at) {
        auto bytes = ledger.log;
        bytes[at] = static_cast<char>(bytes[at] ^ 1);
        return bytes;
    };
    SUBCASE("nothing is wrong") {
        CHECK(ledger.opened_with(ledger.log).empty());
    }
    SUBCASE("its header") {
        for (std::size_t at = 0; at < 32; ++at) {
            CAPTURE(at);
            refused(changed(at), "has lost commits behind frame 0");
        }
    }
    SUBCASE("a byte of any frame, the last one too") {
        std::mt19937 random(20260117);
        auto const frames = (ledger.log.size() - 32) / frame;
        for (std::size_t number = 0; number < frames; ++number)
            refused(changed(32 + number * frame + random() % frame),
                    "has lost commits behind frame " + std::to_string(number));
    }
    SUBCASE("cut off") {
        refused(ledger.log.substr(0, ledger.log.size() - 1),
                "has lost commits behind frame " + std::to_string((ledger.log.size() - 32) / frame - 1));
        refused(ledger.log.substr(0, 31), "has lost commits behind frame 0");
        refused("", "is gone");
    }
}

TEST_CASE("without its index, a log is damaged where more than the last commit is") {
    killed_ledger const ledger;
    fs::remove(ledger.beside("-shm"));
    std::string bytes = ledger.log;
    SUBCASE("the last commit alone may have been interrupted by a power cut") {
        bytes.resize(bytes.size() - 100);
        std::ofstream(ledger.beside("-wal"), std::ios::binary | std::ios::trunc) << bytes;
        int slots = 0;
        open_ledger_reader(at_file(ledger.file))->slots([&](slot_row const&) { ++slots; });
        CHECK(slots == 29);
    }
    SUBCASE("a frame in the middle") {
        bytes[32 + 10 * frame + 1000] ^= 1;
        CHECK(has(ledger.opened_with(bytes), "-wal is not sound behind frame 10)"));
    }
    SUBCASE("the header") {
        bytes[9] ^= 1;
        CHECK(has(ledger.opened_with(bytes), "-wal has no sound header)"));
    }
}

TEST_CASE("a damaged index is made anew from a whole log") {
    killed_ledger const ledger;
    auto const index = content_of(ledger.beside("-shm"));
    std::mt19937 random(20260117);
    for (int i = 0; i < 200; ++i) {
        auto bytes = index;
        auto const at = i < 136 ? static_cast<std::size_t>(i) : random() % bytes.size();
        bytes[at] = static_cast<char>(bytes[at] ^ static_cast<char>(1 + random() % 255));
        CAPTURE(at);
        std::ofstream(ledger.beside("-shm"), std::ios::binary | std::ios::trunc) << bytes;
        CHECK(ledger.opened_with(ledger.log).empty());
    }
}

TEST_SUITE_END();
