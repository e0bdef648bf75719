#pragma once

#include "cli/access_options.hpp"
#include "cli/common_options.hpp"
#include "cli/exit_code.hpp"

#include <ostream>
#include <string>

// `poolwright count`: mailbox counts read from the tenants.

namespace CLI {
class App;
}

namespace poolwright::cli {

struct count_options {
    std::string file;    // TENANTS.csv or "-"
    std::string to;      // a file or "-"; empty: standard output, but for -o json
    access_options who;  // whom to ask and as whom
};

void add_count_options(CLI::App& command, count_options& options);

// Throws failure.
exit_code run_count(count_options const& options, common_options const& common, std::ostream& out);

}  // namespace poolwright::cli
