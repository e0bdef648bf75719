#pragma once

#include "cli/config_file.hpp"
#include "planner/problem.hpp"

#include <CLI/App.hpp>

#include <span>
#include <string>
#include <string_view>

// What fills in the options that were not typed: first the environment, then the config file. CLI11 has both,
// but lets its file beat the environment and passes over unknown keys.

namespace poolwright::cli {

// "POOLWRIGHT_NO_COLOR" for "no-color".
std::string variable_of(std::string_view option);

// The long name of an option that may stand in the environment and the config file; empty: it may not.
std::string settable_name(CLI::Option const& option);

// Fills the options of the command from the environment. Throws failure(wrong_usage) naming the variable.
void fill_from_environment(CLI::App& command);

// Every key and table that no command has, and every value of the wrong type.
planner::problem_list check_settings(CLI::App const& root, std::span<setting const> settings);

// Fills the options of the command, its own table beating the top of the file. Throws failure(bad_input)
// naming the place.
void fill_from_settings(CLI::App& command, std::span<setting const> settings);

}  // namespace poolwright::cli
