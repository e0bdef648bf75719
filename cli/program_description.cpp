#include "cli/program_description.hpp"

#include "cli/command_tree.hpp"
#include "cli/option_layers.hpp"

#include <CLI/Error.hpp>

#include <algorithm>
#include <sstream>

namespace poolwright::cli {

namespace {

// Checks that know words carry them as their name.
std::vector<std::string> words_of(CLI::Option& option) {
    std::vector<std::string> words;
    try {
        std::istringstream in(option.get_validator()->get_name());
        for (std::string word; in >> word;) words.push_back(word);
    } catch (CLI::OptionNotFound const&) {
        return {};
    }
    return words;
}

value_kind kind_of(std::string_view placeholder) {
    if (placeholder.empty()) return value_kind::none;
    if (placeholder.find("FILE") != std::string_view::npos || placeholder == "PEM") return value_kind::file;
    return placeholder == "DIR" ? value_kind::folder : value_kind::text;
}

std::vector<std::string> names_of(CLI::Option const& option) {
    if (option.get_positional()) return {option.get_name(true, false)};
    std::vector<std::string> names;
    for (auto const& name : option.get_snames()) names.push_back("-" + name);
    for (auto const& name : option.get_lnames()) names.push_back("--" + name);
    return names;
}

option_description describe(CLI::Option& option) {
    option_description one;
    one.names = names_of(option);
    if (!option.get_positional() && option.get_expected_max() > 0) one.placeholder = option.get_type_name();
    if (!option.get_positional() && option.get_expected_max() == 0)
        one.optional_value = option.get_type_name();
    one.kind = kind_of(option.get_positional() ? one.names.front() : one.placeholder);
    one.words = words_of(option);
    one.text = option.get_description();
    one.default_value = option.get_default_str();
    one.group = option.get_group();
    auto const name = option.get_positional() ? std::string() : settable_name(option);
    if (!name.empty()) one.variable = variable_of(name);
    one.is_required = option.get_required();
    one.is_repeatable = option.get_multi_option_policy() == CLI::MultiOptionPolicy::TakeAll;
    return one;
}

}  // namespace

command_description describe(CLI::App& command) {
    auto const& facts = *find_command(command.get_name());
    command_description all{.name = std::string(facts.name),
                            .summary = std::string(facts.summary),
                            .examples = std::string(facts.examples),
                            .arguments = {},
                            .options = {},
                            .groups = command.get_groups()};
    // What every command has comes last, since it is known.
    std::stable_partition(all.groups.begin(), all.groups.end(),
                          [](std::string const& group) { return group != group_of_common_options; });
    for (auto* option : command.get_options({}))
        (option->get_positional() ? all.arguments : all.options).push_back(describe(*option));
    return all;
}

std::vector<command_description> describe_commands() {
    command_tree tree;
    std::vector<command_description> all;
    for (auto const& one : commands()) all.push_back(describe(tree.command(one.name)));
    return all;
}

}  // namespace poolwright::cli
