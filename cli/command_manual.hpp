#pragma once

#include "cli/help_topics.hpp"

#include <string>
#include <string_view>
#include <vector>

// What the manual says beyond --help.

namespace poolwright::cli {

// What the command does, in paragraphs; none for a command of which nothing is said, which a test refuses.
std::vector<std::string_view> manual_of(std::string_view command);

// What the program is for, in a sentence, and how it is used.
std::string_view program_summary() noexcept;
std::string_view program_examples() noexcept;

// The files that it keeps.
std::vector<help_entry> program_files();

}  // namespace poolwright::cli
