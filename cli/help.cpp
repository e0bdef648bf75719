#include "cli/help.hpp"

#include "cli/command_table.hpp"
#include "cli/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <vector>

namespace poolwright::cli {

namespace {

constexpr std::size_t line_width = 80;
constexpr std::size_t text_column = 30;

constexpr std::string_view introduction =
    "poolwright sizes pools of Microsoft Entra app registrations for mailbox backup,\n"
    "tenant by tenant, and creates them.\n"
    "\n"
    "Examples:\n"
    "  poolwright plan --mailboxes 12000             how many apps a tenant needs\n"
    "  poolwright plan tenants.csv --save plan.json  plan a fleet and keep the plan\n"
    "  poolwright report plan.json                   how long it takes, and the risks\n"
    "  poolwright provision plan.json --dry-run      what would be created\n"
    "  poolwright provision plan.json                create what is missing\n"
    "  poolwright export --format csv --to apps.csv  values for the backup product\n";

std::string list_of_commands() {
    std::string text = "\nCommands:\n";
    for (auto const& one : commands()) text += fmt::format("  {:<13}{}\n", one.name, one.summary);
    return text;
}

std::string list_of_topics() {
    std::string text = "\nTopics:\n";
    for (auto const& [name, summary] : topic_titles()) text += fmt::format("  {:<13}{}\n", name, summary);
    return text + "\n`poolwright help COMMAND` or `poolwright help TOPIC` says more about each.\n";
}

std::string entry(std::string const& name, std::string const& text, std::size_t column = text_column) {
    auto out = "  " + name;
    if (out.size() + 2 > column) {
        out += '\n' + std::string(column, ' ');
    } else {
        out.resize(column, ' ');
    }
    return out + wrapped(text, column, line_width) + '\n';
}

// No wider than the names need, so that a list of numbers is not torn apart.
std::size_t column_for(std::vector<help_entry> const& entries) {
    std::size_t widest = 0;
    for (auto const& one : entries) widest = std::max(widest, one.term.size());
    return std::min(widest + 4, text_column);
}

// "-o, --output FORMAT"; an option without a short name leaves its column empty.
std::string left_side(option_description const& option) {
    auto const indent = option.names.front().starts_with("--") ? "    " : "";
    auto names = fmt::format("{}{}", indent, fmt::join(option.names, ", "));
    if (!option.optional_value.empty()) names += fmt::format("[={}]", option.optional_value);
    return option.takes_value() ? names + ' ' + option.placeholder : names;
}

std::string right_side(option_description const& option) {
    auto text = option.text;
    if (!option.default_value.empty()) text += fmt::format(" (default: {})", option.default_value);
    if (option.is_required) text += " (required)";
    return text;
}

std::string usage(command_description const& command) {
    auto text = fmt::format("Usage: poolwright {} [OPTIONS]", command.name);
    for (auto const& argument : command.arguments) {
        auto const& name = argument.names.front();
        text += argument.is_required ? ' ' + name : fmt::format(" [{}]", name);
    }
    return text + '\n';
}

std::string indented(std::string_view lines) {
    std::string out;
    while (!lines.empty()) {
        auto const end = lines.find('\n') + 1;
        out += "  ";
        out += lines.substr(0, end);
        lines.remove_prefix(end);
    }
    return out;
}

std::string options_of(command_description const& command, std::string const& group) {
    std::string text;
    for (auto const* some : {&command.arguments, &command.options}) {
        for (auto const& option : *some) {
            if (option.group == group) text += entry(left_side(option), right_side(option));
        }
    }
    return text.empty() ? text : fmt::format("\n{}:\n{}", group, text);
}

}  // namespace

std::string program_help() {
    return std::string(introduction) + list_of_commands() + list_of_topics();
}

std::string command_help(command_description const& command) {
    auto text =
        fmt::format("Examples:\n{}\n{}\n{}", indented(command.examples), command.summary, usage(command));
    for (auto const& group : command.groups) text += options_of(command, group);
    return text;
}

std::string topic_help(help_topic const& topic) {
    auto text = fmt::format("Examples:\n{}\n{}\n", indented(topic.examples), topic.title.summary);
    for (auto const& section : topic.sections) {
        text += section.heading.empty() ? "\n" : fmt::format("\n{}:\n", section.heading);
        if (!section.prose.empty()) text += "  " + wrapped(section.prose, 2, line_width) + '\n';
        if (!section.prose.empty() && !section.entries.empty()) text += '\n';
        for (auto const& one : section.entries)
            text += entry(one.term, one.text, column_for(section.entries));
    }
    return text;
}

}  // namespace poolwright::cli
