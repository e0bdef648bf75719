#include "provisioner/ledger.hpp"
#include "tests/provisioner/ledger_kit.hpp"
#include "tests/provisioner/scratch_folder.hpp"

#include <doctest/doctest.h>

#include <csignal>
#include <string>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace poolwright::provisioner;
namespace fs = std::filesystem;

TEST_SUITE_BEGIN("provisioner");

namespace {

using names = std::set<std::string>;

// Root may do everything, so a test of what is forbidden becomes nobody for a while.
class unprivileged {
public:
    unprivileged() : was_root_(::geteuid() == 0) {
        if (was_root_ && ::seteuid(65534) != 0) throw std::runtime_error("cannot become nobody");
    }
    unprivileged(unprivileged const&) = delete;
    unprivileged& operator=(unprivileged const&) = delete;
    ~unprivileged() {
        if (was_root_ && ::seteuid(0) != 0) std::abort();
    }

private:
    bool was_root_;
};

// Gives a folder or a file another mode for a while.
class with_mode {
public:
    with_mode(fs::path path, mode_t mode) : path_(std::move(path)), before_(mode_of(path_)) {
        REQUIRE(::chmod(path_.c_str(), mode) == 0);
    }
    with_mode(with_mode const&) = delete;
    with_mode& operator=(with_mode const&) = delete;
    ~with_mode() { ::chmod(path_.c_str(), before_); }

private:
    fs::path path_;
    mode_t before_;
};

// No file of this process may grow beyond `bytes`: what a full disk looks like to a program.
class file_size_limit {
public:
    explicit file_size_limit(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
        REQUIRE(::getrlimit(RLIMIT_FSIZE, &before_) == 0);
        rlimit const small{bytes, before_.rlim_max};
        REQUIRE(::setrlimit(RLIMIT_FSIZE, &small) == 0);
    }
    file_size_limit(file_size_limit const&) = delete;
    file_size_limit& operator=(file_size_limit const&) = delete;
    ~file_size_limit() {
        ::setrlimit(RLIMIT_FSIZE, &before_);
        std::signal(SIGXFSZ, handler_);
    }

private:
    void (*handler_)(int);
    rlimit before_{};
};

void make_some(fs::path const& file) {
    auto const book = make_ledger(at_file(file), commits_at_once());
    made_plan const plan('a', {1, 2});
    static_cast<void>(book->accept_plan(plan.plan, plan.pools, false, second(1)));
    commit_now(*book, change_of(full_slot(1, 1)));
}

// Runs `act` in a process of its own and kills that when it has said `lines` lines.
void kill_after(int lines, std::function<void(int)> const& act) {
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    auto const child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        ::close(ends[0]);
        act(ends[1]);
        ::_exit(0);
    }
    ::close(ends[1]);
    char said = 0;
    while (lines > 0 && ::read(ends[0], &said, 1) == 1) --lines;
    ::kill(child, SIGKILL);
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    ::close(ends[0]);
    CHECK(lines == 0);
    CHECK(WIFSIGNALED(status));
}

// Commits pairs of slots for ever, and says a character when one is durable.
void commit_pairs(fs::path const& file, int say) {
    auto const book = make_ledger(at_file(file), commits_at_once());
    for (int i = 1;; ++i) {
        ledger_change change;
        change.slots = {{1, 2 * i, {}}, {1, 2 * i + 1, {}}};
        book->commit(std::move(change), [&](std::exception_ptr const& error) {
            if (error || ::write(say, ".", 1) != 1) ::_exit(1);
        });
    }
}

}  // namespace

TEST_CASE("a ledger is made for its owner alone, and ends as one file") {
    scratch_folder const folder;
    auto const old_mask = ::umask(0);
    auto const file = folder / "state/poolwright/fleet.db";
    {
        auto const book = make_ledger(at_file(file), commits_at_once());
        commit_now(*book, change_of(full_slot(1, 1)));
        CHECK(mode_of(folder / "state") == 0700);
        CHECK(mode_of(file.parent_path()) == 0700);
        CHECK(listing(file.parent_path()) ==
              names{"fleet.db", "fleet.db-shm", "fleet.db-wal", "fleet.db.lock"});
        for (auto const& name : listing(file.parent_path()))
            CHECK(mode_of(file.parent_path() / name) == 0600);
    }
    ::umask(old_mask);
    CHECK(listing(file.parent_path()) == names{"fleet.db", "fleet.db.lock"});
}

