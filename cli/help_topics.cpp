#include "cli/help_topics.hpp"

#include "cli/exit_code.hpp"
#include "cli/program_description.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace poolwright::cli {

namespace {

help_entry of_code(exit_code code, std::string text) {
    return {std::to_string(static_cast<int>(code)), std::move(text)};
}

help_topic exit_codes() {
    return {{},
            "poolwright plan tenants.csv --detailed-exitcode\n"
            "test $? -eq 2 && echo \"there is something to create\"\n",
            {{"",
              "",
              {of_code(done, "Done, or nothing to do"),
               of_code(incomplete,
                       "Some apps or tenants failed or are pending, or you declined; what was done is "
                       "recorded, and running again continues"),
               of_code(to_create, "`plan --detailed-exitcode` only: there is something to create"),
               of_code(wrong_usage, "Wrong usage: every error in an option"),
               of_code(bad_input,
                       "Bad or missing input: CSV, plan, rule, profile, limits, identities or config file"),
               of_code(unreachable, "Authority or Graph could not be reached or trusted for any tenant"),
               of_code(broken,
                       "A broken machine or a bug: ledger unusable or in use, disk full, output not "
                       "writable, key missing or another ledger's"),
               of_code(refused, "The identity was refused everywhere, or each of several was"),
               of_code(interrupted, "Interrupted; what was in flight was finished and recorded")}}}};
}

// "--growth of plan, report".
help_entry of_variable(std::string const& variable, std::span<command_description const> commands) {
    std::string option;
    std::vector<std::string_view> names;
    std::size_t having_settings = 0;
    for (auto const& command : commands) {
        auto const has = [&](std::string const& wanted) {
            return std::find_if(command.options.begin(), command.options.end(),
                                [&](auto const& one) { return one.variable == wanted; });
        };
        if (has("POOLWRIGHT_CONFIG") != command.options.end()) ++having_settings;
        auto const found = has(variable);
        if (found == command.options.end()) continue;
        option = found->names.back();
        names.push_back(command.name);
    }
    auto const whose =
        names.size() == having_settings ? "every command" : fmt::format("{}", fmt::join(names, ", "));
    return {variable, fmt::format("{} of {}", option, whose)};
}

std::vector<help_entry> variables_for_options() {
    auto const commands = describe_commands();
    std::vector<std::string> variables;
    for (auto const& command : commands) {
        for (auto const& option : command.options) {
            if (!option.variable.empty()) variables.push_back(option.variable);
        }
    }
    std::sort(variables.begin(), variables.end());
    variables.erase(std::unique(variables.begin(), variables.end()), variables.end());
    std::vector<help_entry> entries;
    entries.reserve(variables.size());
    for (auto const& variable : variables) entries.push_back(of_variable(variable, commands));
    return entries;
}

help_section variables_of_azure() {
    return {
        "The provisioning application",
        "As the Azure SDKs read them. Options come first.",
        {{"AZURE_CLIENT_ID", "Its application (client) id; else --client-id"},
         {"AZURE_CLIENT_SECRET", "Its secret; else --client-secret-file"},
         {"AZURE_CLIENT_CERTIFICATE_PATH",
          "The file of its certificate and private key; else --client-certificate"},
         {"AZURE_CLIENT_CERTIFICATE_PASSWORD",
          "The password of that key; else --client-certificate-password-file"},
         {"AZURE_CLIENT_SEND_CERTIFICATE_CHAIN", "`true` or `1`: the chain is sent, too"},
         {"AZURE_FEDERATED_TOKEN_FILE",
          "The file of the token of the workload's platform; else --federated-token-file"},
         {"AZURE_AUTHORITY_HOST", "The authority of a cloud of Microsoft's; else --cloud"},
         {"IDENTITY_ENDPOINT, IDENTITY_HEADER, MSI_ENDPOINT, MSI_SECRET, AZURE_POD_IDENTITY_AUTHORITY_HOST",
          "Where a managed identity asks for its token; set by its platform"}}};
}

help_topic environment() {
    return {
        {"environment", "The variables and the config file that stand in for options"},
        "POOLWRIGHT_OUTPUT=json poolwright status\n"
        "poolwright config show --origin  # every setting, and where it comes from\n",
        {{"Settings",
          "An option that is not typed comes from the environment, then from the config file, then there is "
          "a default. The config file is TOML: --config, else poolwright/config.toml in the XDG config "
          "folder. `output = \"json\"` at its top holds for all commands, in a table such as `[plan]` for "
          "one. What must be meant each time can only be typed, and is not below.",
          variables_for_options()},
         variables_of_azure(),
         {"Files and colours",
          "",
          {{"XDG_CONFIG_HOME", "Where poolwright/config.toml, fleet.pub and fleet.key are; else ~/.config"},
           {"XDG_STATE_HOME", "Where poolwright/fleet.db is, the ledger; else ~/.local/state"},
           {"TMPDIR", "Where standard input is kept while it is read; else /tmp"},
           {"NO_COLOR", "Not empty: no colours"},
           {"CLICOLOR", "`0`: no colours"},
           {"CLICOLOR_FORCE", "Neither empty nor `0`: colours also where there is no terminal"},
           {"TERM", "`dumb`: no colours, and progress as lines"}}}}};
}

help_topic csv() {
    return {
        {"csv", "The CSV of tenants"},
        "echo 'tenant_id,mailboxes,name' > tenants.csv\n"
        "echo 'contoso.example,20000,Contoso Ltd' >> tenants.csv\n"
        "poolwright plan tenants.csv\n",
        {{"The file",
          "RFC 4180 with a header line; UTF-8 with or without a byte order mark; `,` `;` or tab, found from "
          "the header or a `sep=` line. The columns may stand in any order, their names without regard to "
          "case, spaces, `_` or `-`. Unknown columns are left out with a warning.",
          {}},
         {"Columns",
          "",
          {{"tenant_id",
            "Required; also `tenant`, `directory_id`, `customer_tenant_id`. The directory id (GUID), or a "
            "verified domain name"},
           {"mailboxes",
            "Required; also `mailbox_count`, `mailbox_total`. A whole number from 0 to 1,000,000,000 "
            "without separators. `count` fills it in, and needs no such column"},
           {"name", "Also `customer`, `display_name`, `company`. Any text"},
           {"workload", "`exchange` (default), `onedrive`, `sharepoint` or `teams`"},
           {"rule", "The name of a built-in sizing rule"},
           {"redirect_uri", "Instead of --redirect-uri, for this tenant"},
           {"cloud", "Instead of --cloud, for this tenant"}}},
         {"Rows",
          "A row is known by its tenant and pool; the same twice is an error, also when a domain turns out "
          "to be the directory of another row. An empty required cell, a short or a long row is an error. "
          "All problems are reported as FILE:LINE:COLUMN, and nothing is printed or provisioned while one "
          "stands.",
          {}}}};
}

// Name and summary stand here, so that a list of the topics makes none of them.
struct known_topic {
    topic_title title;
    help_topic (*make)();
};

constexpr std::array<known_topic, 3> topics{
    {{{"exit-codes", "What a script can tell from how poolwright ended"}, exit_codes},
     {{"environment", "The variables and the config file that stand in for options"}, environment},
     {{"csv", "The CSV of tenants"}, csv}}};

constexpr std::array<topic_title, topics.size()> titles{topics[0].title, topics[1].title, topics[2].title};

}  // namespace

std::span<topic_title const> topic_titles() noexcept {
    return titles;
}

help_topic topic(std::string_view name) {
    auto const found =
        std::find_if(topics.begin(), topics.end(), [&](auto const& one) { return one.title.name == name; });
    auto made = found->make();
    made.title = found->title;
    return made;
}

}  // namespace poolwright::cli
