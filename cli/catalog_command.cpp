#include "cli/catalog_command.hpp"

#include "cli/failure.hpp"
#include "cli/pretty_json.hpp"
#include "cli/table.hpp"
#include "cli/terminal.hpp"
#include "planner/permission_profile.hpp"
#include "planner/sizing_rule.hpp"
#include "planner/wording.hpp"

#include <boost/json/array.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <string_view>
#include <vector>

namespace poolwright::cli {

namespace {

using rows = std::vector<std::vector<std::string>>;

std::string number_or_dash(std::optional<std::int64_t> number) {
    return number ? planner::grouped(*number) : "-";
}

void print_rules(common_options const& common, std::ostream& out) {
    rows lines;
    for (auto const& rule : planner::built_in_rules()) {
        lines.push_back({rule.name, rule.workload, planner::grouped(rule.base_apps),
                         planner::grouped(rule.base_mailboxes), number_or_dash(rule.step_mailboxes),
                         rule.round == planner::rounding::up ? "up" : "down", planner::grouped(rule.min),
                         number_or_dash(rule.max)});
    }
    print_table({{"RULE"},
                 {"WORKLOAD"},
                 {"APPS", true},
                 {"FOR MAILBOXES", true},
                 {"ONE MORE PER", true},
                 {"ROUNDED"},
                 {"MIN", true},
                 {"MAX", true}},
                lines, {output_width(), common.color}, out);
}

// A profile in one line for each of its resources.
void print_profiles(common_options const& common, std::ostream& out) {
    rows lines;
    for (auto const& profile : planner::built_in_profiles()) {
        for (auto const& resource : profile.resources) {
            bool const is_first = &resource == &profile.resources.front();
            for (auto const& permission : resource.permissions) {
                bool const is_new = &permission == &resource.permissions.front();
                lines.push_back({is_first && is_new ? profile.name : "",
                                 is_first && is_new ? profile.workload : "", is_new ? resource.name : "",
                                 permission});
            }
        }
    }
    print_table({{"PROFILE"}, {"WORKLOAD"}, {"RESOURCE"}, {"PERMISSION"}}, lines,
                {output_width(), common.color}, out);
}

template <class Thing>
void print_documents(std::span<Thing const> things, std::ostream& out) {
    boost::json::array documents;
    for (auto const& thing : things) documents.push_back(to_json(thing));
    print_json(documents, out);
}

template <class Thing>
void print_one(std::string const& name, std::span<Thing const> things, std::string_view word,
               std::ostream& out) {
    auto const found =
        std::find_if(things.begin(), things.end(), [&](Thing const& thing) { return thing.name == name; });
    if (found != things.end()) return print_json(to_json(*found), out);
    std::vector<std::string_view> names;
    for (auto const& thing : things) names.emplace_back(thing.name);
    auto const near = planner::nearest(name, names);
    throw failure(bad_input, fmt::format("there is no built-in {} {}", word, planner::shown(name)),
                  near.empty() ? fmt::format("`poolwright {}s` lists them", word)
                               : fmt::format("did you mean `{}`?", near));
}

}  // namespace

exit_code run_rules(catalog_options const& options, common_options const& common, std::ostream& out) {
    if (!options.name.empty()) {
        print_one(options.name, planner::built_in_rules(), "rule", out);
    } else if (common.output == "json") {
        print_documents(planner::built_in_rules(), out);
    } else {
        print_rules(common, out);
    }
    return done;
}

exit_code run_profiles(catalog_options const& options, common_options const& common, std::ostream& out) {
    if (!options.name.empty()) {
        print_one(options.name, planner::built_in_profiles(), "profile", out);
    } else if (common.output == "json") {
        print_documents(planner::built_in_profiles(), out);
    } else {
        print_profiles(common, out);
    }
    return done;
}

}  // namespace poolwright::cli
