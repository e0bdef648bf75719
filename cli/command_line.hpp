#pragma once

#include "cli/common_options.hpp"
#include "cli/exit_code.hpp"

#include <span>
#include <string>

// From the words of the command line to a command that runs. Called by main().

namespace poolwright::cli {

// `words` begins with the program's name. Fills `common` as soon as it is known, for the messages about what
// follows. Throws failure and closed_pipe, and whatever the command throws.
exit_code run_command_line(std::span<std::string const> words, common_options& common);

}  // namespace poolwright::cli
