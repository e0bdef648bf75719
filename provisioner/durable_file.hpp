#pragma once

#include <filesystem>
#include <string_view>

// Files that must be whole or not there: the ledger and the keys are made with these.

namespace poolwright::provisioner {

// Makes the folder and those above it that are missing, each 0700. Throws std::system_error naming the
// folder.
void make_private_folders(std::filesystem::path const& folder);

// Makes the entries of a folder durable. Throws std::system_error naming it.
void sync_folder(std::filesystem::path const& folder);

// A new file (0600) of that content beside `file`, synced, then renamed into place; folders are made. Throws
// std::system_error naming the file; if there is one already, with std::errc::file_exists, and it stays as it
// is.
void write_new_file(std::filesystem::path const& file, std::string_view content);

// Removes what write_new_file has left beside the file if its process was ended in it. Nobody may be writing
// it. Throws std::system_error.
void remove_unfinished(std::filesystem::path const& file);

// Gives the file the name of another one, which ends. Throws std::system_error naming the latter.
void replace_file(std::filesystem::path const& by, std::filesystem::path const& file);

// Removes the file if it is there. Throws std::system_error naming it.
void remove_file(std::filesystem::path const& file);

}  // namespace poolwright::provisioner
