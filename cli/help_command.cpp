#include "cli/help_command.hpp"

#include "cli/command_tree.hpp"
#include "cli/failure.hpp"
#include "cli/help.hpp"
#include "cli/help_topics.hpp"
#include "cli/man_page.hpp"
#include "cli/output.hpp"
#include "cli/program_description.hpp"
#include "cli/replaced_file.hpp"
#include "planner/wording.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

namespace poolwright::cli {

namespace {

constexpr mode_t mode_of_pages = 0644;

std::vector<std::string_view> topic_names() {
    std::vector<std::string_view> names;
    names.reserve(topic_titles().size());
    for (auto const& one : topic_titles()) names.push_back(one.name);
    return names;
}

std::vector<std::string_view> known_names() {
    auto names = topic_names();
    for (auto const& one : commands()) names.push_back(one.name);
    return names;
}

std::string help_about(std::string const& name) {
    if (name.empty()) return program_help();
    if (find_command(name)) return command_help(describe(command_tree().command(name)));
    auto const topics = topic_names();
    if (std::find(topics.begin(), topics.end(), name) != topics.end()) return topic_help(topic(name));
    auto const near = planner::nearest(name, known_names());
    throw failure(wrong_usage, fmt::format("there is no help on {}", planner::shown(name)),
                  near.empty() ? "`poolwright help` lists commands and topics"
                               : fmt::format("did you mean `{}`?", near));
}

void write_pages(std::string const& folder) {
    std::error_code problem;
    std::filesystem::create_directories(folder, problem);
    for (auto const& page : man_pages()) {
        replaced_file file((std::filesystem::path(folder) / page.file).string(), mode_of_pages);
        file.stream() << page.text;
        file.commit();
    }
}

}  // namespace

void add_help_options(CLI::App& command, help_options& options) {
    auto* const about = command.add_option(
        "TOPIC", options.topic, fmt::format("A command, or one of {}", fmt::join(topic_names(), ", ")));
    about->type_name("")->check(likely_words(known_names()));
    command.add_option("--man-pages", options.man_pages, "Write the manual's pages into this folder instead")
        ->type_name("DIR")
        ->configurable(false)
        ->excludes(about);
}

exit_code run_help(help_options const& options, std::ostream& out) {
    if (options.man_pages.empty()) {
        out << help_about(options.topic);
    } else {
        write_pages(options.man_pages);
    }
    return done;
}

}  // namespace poolwright::cli
