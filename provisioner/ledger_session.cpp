#include "provisioner/ledger_session.hpp"

#include "provisioner/ledger_log.hpp"

#include <fmt/format.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include <algorithm>

namespace poolwright::provisioner {
namespace {

// How long SQLite waits for a lock of another connection.
constexpr int busy_seconds = 10;

bool plain(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' ||
           c == '.' || c == '_' || c == '-';
}

// SOCI's connection text has no way to quote a quote, so the name is written as SQLite's URI of a file.
std::string uri(std::string_view path, std::string_view query) {
    std::string text = "file:";
    for (char const c : path) {
        if (plain(c)) {
            text += c;
        } else {
            text += fmt::format("%{:02x}", static_cast<unsigned char>(c));
        }
    }
    return fmt::format("{}?{}", text, query);
}

std::string connection_text(std::string_view path, std::string_view query) {
    return fmt::format("dbname={} timeout={}", uri(path, query), busy_seconds);
}

std::string_view query_for(ledger_session::use how) {
    switch (how) {
        case ledger_session::use::writing:
            return "mode=rw";
        case ledger_session::use::reading:
            return "mode=ro";
        case ledger_session::use::reading_unused:
            return "mode=ro&immutable=1";
    }
    return "";
}

std::string in_one_line(std::string_view text) {
    std::string line(text);
    std::ranges::replace(line, '\n', ' ');
    return line;
}

// What a failure of SQLite means for the person, to be put behind the ledger's name; empty: damage.
std::string_view meaning(int code, bool sending) {
    switch (code & 0xff) {
        case SQLITE_FULL:
            return "cannot be written, since the disk is full: make room and run the same command again";
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return "is held by another program: end that program and run the same command again";
        case SQLITE_READONLY:
            return sending
                       ? "may not be written any more: see that neither it nor its folder was moved, removed "
                         "or made read-only, and run the same command again"
                       : "may not be written here, and an interrupted run left it unfinished: run poolwright "
                         "provision once where it may be written";
        case SQLITE_PERM:
        case SQLITE_AUTH:
        case SQLITE_CANTOPEN:
            return "cannot be opened: see that you may use the file, its folder, and the files beside it "
                   "whose names end in -wal and -shm";
        case SQLITE_IOERR:
            return "cannot be read or written, since the disk reports an error: see that it is sound, not "
                   "full, and not cut short by a limit (ulimit -f, quota), and run the same command again";
        case SQLITE_NOTADB:
            return "is not a poolwright ledger: name another file with --state";
        default:
            return "";
    }
}

// Before SQLite sees it: that would pass over what is damaged, and write a new index.
void require_sound_log(std::filesystem::path const& file) {
    auto const damage = damage_of_log(file);
    if (!damage) return;
    throw ledger_error(fmt::format(
        "the ledger {0} is damaged ({1}): restore the ledger from its backup and remove {0}-wal and "
        "{0}-shm; nothing was sent",
        file.string(), *damage));
}

}  // namespace

std::unique_ptr<ledger_session> ledger_session::connect_file(std::filesystem::path const& file, use how) {
    if (how != use::reading_unused) require_sound_log(file);
    return std::make_unique<ledger_session>(file.string(), connection_text(file.native(), query_for(how)));
}

std::unique_ptr<ledger_session> ledger_session::connect_memory(std::string const& name) {
    // A leading slash makes storage that is shared within the process (SQLite's memdb).
    return std::make_unique<ledger_session>("memory " + name,
                                            connection_text("/poolwright/" + name, "vfs=memdb"));
}

ledger_session::ledger_session(std::string name, std::string const& connection) : name_(std::move(name)) {
    run([&] { sql_.open(soci::sqlite3, connection); });
}

void ledger_session::fail(soci::soci_error const& error) const {
    auto const* const reported = dynamic_cast<soci::sqlite3_soci_error const*>(&error);
    auto const code = reported == nullptr ? SQLITE_OK : reported->result();
    // SQLite's own words suffice: which statement met the damage says nothing about the file.
    if ((code & 0xff) == SQLITE_CORRUPT) fail_damaged("database disk image is malformed");
    auto const sentence = meaning(code, sending_);
    if (sentence.empty()) fail_damaged(error.what());
    throw ledger_error(fmt::format("the ledger {} {}", name_, sentence));
}

void ledger_session::fail_damaged(std::string_view what) const {
    throw ledger_error(fmt::format("the ledger {} is damaged ({}): restore the ledger from its backup{}",
                                   name_, in_one_line(what), sending_ ? "" : "; nothing was sent"));
}

void ledger_session::fail_foreign() const {
    throw ledger_error(
        fmt::format("{} is the database of another program: name another file with --state", name_));
}

void ledger_session::fail_newer() const {
    throw ledger_error(fmt::format("the ledger {} was made by a newer poolwright: use that version", name_));
}

void ledger_session::fail_other_key(std::string_view fingerprint) const {
    throw ledger_error(
        fmt::format("the ledger {} holds secrets sealed to another key ({}): use that key, or another "
                    "--state",
                    name_, fingerprint));
}

void ledger_session::fail_without_log(std::string_view mode) const {
    throw ledger_error(
        fmt::format("the ledger {} is on a file system that SQLite cannot write ahead on (it offers "
                    "\"{}\"): put it on a local disk",
                    name_, mode));
}

}  // namespace poolwright::provisioner
