#pragma once

#include "cli/exit_code.hpp"

#include <ostream>
#include <string>

// `poolwright completion`: what a shell reads to complete the command line.

namespace CLI {
class App;
}

namespace poolwright::cli {

struct completion_options {
    std::string shell;
};

void add_completion_options(CLI::App& command, completion_options& options);

exit_code run_completion(completion_options const& options, std::ostream& out);

}  // namespace poolwright::cli
