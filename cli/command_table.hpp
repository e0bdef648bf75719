#pragma once

#include "cli/catalog_command.hpp"
#include "cli/completion_command.hpp"
#include "cli/config_command.hpp"
#include "cli/count_command.hpp"
#include "cli/doctor_options.hpp"
#include "cli/export_command.hpp"
#include "cli/help_command.hpp"
#include "cli/key_command.hpp"
#include "cli/option_checks.hpp"
#include "cli/plan_command.hpp"
#include "cli/provision_options.hpp"
#include "cli/report_command.hpp"

#include <ostream>
#include <span>
#include <string_view>

// The commands there are: name, words, options and what carries them out. Read by the command line and by
// help.

namespace poolwright::cli {

// What was typed, for all commands; only the chosen one's is filled.
struct all_options {
    common_input common;
    plan_options plan;
    report_options report;
    count_options count;
    provision_options provision;
    doctor_options doctor;
    export_options exporting;
    key_options key;
    catalog_options catalog;
    config_options config;
    completion_options completion;
    help_options help;
};

struct command {
    std::string_view name;
    std::string_view summary;
    std::string_view examples;  // lines of the shell, each ending in a line feed
    void (*add)(CLI::App& app, all_options& options);
    // What can only be known after the command line was read and before anything is filled in from elsewhere.
    void (*note)(CLI::App const& app, all_options& options);
    exit_code (*run)(all_options const& options, std::ostream& out);
};

// In the order of their use.
std::span<command const> commands();

// The command of that name, or null.
command const* find_command(std::string_view name);

}  // namespace poolwright::cli
