#include "cli/option_layers.hpp"

#include "cli/failure.hpp"
#include "planner/wording.hpp"

#include <CLI/Error.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <set>
#include <vector>

namespace poolwright::cli {

namespace {

bool is_flag(CLI::Option const& option) {
    return option.get_expected_max() == 0;
}

bool is_yes_or_no(std::string_view text) {
    constexpr std::array<std::string_view, 8> words{"true", "false", "1", "0", "yes", "no", "on", "off"};
    return std::find(words.begin(), words.end(), text) != words.end();
}

// A file that names another one would have to be read after it.
bool may_stand_in_file(CLI::Option const& option) {
    auto const name = settable_name(option);
    return !name.empty() && name != "config";
}

// One layer at a time: an option that a higher layer set stays, and so does whatever excludes this one there;
// two of the same layer that exclude each other are an error.
class layer {
public:
    explicit layer(CLI::App& command) {
        for (auto const* option : command.get_options()) {
            if (option->count() > 0) before_.insert(option);
        }
    }

    // Throws CLI::ParseError.
    void set(CLI::Option& option, std::string const& value) {
        if (option.count() > 0) return;
        for (auto const* other : option.get_excludes()) {
            if (other->count() == 0) continue;
            if (before_.contains(other)) return;
            throw CLI::ExcludesError(option.get_name(), other->get_name());
        }
        if (is_flag(option) && !is_yes_or_no(value))
            throw CLI::ValidationError(option.get_name(), "must be true or false");
        option.add_result(value);
        option.run_callback();
    }

private:
    std::set<CLI::Option const*> before_;
};

CLI::Option* find_option(CLI::App& command, std::string_view key) {
    for (auto* option : command.get_options({})) {
        if (settable_name(*option) == key) return option;
    }
    return nullptr;
}

std::vector<std::string> settable_names(CLI::App const& command) {
    std::vector<std::string> names;
    for (auto const* option : command.get_options()) {
        if (may_stand_in_file(*option)) names.push_back(settable_name(*option));
    }
    return names;
}

std::string nearest_words(std::string_view typed, std::vector<std::string> const& names) {
    std::vector<std::string_view> const views(names.begin(), names.end());
    auto const near = planner::nearest(typed, views);
    return near.empty() ? std::string() : fmt::format(", did you mean `{}`?", near);
}

// What the settings of one place of the file are checked against: a command, or all of them.
class setting_checker {
public:
    explicit setting_checker(CLI::App const& root) {
        for (auto const* command : root.get_subcommands([](CLI::App const*) { return true; })) {
            commands_.push_back(command);
            names_.push_back(command->get_name());
        }
    }

    // What is wrong; empty: nothing. An unknown table is said once, not again for each of its keys.
    [[nodiscard]] std::string fault_of(setting const& one) const {
        auto const wanted = commands_for(one.command);
        if (!wanted.empty()) return one.key.empty() ? std::string() : fault_of_key(one, wanted);
        if (!one.key.empty()) return {};
        return fmt::format("no command is called {}{}", planner::shown(one.command),
                           nearest_words(one.command, names_));
    }

private:
    [[nodiscard]] std::vector<CLI::App const*> commands_for(std::string const& name) const {
        if (name.empty()) return commands_;
        auto const found = std::find(names_.begin(), names_.end(), name);
        if (found == names_.end()) return {};
        return {commands_[static_cast<std::size_t>(found - names_.begin())]};
    }

    static std::string fault_of_key(setting const& one, std::vector<CLI::App const*> const& wanted) {
        std::vector<std::string> known;
        bool is_option = false;
        for (auto const* command : wanted) {
            auto const* const option = command->get_option_no_throw("--" + one.key);
            if (option && may_stand_in_file(*option)) return fault_of_type(one, *option);
            is_option = is_option || option;
            for (auto& name : settable_names(*command)) known.push_back(std::move(name));
        }
        if (is_option) return fmt::format("`{}` can only be said on the command line", one.key);
        return fmt::format("unknown key {}{}", planner::shown(one.key), nearest_words(one.key, known));
    }

    static std::string fault_of_type(setting const& one, CLI::Option const& option) {
        if (is_flag(option)) {
            if (one.kind == setting_kind::boolean) return {};
            return fmt::format("`{}` must be true or false", one.key);
        }
        if (one.kind == setting_kind::text || one.kind == setting_kind::whole) return {};
        return fmt::format("`{}` must be a text or a whole number", one.key);
    }

    std::vector<CLI::App const*> commands_;
    std::vector<std::string> names_;
};

void set_all(layer& into, CLI::App& command, std::span<setting const> settings, std::string_view table) {
    for (auto const& one : settings) {
        if (one.command != table || one.key.empty()) continue;
        auto* const option = find_option(command, one.key);
        if (!option) continue;
        try {
            into.set(*option, one.value);
        } catch (CLI::ParseError const& error) {
            planner::problem_list problems;
            auto what = one.place;
            what.message = error.what();
            problems.add(std::move(what));
            throw failure(problems);
        }
    }
}

}  // namespace

std::string variable_of(std::string_view option) {
    std::string name = "POOLWRIGHT_";
    for (char const c : option)
        name += c == '-' ? '_' : (c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c);
    return name;
}

std::string settable_name(CLI::Option const& option) {
    auto const& names = option.get_lnames();
    return option.get_configurable() && !names.empty() && names.front() != "help" ? names.front()
                                                                                  : std::string();
}

void fill_from_environment(CLI::App& command) {
    layer environment(command);
    for (auto* option : command.get_options({})) {
        auto const name = settable_name(*option);
        if (name.empty()) continue;
        char const* const value = std::getenv(variable_of(name).c_str());
        if (!value || !*value) continue;
        try {
            environment.set(*option, value);
        } catch (CLI::ParseError const& error) {
            throw failure(wrong_usage, fmt::format("{}: {}", variable_of(name), error.what()),
                          "`poolwright help environment` lists the variables");
        }
    }
}

planner::problem_list check_settings(CLI::App const& root, std::span<setting const> settings) {
    setting_checker const checker(root);
    planner::problem_list problems;
    for (auto const& one : settings) {
        auto what = one.place;
        what.message = checker.fault_of(one);
        if (!what.message.empty()) problems.add(std::move(what));
    }
    return problems;
}

void fill_from_settings(CLI::App& command, std::span<setting const> settings) {
    layer own(command);
    set_all(own, command, settings, command.get_name());
    layer of_all(command);
    set_all(of_all, command, settings, {});
}

}  // namespace poolwright::cli
