#pragma once

#include "cli/command_table.hpp"

#include <CLI/App.hpp>

#include <string_view>

// The commands with their options as CLI11 holds them: what the command line is read with, and from which
// help, manual and completions are made.

namespace poolwright::cli {

class command_tree {
public:
    command_tree();
    command_tree(command_tree const&) = delete;
    command_tree& operator=(command_tree const&) = delete;

    [[nodiscard]] CLI::App& root() noexcept { return root_; }
    // The command must be there.
    [[nodiscard]] CLI::App& command(std::string_view name);
    // What reading a command line fills.
    [[nodiscard]] all_options& options() noexcept { return options_; }

private:
    all_options options_;
    CLI::App root_;
};

}  // namespace poolwright::cli
