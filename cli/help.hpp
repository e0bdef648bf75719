#pragma once

#include "cli/program_description.hpp"

#include <string>

// What --help prints: examples first, then words.

namespace poolwright::cli {

// Of the program; `with_reference` adds what stands nowhere else: exit codes, environment and config file.
std::string program_help(bool with_reference);

// Of one command: its examples, its options with their defaults.
std::string command_help(command_description const& command);

}  // namespace poolwright::cli
