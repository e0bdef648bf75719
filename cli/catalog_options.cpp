#include "cli/catalog_command.hpp"
#include "cli/option_checks.hpp"

namespace poolwright::cli {

void add_rules_options(CLI::App& command, catalog_options& options) {
    command.add_option("NAME", options.name, "One rule, as a document for --rule FILE")
        ->type_name("")
        ->check(likely_words(rule_names()));
}

void add_profiles_options(CLI::App& command, catalog_options& options) {
    command.add_option("NAME", options.name, "One profile, as a document for --profile FILE")
        ->type_name("")
        ->check(likely_words(profile_names()));
}

}  // namespace poolwright::cli
