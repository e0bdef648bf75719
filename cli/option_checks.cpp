#include "cli/option_checks.hpp"

#include "planner/sizing_rule.hpp"
#include "planner/tenant_cells.hpp"
#include "planner/wording.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <string>

namespace poolwright::cli {

namespace {

constexpr auto* sizing_group = "How many apps";

std::string fault_of_word(std::string const& word, std::vector<std::string_view> const& words) {
    if (std::find(words.begin(), words.end(), word) != words.end()) return {};
    return fmt::format("{} is not {}", planner::shown(word), planner::one_of(words));
}

template <class Thing>
std::vector<std::string_view> names_of(std::span<Thing const> things) {
    std::vector<std::string_view> names;
    for (auto const& thing : things) names.emplace_back(thing.name);
    return names;
}

std::string fault_of_pool(std::string const& pool) {
    return planner::check_pool(pool).value_or("");
}

}  // namespace

CLI::Validator whole_number(std::int64_t least, std::int64_t most) {
    auto const check = [least, most](std::string& text) -> std::string {
        std::int64_t value = 0;
        auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        bool const is_number = error == std::errc() && end == text.data() + text.size();
        if (!is_number || value < least || value > most) {
            return fmt::format("{} is not a whole number from {} to {}", planner::shown(text),
                               planner::grouped(least), planner::grouped(most));
        }
        text = std::to_string(value);
        return {};
    };
    return CLI::Validator(check, "");
}

CLI::Validator number_or_auto(int most) {
    auto const check = [most](std::string const& text) -> std::string {
        if (text == "auto") return {};
        int value = 0;
        auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (error == std::errc() && end == text.data() + text.size() && value >= 1 && value <= most)
            return {};
        return fmt::format("{} is neither `auto` nor a whole number from 1 to {}", planner::shown(text),
                           planner::grouped(most));
    };
    return checked_by(check, {"auto"});
}

CLI::Validator one_of_words(std::vector<std::string_view> const& words) {
    auto const check = [words](std::string const& text) { return fault_of_word(text, words); };
    return checked_by(check, words);
}

CLI::Validator likely_words(std::vector<std::string_view> const& words) {
    return checked_by([](std::string const&) { return std::string(); }, words);
}

std::vector<std::string_view> rule_names() {
    return names_of(planner::built_in_rules());
}

std::vector<std::string_view> profile_names() {
    return names_of(planner::built_in_profiles());
}

void add_common_options(CLI::App& command, common_input& input, std::vector<std::string_view> formats) {
    auto& options = input.options;
    auto const add = [&](char const* names, std::string& value, std::string const& text) {
        return command.add_option(names, value, text)->group(group_of_common_options);
    };
    auto const flag = [&](char const* names, bool& value, char const* text) {
        command.add_flag(names, value, text)->group(group_of_common_options);
    };
    add("-o,--output", options.output, fmt::format("{}", fmt::join(formats, ", ")))
        ->type_name("FORMAT")
        ->default_str("table")
        ->check(one_of_words(formats));
    add("--state", options.state, "The ledger (default: poolwright/fleet.db in the XDG state folder)")
        ->type_name("URL");
    add("--config", input.config,
        "The config file (default: poolwright/config.toml in the XDG config folder)")
        ->type_name("FILE");
    flag("-q,--quiet", options.quiet, "No notes and no warnings");
    flag("-v,--verbose", options.verbose, "Say more");
    flag("--no-color", input.no_color, "No colours, as with NO_COLOR");
    flag("--no-input", options.no_input, "Never ask");
}

void add_key_file_options(CLI::App& command, std::string& key_file, std::string& passphrase_file,
                          std::string const& group) {
    auto const add = [&](char const* name, std::string& value, char const* text) {
        auto* const option = command.add_option(name, value, text)->type_name("FILE");
        if (!group.empty()) option->group(group);
    };
    add("--key-file", key_file, "The private key (default: poolwright/fleet.key in the XDG config folder)");
    add("--key-passphrase-file", passphrase_file,
        "The file that holds its passphrase, if it has one; else it is asked for");
}

void add_sizing_options(CLI::App& command, sizing_options& options) {
    auto const add = [&](char const* name, auto& value, char const* text) {
        return command.add_option(name, value, text)->group(sizing_group);
    };
    add("--rule", options.rule, "The sizing rule: built in, or a JSON file (`poolwright rules`)")
        ->type_name("NAME|FILE")
        ->default_str(std::string(planner::built_in_rules().front().name))
        ->check(likely_words(rule_names()));
    add("--growth", options.growth_percent, "Plan for so many more mailboxes, 0 to 1,000")
        ->type_name("PERCENT")
        ->capture_default_str()
        ->transform(whole_number(0, planner::most_growth_percent));
    add("--pool", options.pool, "The name of the pools (default: the row's workload)")
        ->type_name("NAME")
        ->check(checked_by(fault_of_pool));
    add("--profile", options.profile, "The permissions: built in, or a JSON file (`poolwright profiles`)")
        ->type_name("NAME|FILE")
        ->default_str(std::string(planner::built_in_profiles().front().name))
        ->check(likely_words(profile_names()));
    add("--max-apps", options.max_apps, "Refuse a tenant that needs more")
        ->type_name("N")
        ->capture_default_str()
        ->transform(whole_number(1, planner::most_apps));
}

bool any_sizing_given(CLI::App const& command) {
    constexpr std::array refused{"--rule", "--growth", "--pool", "--profile"};
    return std::any_of(refused.begin(), refused.end(),
                       [&](char const* name) { return command.get_option(name)->count() > 0; });
}

}  // namespace poolwright::cli
