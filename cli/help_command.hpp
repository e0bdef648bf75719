#pragma once

#include "cli/exit_code.hpp"

#include <ostream>
#include <string>

// `poolwright help`: a command's help, a topic, or the manual.

namespace CLI {
class App;
}

namespace poolwright::cli {

struct help_options {
    std::string topic;      // a command or a topic; empty: the program
    std::string man_pages;  // a folder; empty: print to standard output
};

void add_help_options(CLI::App& command, help_options& options);

// Throws failure.
exit_code run_help(help_options const& options, std::ostream& out);

}  // namespace poolwright::cli
