#pragma once

#include "cli/common_options.hpp"
#include "cli/exit_code.hpp"

#include <ostream>
#include <string>

// `poolwright rules` and `poolwright profiles`: what is built in, as data.

namespace CLI {
class App;
}

namespace poolwright::cli {

struct catalog_options {
    std::string name;  // one of them, as a document that can be kept in a file; empty: a list
};

void add_rules_options(CLI::App& command, catalog_options& options);
void add_profiles_options(CLI::App& command, catalog_options& options);

exit_code run_rules(catalog_options const& options, common_options const& common, std::ostream& out);
exit_code run_profiles(catalog_options const& options, common_options const& common, std::ostream& out);

}  // namespace poolwright::cli
