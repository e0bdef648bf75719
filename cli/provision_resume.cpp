#include "cli/provision_resume.hpp"

#include "planner/wording.hpp"

#include <algorithm>

namespace poolwright::cli {
namespace {

bool is_safe(char c) noexcept {
    return planner::is_letter(c) || planner::is_digit(c) ||
           std::string_view("_-./:=@%+,").find(c) != std::string_view::npos;
}

// The program as it was called.
std::string program_of(std::span<std::string const> command_line) {
    return command_line.empty() ? std::string("poolwright") : shell_quoted(command_line.front());
}

// Whether the word is the option, alone (its value follows) or with `=value`.
bool is_option(std::string_view word, std::string_view option) noexcept {
    return word.starts_with(option) && (word.size() == option.size() || word[option.size()] == '=');
}

}  // namespace

std::string shell_quoted(std::string_view word) {
    if (!word.empty() && std::all_of(word.begin(), word.end(), is_safe)) return std::string(word);
    std::string quoted = "'";
    for (char const c : word) {
        if (c == '\'') {
            quoted += "'\\''";
        } else {
            quoted += c;
        }
    }
    return quoted + "'";
}

std::string resume_command(std::span<std::string const> command_line) {
    auto text = program_of(command_line);
    for (std::size_t i = 1; i < command_line.size(); ++i) text += " " + shell_quoted(command_line[i]);
    return text;
}

std::string other_command(std::span<std::string const> command_line, std::string_view words,
                          std::initializer_list<std::string_view> kept) {
    auto text = program_of(command_line) + " " + std::string(words);
    for (std::size_t i = 1; i < command_line.size(); ++i) {
        auto const& word = command_line[i];
        auto const* const option = std::find_if(kept.begin(), kept.end(),
                                                [&](std::string_view each) { return is_option(word, each); });
        if (option == kept.end()) continue;
        text += " " + shell_quoted(word);
        bool const value_follows = word.size() == option->size() && i + 1 < command_line.size();
        if (value_follows) text += " " + shell_quoted(command_line[++i]);
    }
    return text;
}

}  // namespace poolwright::cli
