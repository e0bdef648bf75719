#include "cli/export_command.hpp"
#include "cli/option_checks.hpp"

namespace poolwright::cli {

namespace {

void add_repeatable(CLI::App& command, char const* name, std::vector<std::string>& values, char const* type,
                    char const* text) {
    command.add_option(name, values, text)
        ->type_name(type)
        ->configurable(false)
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

}  // namespace

void add_export_options(CLI::App& command, export_options& options) {
    command.add_option("--format", options.format, "csv, json, commvault or ews-allow-list")
        ->type_name("F")
        ->required()
        ->configurable(false)
        ->check(one_of_words({"csv", "json", "commvault", "ews-allow-list"}));
    command.add_option("--to", options.to, "The file, made 0600; - is standard output")
        ->type_name("FILE|-")
        ->required()
        ->configurable(false);
    add_repeatable(command, "--tenant", options.choice.tenants, "TENANT",
                   "Only this tenant: id, domain or name; may be repeated");
    add_repeatable(command, "--pool", options.choice.pools, "NAME", "Only this pool; may be repeated");
    command.add_flag("--no-key-values", options.no_key_values, "Leave the secrets out; needs no private key")
        ->configurable(false);
    auto* const folder =
        command
            .add_option("--certificates", options.certificates,
                        "Write the apps' certificates with their private keys into this folder: PEM and PFX")
            ->type_name("DIR")
            ->configurable(false)
            ->excludes("--no-key-values");
    command
        .add_option("--pfx-password-file", options.pfx_password_file,
                    "The file that holds the password of the PFX files; without one each gets its own, in "
                    "NAME.pfx-password beside it")
        ->type_name("FILE")
        ->configurable(false)
        ->needs(folder);
    command.add_flag("-y,--yes", options.yes, "Show secrets on a terminal without asking")
        ->configurable(false);
    add_key_file_options(command, options.key_file, options.key_passphrase_file, "");
}

}  // namespace poolwright::cli
