#include "cli/count_command.hpp"
#include "cli/option_checks.hpp"

namespace poolwright::cli {

void add_count_options(CLI::App& command, count_options& options) {
    command.add_option("FILE", options.file, "TENANTS.csv, or - for standard input")
        ->type_name("")
        ->required();
    command
        .add_option("--to", options.to,
                    "Write the CSV there, also over FILE itself; - is standard output (default)")
        ->type_name("FILE|-")
        ->configurable(false);
    add_who_and_where(command, options.who);
}

}  // namespace poolwright::cli
