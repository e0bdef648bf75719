#include "cli/key_command.hpp"

#include "cli/diagnostics.hpp"
#include "cli/failure.hpp"
#include "cli/ledger_access.hpp"
#include "cli/passphrase.hpp"
#include "cli/pretty_json.hpp"
#include "cli/provision_keys.hpp"
#include "planner/wording.hpp"
#include "provisioner/key_rotation.hpp"

#include <boost/json/object.hpp>
#include <fmt/format.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>

namespace poolwright::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view schema = "poolwright.key/1";

[[noreturn]] void refuse(std::string const& why, fs::path const& private_file) {
    std::error_code ignored;
    if (fs::exists(private_file, ignored)) throw failure(broken, why);
    throw failure(broken, why,
                  "keys are changed where the private key lies; a machine that only provisions is then given "
                  "the new public key");
}

std::string kept_key(provisioner::rotation const& what, key_paths const& keys) {
    return provisioner::old_key_file(keys.private_file, what.from).string();
}

boost::json::object json_of(provisioner::rotation const& what, key_paths const& keys) {
    return {{"schema", schema},
            {"action", "rotate"},
            {"fingerprint", what.to},
            {"previous_fingerprint", what.from},
            {"resealed", what.resealed},
            {"finished_earlier", what.only_finished},
            {"protected", what.is_protected},
            {"key_file", keys.private_file.string()},
            {"public_key", keys.public_file.string()},
            {"previous_key_file", kept_key(what, keys)}};
}

std::string words_for(provisioner::rotation const& what) {
    if (what.only_finished)
        return fmt::format("an interrupted rotation is finished: every secret is sealed to the key {}",
                           what.to);
    return fmt::format("{} secret{} sealed to the new key {}", planner::grouped(what.resealed),
                       what.resealed == 1 ? " is" : "s are", what.to);
}

void report(provisioner::rotation const& what, key_paths const& keys, common_options const& common,
            std::ostream& out) {
    if (common.output == "json") return print_json(json_of(what, keys), out);
    say_note(words_for(what), common);
    say_note(fmt::format("back up {} now, and copy {} to every machine that only provisions",
                         keys.private_file.string(), keys.public_file.string()),
             common);
    say_note(fmt::format("the old key is kept as {}: it opens older backups of the ledger, so remove it with "
                         "the last of them",
                         kept_key(what, keys)),
             common);
}

exit_code rotate(key_options const& options, common_options const& common, std::ostream& out) {
    auto const keys = paths_of_keys(options.public_key, options.key_file);
    auto const now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    auto const what =
        provisioner::rotate_key(ledger_location_of(common), {keys.private_file, keys.public_file},
                                passphrase_from(options.key_passphrase_file, common), now);
    if (!what) refuse(what.error(), keys.private_file);
    report(*what, keys, common, out);
    return done;
}

exit_code set_passphrase(key_options const& options, common_options const& common, std::ostream& out) {
    auto const file = private_key_path(options.key_file);
    bool const protect = options.action == "protect";
    provisioner::passphrase_source next;
    if (protect) {
        next = [&](fs::path const& key) -> boost::system::result<provisioner::secret, std::string> {
            return new_passphrase(options.new_passphrase_file, key, common);
        };
    }
    auto const key =
        provisioner::change_passphrase(file, passphrase_from(options.key_passphrase_file, common), next);
    if (!key) refuse(key.error(), file);
    if (common.output == "json") {
        print_json(boost::json::object{{"schema", schema},
                                       {"action", options.action},
                                       {"fingerprint", key->fingerprint()},
                                       {"protected", protect},
                                       {"key_file", file.string()}},
                   out);
        return done;
    }
    say_note(protect
                 ? fmt::format("{} is opened by its passphrase only; copies from before are not protected: "
                               "back it up again, and remove them",
                               file.string())
                 : fmt::format("{} is opened without a passphrase", file.string()),
             common);
    return done;
}

// What an action would pass over in silence.
void check_usage(key_options const& options) {
    auto const refuse_option = [&](std::string_view option, std::string_view of) {
        throw failure(wrong_usage,
                      fmt::format("{} is for `key {}`, not for `key {}`", option, of, options.action),
                      "leave it out");
    };
    if (options.action != "protect" && !options.new_passphrase_file.empty())
        refuse_option("--new-passphrase-file", "protect");
}

}  // namespace

exit_code run_key(key_options const& options, common_options const& common, std::ostream& out) {
    check_usage(options);
    try {
        return options.action == "rotate" ? rotate(options, common, out)
                                          : set_passphrase(options, common, out);
    } catch (std::system_error const& error) {
        throw failure(broken, fmt::format("the key cannot be changed: {}", error.what()),
                      "no key is lost: mend that, and run the same command again");
    }
}

}  // namespace poolwright::cli
