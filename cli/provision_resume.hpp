#pragma once

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

// The commands that `provision` tells a person to type next, ready to be pasted into a shell.

namespace poolwright::cli {

// The word as a POSIX shell reads it back: as it is where that is safe, else in single quotes.
std::string shell_quoted(std::string_view word);

// The same command line again. It holds no secret: secrets are never arguments.
std::string resume_command(std::span<std::string const> command_line);

// Another command of the program: `words` are shell words already; the options named in `kept`, such as
// --state, are taken over from the command line with their values.
std::string other_command(std::span<std::string const> command_line, std::string_view words,
                          std::initializer_list<std::string_view> kept);

}  // namespace poolwright::cli
