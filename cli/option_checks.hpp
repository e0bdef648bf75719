#pragma once

#include "cli/common_options.hpp"
#include "cli/plan_input.hpp"

#include <CLI/App.hpp>
#include <CLI/Option.hpp>
#include <CLI/Validators.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// The options that several commands share, and checks in the form that CLI11 wants. Included only by the
// files that offer options: CLI11 takes seconds to compile.

namespace poolwright::cli {

// A whole number in decimal digits. For transform(): CLI11 would take a leading 0 as the mark of an octal
// number.
CLI::Validator whole_number(std::int64_t least, std::int64_t most);

// One of the words.
CLI::Validator one_of_words(std::vector<std::string_view> const& words);

// A number from 1 to `most`, or `auto`.
CLI::Validator number_or_auto(int most);

// No check: any value will do, and these are likely.
CLI::Validator likely_words(std::vector<std::string_view> const& words);

// A check in the form that CLI11 wants: the fault in a sentence, or nothing. Its name is the words that pass
// it, parted by spaces, as far as there are any to be offered by a completion; describe() reads them there.
template <class Check>
CLI::Validator checked_by(Check const& check, std::vector<std::string_view> const& words = {}) {
    std::string name;
    for (auto const word : words) name.append(name.empty() ? "" : " ").append(word);
    return CLI::Validator([check](std::string& value) -> std::string { return check(value); }, "", name);
}

// What is built in.
std::vector<std::string_view> rule_names();
std::vector<std::string_view> profile_names();

// Under which --help lists them.
inline constexpr char const* group_of_common_options = "Of every command";

// The options of every command as they are typed, before colours and the default of --state are decided.
struct common_input {
    common_options options;
    std::string config;  // a file; empty: the default one, if it is there
    bool no_color = false;
};

// --output with these formats, --state, --config, --quiet, --verbose, --no-color, --no-input.
void add_common_options(CLI::App& command, common_input& input, std::vector<std::string_view> formats);

// --key-file and --key-passphrase-file, in that group of --help.
void add_key_file_options(CLI::App& command, std::string& key_file, std::string& passphrase_file,
                          std::string const& group);

// --rule, --growth, --pool, --profile, --max-apps.
void add_sizing_options(CLI::App& command, sizing_options& options);

// True if one of those that a saved plan refuses stands on the command line.
bool any_sizing_given(CLI::App const& command);

}  // namespace poolwright::cli
