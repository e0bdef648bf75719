#pragma once

#include "provisioner/key_files.hpp"

#include <filesystem>
#include <optional>
#include <string>

// Which key a run seals to, and whether it can open what was sealed before.

namespace poolwright::cli {

struct key_paths {
    std::filesystem::path public_file;
    std::filesystem::path private_file;
    bool public_named = false;                       // by --public-key: it must be there
    bool private_named = false;                      // by --key-file: it must be the other half
    provisioner::passphrase_source passphrase = {};  // empty: a protected private key is not used
};

// From the options of those names; empty: the files in the configuration folder.
key_paths paths_of_keys(std::string const& public_key, std::string const& key_file);
std::filesystem::path private_key_path(std::string const& key_file);

struct run_keys {
    provisioner::public_key seal_to;
    std::optional<provisioner::private_key> opener;  // nothing: the private key is not here, or not opened
    bool made = false;                               // just now
    bool left_closed = false;                        // the private key is here, and no passphrase for it
};

// `bound_to` is the fingerprint of the ledger's key, empty if it has none yet: only then are keys made where
// there are none. Throws failure(broken) for a key that is damaged, missing or not the ledger's.
run_keys open_keys(key_paths const& paths, std::string const& bound_to);

// The same without making anything: whether open_keys would refuse. For --dry-run.
void check_keys(key_paths const& paths, std::string const& bound_to);

// What to do about a key that is not the ledger's: it was being changed, or the ledger's old one is kept.
std::string hint_of_other_key(key_paths const& paths, std::string const& bound_to);

// Tells a person, once, that keys were made and what to do about it.
std::string made_keys_note(key_paths const& paths);

}  // namespace poolwright::cli
