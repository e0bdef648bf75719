#include "cli/completion.hpp"

#include <fmt/format.h>

namespace poolwright::cli {

namespace {

// Inside a specification of _arguments, itself inside single quotes.
std::string plain(std::string_view text) {
    std::string out;
    for (char const c : escaped(text, "\\[]:", "\\")) out += c == '\'' ? "'\\''" : std::string(1, c);
    return out;
}

// What _arguments calls for a value: words, files, both, or nothing but the message.
std::string action(option_description const& option) {
    std::string_view const files = option.kind == value_kind::file     ? "_files"
                                   : option.kind == value_kind::folder ? "_files -/"
                                                                       : "";
    if (option.words.empty()) return files.empty() ? " " : std::string(files);
    if (files.empty()) return fmt::format("({})", fmt::join(option.words, " "));
    // A colon would end the action; a blank at its beginning keeps _arguments from adding words to it.
    return fmt::format(
        R"=( _alternative "words\:word\:({})" "files\:file\:{}")=", fmt::join(option.words, " "), files);
}

std::string specification(option_description const& option) {
    std::string_view const joint = option.takes_value() ? "=" : "";
    auto text = fmt::format("[{}]", plain(option.text));
    if (option.takes_value()) text += fmt::format(":{}:{}", plain(option.placeholder), action(option));
    auto const name = [&](std::string const& one) {
        return one.starts_with("--") ? fmt::format("{}{}", one, joint)
                                     : one + (option.takes_value() ? "+" : "");
    };
    if (option.is_repeatable) return fmt::format("'*{}{}'", name(option.names.front()), text);
    if (option.names.size() == 1) return fmt::format("'{}{}'", name(option.names.front()), text);
    return fmt::format("'({} {})'{{{},{}}}'{}'", option.names[0], option.names[1], name(option.names[0]),
                       name(option.names[1]), text);
}

std::string branch(command_description const& command) {
    auto text = fmt::format("        ({})\n            _arguments -s -S", command.name);
    for (auto const& option : command.options)
        text += fmt::format(" \\\n                {}", specification(option));
    for (auto const& argument : command.arguments) {
        text +=
            fmt::format(" \\\n                '{}{}:{}'",
                        argument.is_required ? ":" : "::", plain(argument.names.front()), action(argument));
    }
    return text + "\n            ;;\n";
}

}  // namespace

std::string zsh_completion(std::span<command_description const> commands) {
    std::string text =
        "#compdef poolwright\n"
        "# poolwright completion for zsh, made by `poolwright completion zsh`.\n\n"
        "_poolwright() {\n"
        "    local -a commands=(\n";
    for (auto const& command : commands)
        text += fmt::format("        '{}:{}'\n", plain(command.name), plain(command.summary));
    text +=
        "    )\n"
        "    if (( CURRENT == 2 )); then\n"
        "        _describe -t commands command commands\n"
        "        _arguments '--help[Show help]' '--version[Show the version]'\n"
        "        return\n"
        "    fi\n"
        "    local command=$words[2]\n"
        "    shift words\n"
        "    (( CURRENT-- ))\n"
        "    case $command in\n";
    for (auto const& command : commands) text += branch(command);
    return text +
           "    esac\n"
           "}\n\n"
           "# Put into a folder of $fpath it is the function itself; sourced, it has to be made known.\n"
           "if [[ $funcstack[1] == _poolwright ]]; then\n"
           "    _poolwright \"$@\"\n"
           "else\n"
           "    compdef _poolwright poolwright\n"
           "fi\n";
}

}  // namespace poolwright::cli
