#include "provisioner/ledger_file.hpp"

#include "provisioner/durable_file.hpp"
#include "provisioner/ledger.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace poolwright::provisioner {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void cannot(std::string_view what, fs::path const& file, std::string_view why) {
    throw ledger_error(fmt::format("the ledger {} cannot be {}: {}; mend that or use another --state",
                                   file.string(), what, why));
}

[[noreturn]] void cannot(std::string_view what, fs::path const& file, std::error_code const& why) {
    cannot(what, file, why.message());
}

std::error_code last_error() {
    return {errno, std::generic_category()};
}

fs::path beside(fs::path const& file, std::string_view ending) {
    return fs::path(file.native() + std::string(ending));
}

bool is_there(fs::path const& file) {
    return ::access(file.c_str(), F_OK) == 0;
}

// Stops at what is not a file, and at one that may not be used in that way (R_OK, W_OK).
void require_file(fs::path const& file, struct stat const& facts, int mode, std::string_view verb) {
    if (!S_ISREG(facts.st_mode)) {
        throw ledger_error(fmt::format("{} is {}, so it cannot be the ledger: name a file with --state",
                                       file.string(),
                                       S_ISDIR(facts.st_mode) ? "a folder" : "a device or pipe"));
    }
    if (::faccessat(AT_FDCWD, file.c_str(), mode, AT_EACCESS) != 0) cannot(verb, file, last_error());
}

std::string holder_text(lock_holder const& holder) {
    return holder.process > 0 ? fmt::format(" (process {})", holder.process) : std::string();
}

// Bytes 18 and 19 of the header say 2 in write-ahead mode (SQLite file format, 1.3.3).
bool has_write_ahead_header(fs::path const& file) {
    auto const descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) cannot("read", file, last_error());
    std::array<char, 2> versions{};
    auto const size = ::pread(descriptor, versions.data(), versions.size(), 18);
    ::close(descriptor);
    return size == 2 && versions[0] == 2 && versions[1] == 2;
}

}  // namespace

fs::path prepare_ledger_path(fs::path const& file) {
    try {
        make_private_folders(file.parent_path());
        return fs::weakly_canonical(file);
    } catch (fs::filesystem_error const& error) {
        cannot("made", file, error.code());
    } catch (std::system_error const& error) {
        cannot("made", file, error.what());
    }
}

void require_writable(fs::path const& file) {
    struct stat facts{};
    if (::stat(file.c_str(), &facts) != 0) return;
    require_file(file, facts, R_OK | W_OK, "written");
    // SQLite writes files beside it.
    auto const folder = file.parent_path();
    if (::faccessat(AT_FDCWD, folder.c_str(), W_OK | X_OK, AT_EACCESS) != 0)
        cannot("written", file, fmt::format("its folder: {}", last_error().message()));
}

file_lock lock_ledger(fs::path const& file) {
    try {
        auto lock = file_lock::take(beside(file, ".lock"));
        if (lock) return *std::move(lock);
        throw ledger_error(fmt::format(
            "the ledger {} is in use by another poolwright{}: wait for it to end, or use another --state",
            file.string(), holder_text(lock.error())));
    } catch (std::system_error const& error) {
        cannot("locked", file, error.what());  // names the lock
    }
}

void prepare_ledger_file(fs::path const& file) {
    if (is_there(file)) return;
    auto const descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (descriptor < 0) cannot("made", file, last_error());
    ::close(descriptor);
    try {
        sync_folder(file.parent_path());
    } catch (std::system_error const& error) {
        cannot("made", file, error.code());
    }
}

opened_file::opened_file(fs::path file) : file_(std::move(file)) {
    struct stat facts{};
    if (::stat(file_.c_str(), &facts) != 0) cannot("read", file_, last_error());
    device_ = facts.st_dev;
    inode_ = facts.st_ino;
}

void opened_file::require_in_place() const {
    struct stat facts{};
    if (::stat(file_.c_str(), &facts) == 0 && facts.st_dev == device_ && facts.st_ino == inode_) return;
    throw ledger_error(fmt::format(
        "the ledger {} was moved, removed or replaced while it was in use: put it back, or restore "
        "it from its backup, and run the same command again",
        file_.string()));
}

std::optional<fs::path> find_ledger_file(fs::path const& file) {
    struct stat facts{};
    if (::stat(file.c_str(), &facts) != 0) {
        if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
        cannot("read", file, last_error());
    }
    require_file(file, facts, R_OK, "read");
    if (facts.st_size == 0) return std::nullopt;
    std::error_code why;
    auto real = fs::canonical(file, why);
    if (why) cannot("read", file, why);
    return real;
}

bool has_rollback_journal(fs::path const& file) {
    return is_there(beside(file, "-journal"));
}

std::optional<unused_database> unused_database::find(fs::path const& file) {
    if (has_rollback_journal(file)) return std::nullopt;
    if (is_there(beside(file, "-shm")) || is_there(beside(file, "-wal"))) return std::nullopt;
    auto const seen = look_at(file);
    if (!has_write_ahead_header(file)) return std::nullopt;
    return unused_database(file, seen);
}

bool unused_database::still_unused() const {
    return !is_there(beside(file_, "-shm")) && look_at(file_) == seen_;
}

unused_database::stamp unused_database::look_at(fs::path const& file) {
    struct stat facts{};
    if (::stat(file.c_str(), &facts) != 0) cannot("read", file, last_error());
    return {facts.st_mtim.tv_sec, facts.st_mtim.tv_nsec, facts.st_size, facts.st_ino};
}

}  // namespace poolwright::provisioner
