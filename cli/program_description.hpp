#pragma once

#include <cstdint>
#include <string>
#include <vector>

// The commands and their options in words, taken from what reads the command line, so that help, manual and
// completions cannot differ from it.

namespace CLI {
class App;
}

namespace poolwright::cli {

enum class value_kind : std::uint8_t { none, text, file, folder };

struct option_description {
    std::vector<std::string> names;  // "-o", "--output"; of an argument only what it is called, "FILE"
    std::string placeholder;         // "FORMAT"; empty: it takes no value, or is an argument
    std::string optional_value;      // "ADDR" of a flag that may be said as --flag=ADDR; else empty
    value_kind kind = value_kind::none;
    std::vector<std::string>
        words;  // values that it may have; where others are possible too, the likely ones
    std::string text;
    std::string default_value;
    std::string group;
    std::string variable;  // of the environment; empty: none stands in for it
    bool is_required = false;
    bool is_repeatable = false;

    // Whether a word follows the option.
    [[nodiscard]] bool takes_value() const noexcept { return !placeholder.empty(); }
};

struct command_description {
    std::string name;
    std::string summary;
    std::string examples;                       // lines of the shell, each ending in a line feed
    std::vector<option_description> arguments;  // in their order
    std::vector<option_description> options;
    std::vector<std::string> groups;  // of the options, in the order in which they are to be shown
};

// Of one command, whose name is that of the app.
command_description describe(CLI::App& command);

// Of all commands, in the order of their use.
std::vector<command_description> describe_commands();

}  // namespace poolwright::cli
