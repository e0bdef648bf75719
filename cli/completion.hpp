#pragma once

#include "cli/program_description.hpp"

#include <span>
#include <string>
#include <string_view>

// The scripts by which shells complete poolwright's command line, one file for each shell. All is in the
// script: nothing is run while somebody types.

namespace poolwright::cli {

std::string bash_completion(std::span<command_description const> commands);
std::string zsh_completion(std::span<command_description const> commands);
std::string fish_completion(std::span<command_description const> commands);
std::string powershell_completion(std::span<command_description const> commands);

// The text with `escape` before each of the `special` characters.
std::string escaped(std::string_view text, std::string_view special, std::string_view escape);

}  // namespace poolwright::cli
