#pragma once

#include "cli/common_options.hpp"
#include "cli/exit_code.hpp"

#include <map>
#include <ostream>
#include <string>

// `poolwright config show`: what every setting is, and where it comes from.

namespace CLI {
class App;
}

namespace poolwright::cli {

struct config_options {
    std::string action;
    std::string command;  // empty: all of them
    bool origin = false;
    std::map<std::string, std::string> typed;  // what stood on this command's own line, by its name
};

void add_config_options(CLI::App& command, config_options& options);

// Remembers what was typed, before anything is filled in from elsewhere.
void note_config_options(CLI::App const& command, config_options& options);

// `config` is what --config says. Throws failure.
exit_code run_config(config_options const& options, std::string const& config, common_options const& common,
                     std::ostream& out);

}  // namespace poolwright::cli