TEST_CASE("there is one writer, and the next is told who it is") {
    scratch_folder const folder;
    auto const file = folder / "fleet.db";
    auto first = make_ledger(at_file(file), commits_at_once());
    fs::create_symlink(file, folder / "other-name.db");
    for (auto const& name : {file, folder / "other-name.db"}) {
        CHECK(error_of([&] { make_ledger(at_file(name), commits_at_once()); }) ==
              "the ledger " + file.string() + " is in use by another poolwright (process " +
                  std::to_string(::getpid()) + "): wait for it to end, or use another --state");
    }
    commit_now(*first, change_of(full_slot(1, 1)));
    first.reset();
    CHECK_NOTHROW(make_ledger(at_file(file), commits_at_once()));
}

TEST_CASE("a reader needs no lock, finds nothing where nothing is, and leaves nothing behind") {
    scratch_folder const folder;
    auto const file = folder / "sub/fleet.db";
    CHECK(open_ledger_reader(at_file(file)) == nullptr);
    CHECK(open_ledger_reader(at_file(folder / "sub/fleet.db/below")) == nullptr);
    CHECK(listing(folder.path()).empty());
    make_some(file);
    CHECK(open_ledger_reader(at_file(file / "below")) == nullptr);
    auto const before = listing(file.parent_path());
    auto const bytes = content_of(file);
    for (int i = 0; i < 2; ++i) CHECK(open_ledger_reader(at_file(file))->pools().size() == 2);
    CHECK(listing(file.parent_path()) == before);
    CHECK(content_of(file) == bytes);

    auto const book = make_ledger(at_file(file), commits_at_once());
    auto const reader = open_ledger_reader(at_file(file));
    commit_now(*book, change_of(full_slot(1, 9)));
    CHECK(contents(*reader) == contents(*book));
}

TEST_CASE("a reader that stays sees the runs that come and go") {
    scratch_folder const folder;
    auto const file = folder / "fleet.db";
    make_some(file);
    auto const reader = open_ledger_reader(at_file(file));
    for (int i = 2; i < 5; ++i) {
        auto const before = contents(*reader);
        auto book = make_ledger(at_file(file), commits_at_once());
        CHECK(contents(*reader) == before);
        commit_now(*book, change_of(full_slot(1, i)));
        auto const after = contents(*book);
        CHECK(contents(*reader) == after);
        book.reset();
        CHECK(contents(*reader) == after);
    }
}

TEST_CASE("where nothing may be written, a ledger is still read") {
    unprivileged const nobody;
    scratch_folder const folder;
    auto const file = folder / "fleet.db";
    make_some(file);
    std::string const expected = contents(*open_ledger_reader(at_file(file)));
    auto const before = listing(folder.path());
    SUBCASE("the folder") {
        with_mode const sealed(folder.path(), 0500);
        CHECK(contents(*open_ledger_reader(at_file(file))) == expected);
        CHECK(listing(folder.path()) == before);
    }
    SUBCASE("the file") {
        with_mode const sealed(file, 0400);
        CHECK(contents(*open_ledger_reader(at_file(file))) == expected);
        CHECK(listing(folder.path()) == before);
    }
}

TEST_CASE("what the file system forbids is said in a sentence") {
    unprivileged const nobody;
    scratch_folder const folder;
    auto const file = folder / "fleet.db";
    auto const writing = [&](fs::path const& name) {
        return error_of([&] { make_ledger(at_file(name), commits_at_once()); });
    };
    auto const reading = [&](fs::path const& name) {
        return error_of([&] { open_ledger_reader(at_file(name)); });
    };
    make_some(file);
    SUBCASE("the file may not be read") {
        with_mode const sealed(file, 0000);
        CHECK(writing(file) == "the ledger " + file.string() +
                                   " cannot be written: Permission denied; mend that or use another --state");
        CHECK(reading(file) == "the ledger " + file.string() +
                                   " cannot be read: Permission denied; mend that or use another --state");
    }
    SUBCASE("the file may not be written") {
        with_mode const sealed(file, 0400);
        CHECK(has(writing(file), "cannot be written: Permission denied"));
    }
    SUBCASE("the folder may not be written") {
        fs::remove(folder / "fleet.db.lock");
        with_mode const sealed(folder.path(), 0500);
        CHECK(has(writing(file), "cannot be written: its folder: Permission denied; mend that"));
        CHECK(has(writing(folder / "new/fleet.db"),
                  "cannot be made: " + (folder / "new").string() + ": Permission denied"));
    }
    SUBCASE("the lock may not be taken") {
        with_mode const sealed(folder / "fleet.db.lock", 0000);
        CHECK(has(writing(file),
                  "cannot be locked: " + (folder / "fleet.db.lock").string() + ": Permission denied"));
    }
    SUBCASE("the folder may not be entered") {
        with_mode const sealed(folder.path(), 0000);
        CHECK(has(writing(file), "Permission denied"));
        CHECK(has(reading(file), "cannot be read: Permission denied"));
    }
    SUBCASE("a folder") {
        fs::create_directory(folder / "sub");
        CHECK(writing(folder / "sub") ==
              (folder / "sub").string() +
                  " is a folder, so it cannot be the ledger: name a file with --state");
        CHECK(has(reading(folder / "sub"), "is a folder"));
        CHECK(listing(folder.path()) == names{"fleet.db", "fleet.db.lock", "sub"});
    }
    SUBCASE("a pipe") {
        REQUIRE(::mkfifo((folder / "pipe").c_str(), 0600) == 0);
        CHECK(has(writing(folder / "pipe"), "is a device or pipe"));
        CHECK(has(reading(folder / "pipe"), "is a device or pipe"));
    }
    SUBCASE("below a file") {
        CHECK(has(writing(file / "fleet.db"), "cannot be made"));
    }
}

