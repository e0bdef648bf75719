#include "cli/command_tree.hpp"

// Where a CLI::App is made, its formatter and its reader of configurations are, too.
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <string>

namespace poolwright::cli {

command_tree::command_tree() : root_("poolwright") {
    for (auto const& one : commands()) {
        auto* const app = root_.add_subcommand(std::string(one.name), std::string(one.summary));
        app->set_help_flag("-h,--help", "Show this help")->group(group_of_common_options);
        one.add(*app, options_);
    }
    // Otherwise a word that is a command too would begin another one.
    root_.require_subcommand(1, 1);
}

CLI::App& command_tree::command(std::string_view name) {
    return *root_.get_subcommand(std::string(name));
}

}  // namespace poolwright::cli
