#include "cli/provision_keys.hpp"

#include "cli/failure.hpp"
#include "cli/paths.hpp"
#include "provisioner/key_rotation.hpp"

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

void check_bound(public_key const& key, fs::path const& file, key_paths const& paths,
                 std::string const& bound_to) {
    if (bound_to.empty() || key.fingerprint() == bound_to) return;
    throw failure(broken,
                  fmt::format("{} is the key {}, but the ledger's secrets are sealed to {}", file.string(),
                              key.fingerprint(), bound_to),
                  hint_of_other_key(paths, bound_to));
}

// Whether the private key that is here is the other half. One that lies at its usual place may be another
// pair's; one that was named must fit.
bool is_other_half(key_paths const& paths, provisioner::private_key_facts const& facts,
                   public_key const& seal_to) {
    if (facts.public_half == seal_to) return true;
    if (!paths.private_named) return false;
    throw failure(broken,
                  fmt::format("{} is not the private half of {}", paths.private_file.string(),
                              paths.public_file.string()),
                  hint_of_other_key(paths, seal_to.fingerprint()));
}

void check_opener(key_paths const& paths, public_key const& seal_to) {
    if (!is_there(paths.private_file)) return;
    is_other_half(paths, or_fail(provisioner::look_at_private_key(paths.private_file)), seal_to);
}

void take_opener(key_paths const& paths, run_keys& keys) {
    if (!is_there(paths.private_file)) return;
    auto const facts = or_fail(provisioner::look_at_private_key(paths.private_file));
    if (!is_other_half(paths, facts, keys.seal_to)) return;
    keys.left_closed = facts.is_protected && !paths.passphrase;
    if (keys.left_closed) return;
    keys.opener = or_fail(provisioner::read_private_key(paths.private_file, paths.passphrase));
}

}  // namespace

key_paths paths_of_keys(std::string const& public_key, std::string const& key_file) {
    key_paths paths;
    paths.public_named = !public_key.empty();
    paths.private_named = !key_file.empty();
    paths.public_file = paths.public_named ? fs::path(public_key) : default_public_key();
    paths.private_file = private_key_path(key_file);
    return paths;
}

fs::path private_key_path(std::string const& key_file) {
    return key_file.empty() ? default_private_key() : fs::path(key_file);
}

run_keys open_keys(key_paths const& paths, std::string const& bound_to) {
    // First, so that no public half is written beside a private key that is not the ledger's.
    check_keys(paths, bound_to);
    auto const sealing = or_fail(provisioner::read_or_make_keys(paths.private_file, paths.public_file));
    run_keys keys{.seal_to = sealing.key, .opener = std::nullopt, .made = sealing.made};
    take_opener(paths, keys);
    return keys;
}

void check_keys(key_paths const& paths, std::string const& bound_to) {
    check_there(paths, bound_to);
    if (is_there(paths.public_file)) {
        auto const key = or_fail(provisioner::read_public_key(paths.public_file));
        check_bound(key, paths.public_file, paths, bound_to);
        check_opener(paths, key);
    } else if (is_there(paths.private_file)) {
        auto const facts = or_fail(provisioner::look_at_private_key(paths.private_file));
        check_bound(facts.public_half, paths.private_file, paths, bound_to);
    }
}

std::string hint_of_other_key(key_paths const& paths, std::string const& bound_to) {
    if (provisioner::is_half_rotated(paths.private_file, bound_to))
        return "a rotation of the key was interrupted: `poolwright key rotate` finishes it";
    auto const kept = provisioner::old_key_file(paths.private_file, bound_to);
    if (!is_there(kept)) return restore_hint;
    auto hint = fmt::format(
        "the ledger is from before a rotation of the key, and its key is kept: --key-file {}", kept.string());
    if (paths.public_file.empty()) return hint;
    return fmt::format("{} --public-key {}", hint,
                       provisioner::old_key_file(paths.public_file, bound_to).string());
}

std::string made_keys_note(key_paths const& paths) {
    return fmt::format(
        "a key pair was made: secrets are sealed to {}; only {} opens them. Back it up now: without it the "
        "secrets in the ledger are lost",
        paths.public_file.string(), paths.private_file.string());
}

}  // namespace poolwright::cli
