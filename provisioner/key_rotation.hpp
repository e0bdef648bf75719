#pragma once

#include "provisioner/key_files.hpp"
#include "provisioner/ledger.hpp"

#include <boost/system/result.hpp>

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

// Another key pair for a ledger, and another passphrase for a private key. Both can be ended anywhere: at
// every moment the file of a key that opens the whole ledger is there, and doing it again finishes it. Only
// one process at a time changes a private key file: it holds a lock on FILE.lock.
//
// A rotation makes FILE.new beside the private key, seals the ledger to it in one transaction, keeps the old
// pair as FILE.old-<fingerprint>, puts the new public key in its place and last the private one: as long as
// FILE.new is there, the rotation is not finished.

namespace poolwright::provisioner {

struct key_places {
    std::filesystem::path private_file;
    std::filesystem::path public_file;
};

// Beside a private or public key file.
std::filesystem::path next_key_file(std::filesystem::path const& file);
std::filesystem::path old_key_file(std::filesystem::path const& file, std::string_view fingerprint);

// A rotation of this private key file was not finished, and the ledger is sealed to the new key already.
bool is_half_rotated(std::filesystem::path const& private_file, std::string_view bound_to);

struct rotation {
    std::string from;  // fingerprints
    std::string to;
    std::int64_t resealed = 0;   // secrets
    bool only_finished = false;  // the ledger had its new key from an interrupted rotation
    bool is_protected = false;   // by the passphrase of the old one
};

// Throws ledger_error, also for a secret that the present key does not open, and std::system_error. The error
// is a sentence. However it ends, it can be called again.
boost::system::result<rotation, std::string> rotate_key(ledger_location const& where, key_places const& keys,
                                                        passphrase_source const& passphrase, wall_seconds now,
                                                        passphrase_cost const& cost = {});

// The same private key under another passphrase, or under none if `next` is empty; what is there now is
// opened with `present` before `next` is asked. The new file is written, read again and compared before it
// replaces the old one. Throws std::system_error.
boost::system::result<public_key, std::string> change_passphrase(std::filesystem::path const& private_file,
                                                                 passphrase_source const& present,
                                                                 passphrase_source const& next,
                                                                 passphrase_cost const& cost = {});

}  // namespace poolwright::provisioner
