#pragma once

#include <filesystem>
#include <optional>
#include <string>

// Whether the write-ahead log beside a ledger still holds what was committed. SQLite takes a log that is
// damaged for one that ends there, and goes on without the commits behind: intents and secrets would be
// forgotten without a word. Used by the ledger alone.

namespace poolwright::provisioner {

// What is wrong with the log of this database, in words; nothing if no commit is missing, as far as can be
// told: where the index (-shm) is lost too, a damaged last commit looks like one that a power cut
// interrupted. May be asked while a run writes; not while this process has the database open, since closing a
// descriptor of its index would end SQLite's locks.
std::optional<std::string> damage_of_log(std::filesystem::path const& file);

}  // namespace poolwright::provisioner
