#include "cli/paths.hpp"

#include "cli/failure.hpp"

#include <cstdlib>

namespace poolwright::cli {

namespace fs = std::filesystem;

namespace {

// The specification demands that a relative path be ignored.
std::optional<fs::path> folder_in(char const* variable) {
    char const* const value = std::getenv(variable);
    if (!value || !fs::path(value).is_absolute()) return std::nullopt;
    return fs::path(value);
}

std::optional<fs::path> own_folder(char const* variable, char const* below_home) {
    if (auto const folder = folder_in(variable)) return *folder / "poolwright";
    if (auto const home = folder_in("HOME")) return *home / below_home / "poolwright";
    return std::nullopt;
}

fs::path key_in_config_folder(char const* name, std::string const& option) {
    auto const folder = config_folder();
    if (!folder) {
        throw failure(wrong_usage, "neither XDG_CONFIG_HOME nor HOME says where the keys lie",
                      "name the file with `" + option + "`");
    }
    return *folder / name;
}

}  // namespace

std::optional<fs::path> config_folder() {
    return own_folder("XDG_CONFIG_HOME", ".config");
}

std::optional<fs::path> state_folder() {
    return own_folder("XDG_STATE_HOME", ".local/state");
}

std::optional<std::string> default_state() {
    auto const folder = state_folder();
    if (!folder) return std::nullopt;
    return "sqlite://" + (*folder / "fleet.db").string();
}

fs::path default_private_key() {
    return key_in_config_folder("fleet.key", "--key-file");
}

fs::path default_public_key() {
    return key_in_config_folder("fleet.pub", "--public-key");
}

}  // namespace poolwright::cli
