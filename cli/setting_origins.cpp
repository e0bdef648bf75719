#include "cli/setting_origins.hpp"

#include "cli/command_tree.hpp"
#include "cli/option_layers.hpp"
#include "cli/paths.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace poolwright::cli {

namespace {

using option_set = std::set<CLI::Option const*>;

option_set given_in(CLI::App const& command) {
    option_set given;
    for (auto const* option : command.get_options()) {
        if (option->count() > 0) given.insert(option);
    }
    return given;
}

std::string in_folder(std::optional<std::filesystem::path> const& folder, char const* name) {
    return folder ? (*folder / name).string() : std::string();
}

// Where a file lies that was not named; --help says it in words only.
std::optional<std::string> fallback_of(CLI::Option const& option, std::string const& name) {
    std::string value = option.get_default_str();
    if (option.get_expected_max() == 0) value = "false";
    if (name == "state") value = default_state().value_or("");
    if (name == "config") value = in_folder(config_folder(), "config.toml");
    if (name == "key-file") value = in_folder(config_folder(), "fleet.key");
    if (name == "public-key") value = in_folder(config_folder(), "fleet.pub");
    return value.empty() ? std::nullopt : std::optional(value);
}

std::string value_of(CLI::Option const& option) {
    if (option.get_expected_max() == 0) return option.as<bool>() ? "true" : "false";
    return without_password(option.results().front());
}

// The command's own table beats the top of the file.
planner::problem place_of(std::span<setting const> file, std::string const& command,
                          std::string const& name) {
    planner::problem place;
    for (auto const& one : file) {
        if (one.key != name) continue;
        if (one.command == command) return one.place;
        if (one.command.empty()) place = one.place;
    }
    return place;
}

// The settings of one command, weighed in a tree in which nothing was typed.
std::vector<weighed_setting> weigh(CLI::App& command, std::map<std::string, std::string> const& typed,
                                   std::span<setting const> file) {
    fill_from_environment(command);
    auto const by_environment = given_in(command);
    fill_from_settings(command, file);
    std::vector<weighed_setting> settings;
    for (auto const* option : command.get_options()) {
        auto const name = option->get_positional() ? std::string() : settable_name(*option);
        if (name.empty()) continue;
        weighed_setting one{
            .name = name, .commands = {command.get_name()}, .for_all = false, .value = {}, .origin = {}};
        auto const by_option = typed.find(name);
        if (by_option != typed.end()) {
            one.value = without_password(by_option->second);
            one.origin.kind = origin_kind::option;
        } else if (option->count() == 0) {
            one.value = fallback_of(*option, name);
        } else if (by_environment.contains(option)) {
            one.value = value_of(*option);
            one.origin = {origin_kind::environment, variable_of(name), {}};
        } else {
            one.value = value_of(*option);
            one.origin = {origin_kind::file, {}, place_of(file, command.get_name(), name)};
        }
        settings.push_back(std::move(one));
    }
    return settings;
}

void put(std::vector<weighed_setting>& all, weighed_setting one) {
    auto const is_same = [&](weighed_setting const& other) {
        return other.name == one.name && other.value == one.value && other.origin == one.origin;
    };
    auto const found = std::find_if(all.begin(), all.end(), is_same);
    if (found == all.end()) {
        all.push_back(std::move(one));
    } else {
        found->commands.push_back(std::move(one.commands.front()));
    }
}

void hide(std::string& text, std::size_t begin, std::size_t end) {
    if (begin < end) text.replace(begin, end - begin, "…");
}

}  // namespace

bool setting_origin::operator==(setting_origin const& other) const noexcept {
    return kind == other.kind && variable == other.variable && place.file == other.place.file &&
           place.line == other.place.line && place.column == other.place.column;
}

std::vector<weighed_setting> weigh_settings(std::map<std::string, std::string> const& typed,
                                            std::span<setting const> file, std::string_view command) {
    command_tree tree;
    std::vector<weighed_setting> all;
    for (auto const& each : commands()) {
        if (!command.empty() && each.name != command) continue;
        for (auto& one : weigh(tree.command(each.name), typed, file)) put(all, std::move(one));
    }
    for (auto& one : all) {
        one.for_all = std::count_if(all.begin(), all.end(),
                                    [&](auto const& other) { return other.name == one.name; }) == 1;
    }
    std::stable_sort(all.begin(), all.end(), [](auto const& a, auto const& b) { return a.name < b.name; });
    return all;
}

std::string without_password(std::string_view url) {
    std::string text(url);
    auto const scheme = text.find("://");
    if (scheme != std::string::npos) {
        auto const begin = scheme + 3;
        auto const at = text.rfind('@', text.find_first_of("/?#", begin));
        auto const colon = text.find(':', begin);
        if (at != std::string::npos && at > begin && colon < at) hide(text, colon + 1, at);
    }
    constexpr std::string_view key = "password=";
    auto const begin = text.find(key);
    if (begin != std::string::npos)
        hide(text, begin + key.size(), std::min(text.find_first_of("& ", begin), text.size()));
    return text;
}

}  // namespace poolwright::cli
