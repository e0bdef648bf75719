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

constexpr std::string_view reference =
    "\n"
    "An option that is not typed comes from the environment (POOLWRIGHT_OUTPUT for\n"
    "--output, and so on), then from the config file (--config, else\n"
    "poolwright/config.toml in the XDG config folder): `output = \"json\"` there holds\n"
    "for all commands, in a table such as [plan] for one of them.\n"
    "\n"
    "Exit codes:\n"
    "    0  done, or nothing to do\n"
    "    1  some apps or tenants failed or are pending, or you declined; running\n"
    "       again continues\n"
    "    2  `plan --detailed-exitcode` only: there is something to create\n"
    "   64  wrong usage\n"
    "   65  bad or missing input: CSV, plan, rule, profile, limits, identities or\n"
    "       config file\n"
    "   69  authority or Graph could not be reached or trusted for any tenant\n"
    "   70  a broken machine or a bug: ledger, disk, output, key\n"
    "   77  the identity was refused everywhere\n"
    "  130  interrupted; what was in flight was finished and recorded\n";

std::string list_of_commands() {
    std::string text = "\nCommands:\n";
    for (auto const& one : commands()) text += fmt::format("  {:<12}{}\n", one.name, one.summary);
    return text + "\n`poolwright COMMAND --help` says more about each.\n";
}

std::string entry(std::string const& name, std::string const& text) {
    auto out = "  " + name;
    if (out.size() + 2 > text_column) {
        out += '\n' + std::string(text_column, ' ');
    } else {
        out.resize(text_column, ' ');
    }
    return out + wrapped(text, text_column, line_width) + '\n';
}

// "-o, --output FORMAT"; an option without a short name leaves its column empty.
std::string left_side(option_description const& option) {
    auto const indent = option.names.front().starts_with("--") ? "    " : "";
    auto names = fmt::format("{}{}", indent, fmt::join(option.names, ", "));
    return option.placeholder.empty() ? names : names + ' ' + option.placeholder;
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

std::string program_help(bool with_reference) {
    auto text = std::string(introduction) + list_of_commands();
    if (with_reference) text += reference;
    return text;
}

std::string command_help(command_description const& command) {
    auto text =
        fmt::format("Examples:\n{}\n{}\n{}", indented(command.examples), command.summary, usage(command));
    for (auto const& group : command.groups) text += options_of(command, group);
    return text;
}

}  // namespace poolwright::cli
