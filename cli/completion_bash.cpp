#include "cli/completion.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace poolwright::cli {

namespace {

constexpr std::string_view beginning =
    R"(# poolwright completion for bash, made by `poolwright completion bash`.
# Written for the bash of any system, without the package bash-completion.

_poolwright_words() {
    COMPREPLY=($(compgen -W "$1" -- "$current"))
    return 0
}

_poolwright_files() {
    local file
    compopt -o filenames 2>/dev/null
    while IFS= read -r file; do COMPREPLY+=("$file"); done < <(compgen "$1" -- "$current")
    return 0
}

)";

// `--output=json` reaches us as three words.
constexpr std::string_view reading = R"(
_poolwright() {
    local current=${COMP_WORDS[COMP_CWORD]} before= argument=0 at word
    COMPREPLY=()
    if [ "$COMP_CWORD" -gt 0 ]; then before=${COMP_WORDS[COMP_CWORD-1]}; fi
    if [ "$current" = = ]; then
        current=
    elif [ "$before" = = ] && [ "$COMP_CWORD" -gt 1 ]; then
        before=${COMP_WORDS[COMP_CWORD-2]}
    fi
    if [ "$COMP_CWORD" -le 1 ]; then
        _poolwright_words "$_poolwright_commands --help --version"
        return
    fi
    local command=${COMP_WORDS[1]} takes_value
    case $command in
)";

// Which argument the word is: what options take does not count.
constexpr std::string_view choosing = R"(    *) return ;;
    esac
    if _poolwright_value "$command" "$before"; then return; fi
    if [ "${current:0:1}" = - ]; then
        _poolwright_words "$options"
        return
    fi
    for ((at = 2; at < COMP_CWORD; ++at)); do
        word=${COMP_WORDS[at]}
        if [ "${word:0:1}" = - ] && [ "$word" != - ]; then
            case " $takes_value " in *" $word "*) at=$((at + 1)); [ "${COMP_WORDS[at]}" = = ] && at=$((at + 1)) ;; esac
        else
            argument=$((argument + 1))
        fi
    done
    _poolwright_argument "$command" "$argument"
}

complete -F _poolwright poolwright
)";

std::string offer(option_description const& option) {
    std::string text;
    if (!option.words.empty()) text = fmt::format("_poolwright_words '{}'", fmt::join(option.words, " "));
    std::string_view const files = option.kind == value_kind::file     ? "_poolwright_files -f"
                                   : option.kind == value_kind::folder ? "_poolwright_files -d"
                                                                       : "";
    if (!text.empty() && !files.empty()) text += "; ";
    text += files;
    return text.empty() ? ":" : text;
}

std::string case_of(command_description const& command) {
    std::vector<std::string> all;
    std::vector<std::string> with_value;
    for (auto const& option : command.options) {
        all.insert(all.end(), option.names.begin(), option.names.end());
        if (!option.takes_value()) continue;
        with_value.insert(with_value.end(), option.names.begin(), option.names.end());
    }
    return fmt::format("    {})\n        local options='{}'\n        takes_value='{}' ;;\n", command.name,
                       fmt::join(all, " "), fmt::join(with_value, " "));
}

std::string values_of(command_description const& command) {
    std::string text;
    for (auto const& option : command.options) {
        if (!option.takes_value()) continue;
        for (auto const& name : option.names)
            text += fmt::format("{}'{} {}'", text.ends_with('\'') ? " | " : "    ", command.name, name);
        text += fmt::format(") {} ;;\n", offer(option));
    }
    return text;
}

std::string arguments_of(command_description const& command) {
    std::string text;
    for (std::size_t i = 0; i < command.arguments.size(); ++i)
        text += fmt::format("    '{} {}') {} ;;\n", command.name, i, offer(command.arguments[i]));
    return text;
}

// A function that looks its two words up; false if they are not known.
template <class Lines>
std::string lookup(std::string_view name, std::span<command_description const> commands, Lines const& lines) {
    auto text = fmt::format("{}() {{\n    case \"$1 $2\" in\n", name);
    for (auto const& command : commands) text += lines(command);
    return text + "    *) return 1 ;;\n    esac\n}\n";
}

}  // namespace

std::string bash_completion(std::span<command_description const> commands) {
    std::vector<std::string_view> names;
    for (auto const& command : commands) names.push_back(command.name);
    auto text = std::string(beginning) + fmt::format("_poolwright_commands='{}'\n\n", fmt::join(names, " "));
    text += lookup("_poolwright_value", commands, values_of) + '\n';
    text += lookup("_poolwright_argument", commands, arguments_of) + std::string(reading);
    for (auto const& command : commands) text += case_of(command);
    return text + std::string(choosing);
}

}  // namespace poolwright::cli