TEST_CASE("a ledger that is moved, removed or replaced while it is in use takes nothing more") {
    scratch_folder const folder;
    auto const file = folder / "fleet.db";
    auto book = make_ledger(at_file(file), commits_at_once());
    commit_now(*book, change_of(full_slot(1, 1)));
    auto const message =
        "the ledger " + file.string() +
        " was moved, removed or replaced while it was in use: put it back, or restore it from "
        "its backup, and run the same command again";
    auto const away = folder / "away.db";
    fs::rename(file, away);
    SUBCASE("moved") {}
    SUBCASE("replaced") {
        fs::copy_file(away, file);
    }
    CHECK(error_of([&] { commit_now(*book, change_of(full_slot(1, 2))); }) == message);
    CHECK(error_of([&] { book->forget_spent(second(1), {}); }) == message);
    book.reset();
    fs::rename(away, file);
    CHECK_NOTHROW(make_ledger(at_file(file), commits_at_once()));
}

TEST_CASE("a full disk ends the ledger in a sentence, and what was acknowledged stays") {
    scratch_folder const folder;
    auto const file = folder / "fleet.db";
    int durable = 0;
    {
        auto const book = make_ledger(at_file(file), commits_at_once());
        std::string message;
        {
            file_size_limit const full(300'000);
            for (int i = 1; i < 1000 && message.empty(); ++i) {
                ledger_change change;
                change.slots = {full_slot(1, 2 * i, std::string(2000, 'x')), full_slot(1, 2 * i + 1)};
                book->commit(std::move(change), [&](std::exception_ptr const& error) {
                    if (!error) ++durable;
                    if (error) message = error_of([&] { std::rethrow_exception(error); });
                });
            }
        }
        CHECK(message ==
              "the ledger " + file.string() +
                  " cannot be read or written, since the disk reports an error: see that it is sound, not "
                  "full, "
                  "and not cut short by a limit (ulimit -f, quota), and run the same command again");
        CHECK(error_of([&] { commit_now(*book, change_of(full_slot(1, 1))); }) == message);
        CHECK(error_of([&] { book->forget_spent(second(1), {}); }) == message);
    }
    CHECK(durable > 0);
    int slots = 0;
    make_ledger(at_file(file), commits_at_once())->slots([&](slot_row const&) { ++slots; });
    CHECK(slots == 2 * durable);
}

TEST_CASE(
    "a killed run loses nothing that was durable, leaves no lock, and can be read by those who may not "
    "write") {
    unprivileged const nobody;
    scratch_folder const folder;
    auto const file = folder / "fleet.db";
    kill_after(50, [&](int say) { commit_pairs(file, say); });
    auto const left = listing(folder.path());
    CHECK(left == names{"fleet.db", "fleet.db-shm", "fleet.db-wal", "fleet.db.lock"});
    std::set<int> found;
    auto const look = [&](ledger_reader const& book) {
        found.clear();
        book.slots([&](slot_row const& row) { found.insert(row.ordinal); });
        CHECK(found.size() >= 100);
        for (auto const ordinal : found) CHECK(found.contains(ordinal ^ 1));
    };
    {
        with_mode const sealed_folder(folder.path(), 0500);
        with_mode const sealed_file(file, 0400);
        look(*open_ledger_reader(at_file(file)));
    }
    look(*open_ledger_reader(at_file(file)));
    CHECK(listing(folder.path()) == left);
    auto const before = found;
    look(*make_ledger(at_file(file), commits_at_once()));
    CHECK(found == before);
    CHECK(listing(folder.path()) == names{"fleet.db", "fleet.db.lock"});
}

TEST_SUITE_END();
