#include "cli/command_manual.hpp"

#include <algorithm>
#include <array>

namespace poolwright::cli {

namespace {

struct described {
    std::string_view command;
    std::array<std::string_view, 4> paragraphs;  // the last ones may be empty
};

constexpr std::array<described, 14> manual{{
    {"plan",
     {"Applies a sizing rule to every tenant of a CSV, or to one number of mailboxes. Every number comes "
      "with its reason and with the mailbox count at which the tenant needs its next app.",
      "A saved plan is complete in itself: with it nothing but the plan is read. A plan that was changed by "
      "hand, or is older than what the ledger holds for one of its pools, is refused."}},
    {"report",
     {"Says what a plan means before anything is created, and sends nothing: the apps by every built-in "
      "rule, the writes, a forecast with the limit that decides and the identities that shorter times need, "
      "tenants close to their next app, directory quotas, and risks.",
      "The forecast runs the program's own budgets and work queue over calls of the assumed latency."}},
    {"count",
     {"Writes the CSV again with its mailboxes counted in the tenants: by the usage report "
      "(Reports.Read.All; about two days old), and where there is none by users with an Exchange plan "
      "(User.Read.All), which leaves out shared mailboxes.",
      "A tenant that cannot be counted keeps its old number, with a warning; where it has none the cell "
      "stays empty and the exit code is 1. If no tenant could be counted nothing is written."}},
    {"doctor",
     {"Checks each tenant by reading alone: do the services answer (reach), is this computer's clock right "
      "(clock), is a token given (token) with the rights that are needed (rights), are the profile's "
      "permissions there (apis), do policies allow the credentials (policy), is there room (quota), are the "
      "names free (names).",
      "Each finding says what mends it. It ends with 1 if there are findings."}},
    {"provision",
     {"Creates what a plan lacks: in each tenant applications, their service principals, permissions and "
      "credentials, each proven by a token before it counts as ready. All tenants are worked on at once, "
      "within the published quotas of Microsoft Graph.",
      "Whatever ends it, the same command goes on where it was: every create is preceded by an intent on "
      "disk, and every secret is sealed and on disk before anything else happens. A tenant that fails is "
      "named with the reason and what to do, and the others go on. Nothing is ever deleted.",
      "It asks each tenant first what it allows, and begins nothing where it must fail.",
      "`--dashboard` shows the run as a live page for a browser of this machine, and prints its address, "
      "whose token opens one window; the next window needs the address that is printed then. ADDR is a port, "
      "127.0.0.1:PORT or [::1]:PORT; without one a free port is taken. From elsewhere: ssh -L "
      "PORT:127.0.0.1:PORT. Nothing can be changed there. `/metrics` needs no token: it names no tenant."}},
    {"status",
     {"Reads the ledger alone, also during a run, and says of every pool and tenant how many apps are "
      "planned, ready, pending and failed, and why."}},
    {"export",
     {"Gives the application ids, directory ids and key values of ready apps to the backup product: as CSV "
      "or JSON, as an `azureAppList` (commvault), or as PowerShell that lists the apps as allowed to use "
      "Exchange Web Services (ews-allow-list).",
      "A file is made for its owner alone, is whole or not there, and stays as it is where no app is ready. "
      "On a terminal secrets are shown only after a yes, or with --yes."}},
    {"key",
     {"`rotate` makes a new key pair and seals the whole ledger to it in one transaction; ended anywhere, "
      "the same command finishes it. The old pair is kept, since backups of the ledger are sealed to it.",
      "`protect` gives the private key a passphrase (argon2id), or another one; `unprotect` takes it away."}},
    {"rules",
     {"The sizing rules that vendors publish, each with its source. One printed by its name is a document "
      "that can be changed and given to --rule."}},
    {"profiles",
     {"The permissions that each app gets, by name. One printed by its name is a document that can be "
      "changed and given to --profile."}},
    {"config",
     {"Shows what every setting is and, with --origin, where it comes from: an option, a variable of the "
      "environment, a line of the config file, or the default. Secrets are never shown."}},
    {"completion",
     {"Prints a script that a shell reads. It names every command, option and value, so nothing is "
      "run while you type."}},
    {"help", {"Shows the help of a command, or a topic."}},
    {"version", {"What a report of a fault must say."}},
}};

}  // namespace

std::vector<std::string_view> manual_of(std::string_view command) {
    auto const found =
        std::find_if(manual.begin(), manual.end(), [&](auto const& one) { return one.command == command; });
    std::vector<std::string_view> paragraphs;
    if (found == manual.end()) return paragraphs;
    for (auto const paragraph : found->paragraphs) {
        if (!paragraph.empty()) paragraphs.push_back(paragraph);
    }
    return paragraphs;
}

std::string_view program_summary() noexcept {
    return "pools of Microsoft Entra app registrations for mailbox backup, tenant by tenant";
}

std::string_view program_examples() noexcept {
    return "poolwright plan --mailboxes 12000             # apps that it needs\n"
           "poolwright plan tenants.csv --save plan.json  # plan a fleet, keep it\n"
           "poolwright report plan.json                   # how long, what risks\n"
           "poolwright provision plan.json --dry-run      # what would be created\n"
           "poolwright provision plan.json                # create what is missing\n"
           "poolwright export --format csv --to apps.csv  # for the backup product\n";
}

std::vector<help_entry> program_files() {
    return {{"~/.config/poolwright/config.toml", "Settings; see poolwright-environment(7)"},
            {"~/.config/poolwright/fleet.pub", "The public key that secrets are sealed to"},
            {"~/.config/poolwright/fleet.key",
             "The private key that opens them. Back it up: without it no recorded secret can be exported"},
            {"~/.local/state/poolwright/fleet.db", "The ledger: what exists and what was begun"}};
}

}  // namespace poolwright::cli
