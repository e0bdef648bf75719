#include "cli/completion.hpp"

#include <fmt/format.h>

namespace poolwright::cli {

namespace {

std::string literal(std::string_view text) {
    return "'" + escaped(text, "\\'", "\\") + "'";
}

// -x: its value is one of those; -r -F: it is a file, or one of those.
std::string value_of(option_description const& option) {
    std::string text;
    if (option.kind == value_kind::file) text = " -r -F";
    if (option.kind == value_kind::folder) return " -x -a '(__fish_complete_directories)'";
    if (option.kind == value_kind::text) text = " -x";
    if (!option.words.empty())
        text += fmt::format(" -a {}", literal(fmt::format("{}", fmt::join(option.words, " "))));
    return text;
}

std::string line_of(command_description const& command, option_description const& option) {
    auto text = fmt::format("complete -c poolwright -n '__poolwright_is {}'", command.name);
    for (auto const& name : option.names) {
        bool const is_long = name.starts_with("--");
        text += fmt::format(" -{} {}", is_long ? 'l' : 's', name.substr(is_long ? 2 : 1));
    }
    return text + value_of(option) + fmt::format(" -d {}\n", literal(option.text));
}

std::string line_of_argument(command_description const& command, option_description const& argument) {
    auto text = fmt::format("complete -c poolwright -n '__poolwright_is {}'", command.name);
    if (argument.kind == value_kind::file) text += " -F";
    if (!argument.words.empty())
        text += fmt::format(" -a {}", literal(fmt::format("{}", fmt::join(argument.words, " "))));
    return argument.kind != value_kind::file && argument.words.empty() ? std::string() : text + '\n';
}

}  // namespace

std::string fish_completion(std::span<command_description const> commands) {
    std::string text =
        "# poolwright completion for fish, made by `poolwright completion fish`.\n\n"
        "function __poolwright_is\n"
        "    set -l words (commandline -opc)\n"
        "    test (count $words) -gt 1; and test $words[2] = $argv[1]\n"
        "end\n\n"
        "function __poolwright_is_bare\n"
        "    test (count (commandline -opc)) -eq 1\n"
        "end\n\n"
        "complete -c poolwright -f\n"
        "complete -c poolwright -n __poolwright_is_bare -l help -d 'Show help'\n"
        "complete -c poolwright -n __poolwright_is_bare -l version -d 'Show the version'\n";
    for (auto const& command : commands)
        text += fmt::format("complete -c poolwright -n __poolwright_is_bare -a {} -d {}\n", command.name,
                            literal(command.summary));
    for (auto const& command : commands) {
        text += '\n';
        for (auto const& argument : command.arguments) text += line_of_argument(command, argument);
        for (auto const& option : command.options) text += line_of(command, option);
    }
    return text;
}

}  // namespace poolwright::cli
