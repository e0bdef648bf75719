#include "cli/key_command.hpp"
#include "cli/option_checks.hpp"

namespace poolwright::cli {

void add_key_options(CLI::App& command, key_options& options) {
    command
        .add_option(
            "ACTION", options.action,
            "rotate: make a new key pair and seal every secret of the ledger to it; protect: give the "
            "private key a passphrase, or another one; unprotect: take it away")
        ->type_name("")
        ->required()
        ->check(one_of_words({"rotate", "protect", "unprotect"}));
    add_key_file_options(command, options.key_file, options.key_passphrase_file, "");
    command
        .add_option("--public-key", options.public_key,
                    "rotate: the public key (default: poolwright/fleet.pub in the XDG config folder)")
        ->type_name("FILE");
    command
        .add_option("--new-passphrase-file", options.new_passphrase_file,
                    "protect: the file that holds the new passphrase; else it is asked for")
        ->type_name("FILE")
        ->configurable(false);
}

}  // namespace poolwright::cli
