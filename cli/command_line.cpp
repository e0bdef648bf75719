#include "cli/command_line.hpp"

#include "cli/command_tree.hpp"
#include "cli/failure.hpp"
#include "cli/help.hpp"
#include "cli/option_layers.hpp"
#include "cli/output.hpp"
#include "cli/paths.hpp"
#include "cli/program_description.hpp"
#include "cli/settings_file.hpp"
#include "cli/terminal.hpp"
#include "cli/version_command.hpp"
#include "planner/wording.hpp"

#include <CLI/Error.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <unistd.h>
#include <vector>

namespace poolwright::cli {

namespace {

exit_code print(std::string const& text) {
    output out(STDOUT_FILENO, "standard output");
    out.stream() << text;
    out.finish();
    return done;
}

// One call of the program after its command is known.
class invocation {
public:
    explicit invocation(command const& chosen)
        : chosen_(chosen),
          root_(tree_.root()),
          options_(tree_.options()),
          app_(&tree_.command(chosen.name)) {}

    exit_code run(std::span<std::string const> words, common_options& common) {
        options_.provision.command_line.assign(words.begin(), words.end());
        if (!parse(words)) return print(command_help(describe(*app_)));
        // What reads no settings must also work where they are wrong.
        if (app_->get_option_no_throw("--config")) fill_in();
        common = options_.common.options;
        output out(STDOUT_FILENO, "standard output");
        auto const code = chosen_.run(options_, out.stream());
        out.finish();
        return code;
    }

private:
    // False: the help is wanted.
    bool parse(std::span<std::string const> words) {
        // CLI11 takes them from the back.
        std::vector<std::string> arguments(words.rbegin(), words.rend() - 1);
        try {
            root_.parse(std::move(arguments));
        } catch (CLI::CallForHelp const&) {
            return false;
        } catch (CLI::ExtrasError const&) {
            refuse_extra(root_.remaining(true).front());
        } catch (CLI::ArgumentMismatch const& error) {
            std::string const what = error.what();
            refuse_number_of_values(what.substr(0, what.find(':')));
        } catch (CLI::RequiredError const&) {
            refuse_missing();
        } catch (CLI::ParseError const& error) {
            throw failure(wrong_usage, error.what(), see_help());
        }
        refuse_empty();
        chosen_.note(*app_, options_);
        return true;
    }

    [[noreturn]] void refuse_number_of_values(std::string const& name) const {
        auto const* option = app_->get_option_no_throw(name);
        bool const is_repeated = option && option->count() > 1;
        throw failure(wrong_usage, name + (is_repeated ? " is given more than once" : " needs one value"),
                      see_help());
    }

    // All at once: CLI11 itself names the first one alone.
    [[noreturn]] void refuse_missing() const {
        std::vector<std::string> names;
        for (auto const* option : app_->get_options()) {
            if (option->get_required() && option->count() == 0) names.push_back(option->get_name());
        }
        throw failure(
            wrong_usage,
            fmt::format("{} {} required", fmt::join(names, " and "), names.size() == 1 ? "is" : "are"),
            see_help());
    }

    // What a script makes of a variable that is not set must not pass for an option that is not given.
    void refuse_empty() const {
        for (auto const* option : app_->get_options()) {
            auto const& given = option->results();
            if (std::find(given.begin(), given.end(), std::string()) == given.end()) continue;
            throw failure(wrong_usage, option->get_name() + " needs one value, and not an empty one",
                          see_help());
        }
    }

    [[noreturn]] void refuse_extra(std::string const& word) const {
        if (!word.starts_with('-'))
            throw failure(wrong_usage, fmt::format("{} is one word too many", planner::shown(word)),
                          hint_for_word(word));
        auto const typed = word.substr(0, word.find('='));
        throw failure(wrong_usage, fmt::format("`{}` has no option {}", chosen_.name, planner::shown(typed)),
                      hint_for_option(typed));
    }

    // A flag that may have a value has it in the same word.
    [[nodiscard]] std::string hint_for_word(std::string const& word) const {
        auto const& words = options_.provision.command_line;
        auto const at = std::find(words.begin() + 2, words.end(), word);
        if (at == words.end()) return see_help();
        auto const& flag = *std::prev(at);
        for (auto const& one : describe(*app_).options) {
            bool const is_it = std::find(one.names.begin(), one.names.end(), flag) != one.names.end();
            if (is_it && !one.optional_value.empty()) return fmt::format("did you mean `{}={}`?", flag, word);
        }
        return see_help();
    }

    [[nodiscard]] std::string hint_for_option(std::string const& typed) const {
        auto const others = commands_with(typed);
        if (!others.empty()) return fmt::format("it is an option of `{}`", fmt::join(others, "`, `"));
        std::vector<std::string> names;
        for (auto const* option : app_->get_options()) {
            for (auto const& name : option->get_lnames()) names.push_back("--" + name);
        }
        std::vector<std::string_view> const views(names.begin(), names.end());
        auto const near = planner::nearest(typed, views);
        return near.empty() ? see_help() : fmt::format("did you mean `{}`?", near);
    }

    [[nodiscard]] std::vector<std::string_view> commands_with(std::string const& option) const {
        std::vector<std::string_view> names;
        for (auto const& one : commands()) {
            auto const* const app = root_.get_subcommand(std::string(one.name));
            if (option.starts_with("--") && app->get_option_no_throw(option)) names.push_back(one.name);
        }
        return names;
    }

    [[nodiscard]] std::string see_help() const {
        return fmt::format("`poolwright {} --help` lists what it takes", chosen_.name);
    }

    void fill_in() {
        fill_from_environment(*app_);
        auto const settings = read_settings(options_.common.config);
        auto const problems = check_settings(root_, settings);
        if (!problems.empty()) throw failure(problems);
        fill_from_settings(*app_, settings);
        auto& common = options_.common.options;
        if (common.state.empty()) common.state = default_state().value_or("");
        bool const may_color = !options_.common.no_color;
        common.color = may_color && has_color(STDOUT_FILENO);
        common.color_errors = may_color && has_color(STDERR_FILENO);
    }

    command const& chosen_;
    command_tree tree_;
    CLI::App& root_;
    all_options& options_;
    CLI::App* app_;
};

[[noreturn]] void refuse_command(std::string const& word) {
    if (word.starts_with('-')) {
        throw failure(wrong_usage, fmt::format("{} stands before the command", planner::shown(word)),
                      "options follow their command: poolwright plan TENANTS.csv -o json");
    }
    std::vector<std::string_view> names;
    for (auto const& one : commands()) names.push_back(one.name);
    auto const near = planner::nearest(word, names);
    throw failure(
        wrong_usage, fmt::format("there is no command {}", planner::shown(word)),
        near.empty() ? "`poolwright --help` lists the commands" : fmt::format("did you mean `{}`?", near));
}

}  // namespace

exit_code run_command_line(std::span<std::string const> words, common_options& common) {
    bool const may_color = std::find(words.begin(), words.end(), "--no-color") == words.end();
    common.color_errors = may_color && has_color(STDERR_FILENO);
    if (words.size() < 2) return print(program_help());
    auto const& word = words[1];
    if (word == "-h" || word == "--help") return print(program_help());
    if (word == "--version") return print(fmt::format("poolwright {}\n", own_version()));
    auto const* chosen = find_command(word);
    if (!chosen) refuse_command(word);
    return invocation(*chosen).run(words, common);
}

}  // namespace poolwright::cli
