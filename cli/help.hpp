#pragma once

#include "cli/help_topics.hpp"
#include "cli/program_description.hpp"

#include <string>

// What --help prints: examples first, then words.

namespace poolwright::cli {

// Of the program.
std::string program_help();

// Of one command: its examples, its options with their defaults.
std::string command_help(command_description const& command);

// Of a topic: what is to be known beside the commands.
std::string topic_help(help_topic const& topic);

}  // namespace poolwright::cli
