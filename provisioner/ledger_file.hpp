#pragma once

#include "provisioner/file_lock.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

// The ledger as a file among files: made, locked, and looked at without SQLite. Used by the ledger alone.
// Everything here throws ledger_error.
//
// An existing database is never opened here while SQLite may have it open: closing any descriptor of a file
// ends all locks that the process holds on it.

namespace poolwright::provisioner {

// The file with all links resolved, so that one ledger has one lock; folders are made (0700).
std::filesystem::path prepare_ledger_path(std::filesystem::path const& file);

// What is there already must be a file that may be written, in a folder that may be. Asked before the lock is
// taken, so that none is left beside a folder that was named by mistake.
void require_writable(std::filesystem::path const& file);

// Takes the lock on FILE.lock.
file_lock lock_ledger(std::filesystem::path const& file);

// Makes the file (0600) if it is not there; its folder knows of it durably.
void prepare_ledger_file(std::filesystem::path const& file);

// The ledger's file as it was when it was opened. What a run writes to a file that was removed meanwhile, or
// replaced by another, is lost with the run, and no write would say so.
class opened_file {
public:
    explicit opened_file(std::filesystem::path file);

    // Throws ledger_error if its name no longer stands for it.
    void require_in_place() const;

private:
    std::filesystem::path file_;
    std::uint64_t device_ = 0;
    std::uint64_t inode_ = 0;
};

// The file with all links resolved; nothing if there is none or it is empty. It must be a file that may be
// read.
std::optional<std::filesystem::path> find_ledger_file(std::filesystem::path const& file);

// Whether a change that was not finished may lie beside the file, to be undone by who may write: SQLite makes
// the tables, and leaves write-ahead mode, with a rollback journal.
bool has_rollback_journal(std::filesystem::path const& file);

// A database in write-ahead mode that nobody has open, such as a restored backup. SQLite would leave files
// beside it only to read it, or could not read it at all in a folder that may not be written; so it is read
// as one that does not change, and this tells afterwards whether it did.
class unused_database {
public:
    // Nothing if the file is not in that state.
    static std::optional<unused_database> find(std::filesystem::path const& file);

    // False if a run began since, or came and went.
    [[nodiscard]] bool still_unused() const;

private:
    struct stamp {
        std::int64_t seconds = 0;
        std::int64_t nanoseconds = 0;
        std::int64_t size = 0;
        std::uint64_t inode = 0;
        bool operator==(stamp const&) const = default;
    };
    unused_database(std::filesystem::path file, stamp const& seen) : file_(std::move(file)), seen_(seen) {}
    static stamp look_at(std::filesystem::path const& file);

    std::filesystem::path file_;
    stamp seen_;
};

}  // namespace poolwright::provisioner
