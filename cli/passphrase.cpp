#include "cli/passphrase.hpp"

#include "cli/failure.hpp"
#include "cli/hidden_input.hpp"
#include "cli/secret_file.hpp"
#include "cli/terminal.hpp"
#include "cli/text.hpp"
#include "planner/wording.hpp"

#include <fmt/format.h>

#include <unistd.h>
#include <utility>

namespace poolwright::cli {
namespace {

namespace fs = std::filesystem;
using provisioner::secret;
using given = boost::system::result<secret, std::string>;

constexpr std::string_view words = "passphrase";

secret read_file(std::string const& file, std::string_view option) {
    auto const refuse = [&](std::string_view why) {
        throw failure(bad_input, fmt::format("{} {}: {}", option, planner::shown(file), why));
    };
    std::string open_to_others;
    try {
        auto text = read_secret_file(file, open_to_others, words);
        if (!open_to_others.empty()) throw failure(bad_input, fmt::format("{}: {}", option, open_to_others));
        return text;
    } catch (bad_secret_file const& error) {
        refuse(error.what());
        throw;
    }
}

bool can_ask(common_options const& common) {
    return !common.no_input && is_terminal(STDIN_FILENO) && is_terminal(STDERR_FILENO);
}

given ask(fs::path const& key) {
    auto typed = ask_hidden(fmt::format("Passphrase of {}: ", visible_lines(key.string())));
    if (typed) return *std::move(typed);
    return {boost::system::in_place_error,
            fmt::format("no passphrase was given for the private key {}", key.string())};
}

secret typed_once(std::string const& question) {
    auto typed = ask_hidden(question);
    if (!typed || typed->empty())
        throw failure(incomplete, "no passphrase was given: the key stays as it is");
    return *std::move(typed);
}

}  // namespace

provisioner::passphrase_source passphrase_in(std::string const& file) {
    if (file.empty()) return {};
    return [file](fs::path const&) -> given { return read_file(file, "--key-passphrase-file"); };
}

provisioner::passphrase_source passphrase_from(std::string const& file, common_options const& common) {
    if (file.empty() && can_ask(common)) return ask;
    return passphrase_in(file);
}

secret new_passphrase(std::string const& file, fs::path const& key, common_options const& common) {
    if (!file.empty()) return read_file(file, "--new-passphrase-file");
    if (!can_ask(common)) {
        throw failure(wrong_usage, "nobody can be asked for the new passphrase",
                      "name a file that holds it: --new-passphrase-file FILE");
    }
    auto first = typed_once(fmt::format("New passphrase of {}: ", visible_lines(key.string())));
    if (!first.matches(typed_once("The same again: ")))
        throw failure(incomplete, "these were two different passphrases: the key stays as it is");
    return first;
}

}  // namespace poolwright::cli
