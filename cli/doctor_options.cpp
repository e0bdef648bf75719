#include "cli/doctor_options.hpp"

#include "cli/credential_options.hpp"
#include "cli/option_checks.hpp"

namespace poolwright::cli {

void add_doctor_options(CLI::App& command, doctor_options& options) {
    constexpr auto* group = "What is going to be made";
    command.add_option("FILE", options.file, "TENANTS.csv, a saved PLAN.json, or - for standard input")
        ->type_name("")
        ->required();
    add_credential_option(command, options.credential, group);
    add_lifetime_option(command, options.lifetime, group);
    command.add_flag("--adopt", options.adopt, "Names that another ledger's apps hold are no finding")
        ->configurable(false)
        ->group(group);
    command
        .add_flag("--restore-deleted", options.restore_deleted,
                  "Names that deleted apps of ours hold are no finding")
        ->configurable(false)
        ->group(group);
    add_access_options(command, options.access);
}

}  // namespace poolwright::cli
