#pragma once

#include <filesystem>
#include <optional>
#include <string>

// Where things lie when nothing else was said: the folders of the XDG base directory specification. Read when
// options are weighed and when a command needs a key.

namespace poolwright::cli {

// The `poolwright` folder in XDG_CONFIG_HOME or ~/.config; nothing if neither that variable nor HOME names an
// absolute path.
std::optional<std::filesystem::path> config_folder();

// The same in XDG_STATE_HOME or ~/.local/state.
std::optional<std::filesystem::path> state_folder();

// The URL of the default ledger: fleet.db in the `poolwright` folder in XDG_STATE_HOME or ~/.local/state.
std::optional<std::string> default_state();

// fleet.key and fleet.pub in the configuration folder. Throws failure where there is none.
std::filesystem::path default_private_key();
std::filesystem::path default_public_key();

}  // namespace poolwright::cli
