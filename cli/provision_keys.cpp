#include "cli/provision_keys.hpp"

#include "cli/failure.hpp"

#include <fmt/format.h>

#include <utility>

namespace poolwright::cli {
namespace {

namespace fs = std::filesystem;
using provisioner::private_key;
using provisioner::public_key;

constexpr auto* restore_hint =
    "restore the ledger's key from your backup, or name it with --public-key and --key-file";

bool is_there(fs::path const& file) {
    std::error_code ignored;
    return fs::exists(fs::symlink_status(file, ignored));
}

template <class T>
T or_fail(boost::system::result<T, std::string> result) {
    if (!result) throw failure(broken, result.error());
    return std::move(*result);
}

// Keys are made only for a ledger that has none, and never where a person named a file: it may be a typing
// error.
void check_there(key_paths const& paths, std::string const& bound_to) {
    if (is_there(paths.public_file)) return;
    if (paths.public_named) or_fail(provisioner::read_public_key(paths.public_file));
    if (is_there(paths.private_file) || bound_to.empty()) return;
    throw failure(broken,
                  fmt::format("the ledger's secrets are sealed to the key {}, but neither {} nor {} is there",
                              bound_to, paths.public_file.string(), paths.private_file.string()),
                  restore_hint);
}

void check_bound(public_key const& key, fs::path const& file, std::string const& bound_to) {
    if (bound_to.empty() || key.fingerprint() == bound_to) return;
    throw failure(broken,
                  fmt::format("{} is the key {}, but the ledger's secrets are sealed to {}", file.string(),
                              key.fingerprint(), bound_to),
                  restore_hint);
}

// A private key that lies at its usual place may be another pair's; one that was named must fit.
std::optional<private_key> opener_of(key_paths const& paths, public_key const& seal_to) {
    if (!is_there(paths.private_file)) return std::nullopt;
    auto key = or_fail(provisioner::read_private_key(paths.private_file));
    if (key.public_half() == seal_to) return key;
    if (!paths.private_named) return std::nullopt;
    throw failure(broken,
                  fmt::format("{} is not the private half of {}", paths.private_file.string(),
                              paths.public_file.string()),
                  restore_hint);
}

}  // namespace

run_keys open_keys(key_paths const& paths, std::string const& bound_to) {
    // First, so that no public half is written beside a private key that is not the ledger's.
    check_keys(paths, bound_to);
    auto const sealing = or_fail(provisioner::read_or_make_keys(paths.private_file, paths.public_file));
    return {.seal_to = sealing.key, .opener = opener_of(paths, sealing.key), .made = sealing.made};
}

void check_keys(key_paths const& paths, std::string const& bound_to) {
    check_there(paths, bound_to);
    if (is_there(paths.public_file)) {
        auto const key = or_fail(provisioner::read_public_key(paths.public_file));
        check_bound(key, paths.public_file, bound_to);
        opener_of(paths, key);
    } else if (is_there(paths.private_file)) {
        auto const key = or_fail(provisioner::read_private_key(paths.private_file));
        check_bound(key.public_half(), paths.private_file, bound_to);
    }
}

std::string made_keys_note(key_paths const& paths) {
    return fmt::format(
        "a key pair was made: secrets are sealed to {}; only {} opens them. Back it up now: without it the "
        "secrets in the ledger are lost",
        paths.public_file.string(), paths.private_file.string());
}

}  // namespace poolwright::cli
