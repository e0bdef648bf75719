#pragma once

#include "provisioner/key_pair.hpp"
#include "provisioner/protected_key.hpp"

#include <boost/system/result.hpp>

#include <filesystem>
#include <functional>
#include <string>

// The files of a key pair. The public half: "poolwright public key 1" and the key in base64. The private one:
// "poolwright private key 1" and the key in base64, or "poolwright private key 2" and a key that is protected
// by a passphrase. Every error is a sentence that names the file and what to do.

namespace poolwright::provisioner {

// Gives the passphrase of that file, or a sentence why it cannot.
using passphrase_source =
    std::function<boost::system::result<secret, std::string>(std::filesystem::path const& file)>;

boost::system::result<public_key, std::string> read_public_key(std::filesystem::path const& file);

// A private key that others may read (mode beyond 0600) is refused. The passphrase is asked for only if there
// is one; without a source such a key is refused.
boost::system::result<private_key, std::string> read_private_key(std::filesystem::path const& file,
                                                                 passphrase_source const& passphrase = {});

// What a private key file tells without its passphrase.
struct private_key_facts {
    public_key public_half;
    bool is_protected = false;
};
boost::system::result<private_key_facts, std::string> look_at_private_key(std::filesystem::path const& file);

// The file as it is, for a copy of it.
boost::system::result<secret, std::string> read_private_text(std::filesystem::path const& file);

// A new file, whole and on disk or not there (0600; folders 0700), protected if a passphrase is given. Throws
// std::system_error naming the file; an existing one is never replaced.
void write_private_key(private_key const& key, std::filesystem::path const& file,
                       secret const* passphrase = nullptr, passphrase_cost const& cost = {});
void write_public_key(public_key const& key, std::filesystem::path const& file);

// Writes both halves, the private key first, without a passphrase. Throws as write_private_key does; only a
// public file that holds this very key is left as it is.
void write_key_files(private_key const& key, std::filesystem::path const& private_file,
                     std::filesystem::path const& public_file);

// The public key that a run seals to.
struct sealing_key {
    public_key key;
    bool made =
        false;  // both files were made just now, so the person must be told to back up the private one
};

// Reads the public key; if it is missing, takes it from the private key and writes it; if both are missing,
// makes both. When two processes make keys at once, one wins and the other reads the winner's. Throws as
// write_key_files does.
boost::system::result<sealing_key, std::string> read_or_make_keys(std::filesystem::path const& private_file,
                                                                  std::filesystem::path const& public_file);

}  // namespace poolwright::provisioner
