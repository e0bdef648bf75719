#include "cli/config_command.hpp"

#include "cli/command_table.hpp"
#include "cli/option_layers.hpp"
#include "cli/pretty_json.hpp"
#include "cli/setting_origins.hpp"
#include "cli/settings_file.hpp"
#include "cli/table.hpp"
#include "cli/terminal.hpp"
#include "cli/text.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <fmt/format.h>

#include <array>
#include <cstdlib>

namespace poolwright::cli {

namespace json = boost::json;

namespace {

// What the Azure SDKs read, too.
struct azure_variable {
    char const* name;
    bool is_secret;
};

constexpr std::array<azure_variable, 7> azure_variables{{{"AZURE_AUTHORITY_HOST", false},
                                                         {"AZURE_CLIENT_CERTIFICATE_PASSWORD", true},
                                                         {"AZURE_CLIENT_CERTIFICATE_PATH", false},
                                                         {"AZURE_CLIENT_ID", false},
                                                         {"AZURE_CLIENT_SECRET", true},
                                                         {"AZURE_CLIENT_SEND_CERTIFICATE_CHAIN", false},
                                                         {"AZURE_FEDERATED_TOKEN_FILE", false}}};

template <class Take>
void each_azure_variable(Take const& take) {
    for (auto const& one : azure_variables) {
        char const* const value = std::getenv(one.name);
        if (value && *value) take(one.name, one.is_secret ? std::string() : std::string(value));
    }
}

std::string words_for(setting_origin const& origin) {
    switch (origin.kind) {
        case origin_kind::option:
            return "option";
        case origin_kind::environment:
            return origin.variable;
        case origin_kind::file:
            return fmt::format("{}:{}", visible(origin.place.file), origin.place.line);
        case origin_kind::fallback:
            break;
    }
    return "default";
}

json::object to_json(setting_origin const& origin) {
    switch (origin.kind) {
        case origin_kind::option:
            return {{"kind", "option"}};
        case origin_kind::environment:
            return {{"kind", "environment"}, {"variable", origin.variable}};
        case origin_kind::file:
            return {{"kind", "file"},
                    {"file", origin.place.file},
                    {"line", origin.place.line},
                    {"column", origin.place.column}};
        case origin_kind::fallback:
            break;
    }
    return {{"kind", "default"}};
}

json::object to_json(weighed_setting const& one) {
    json::object object{{"name", one.name}};
    object["commands"] = json::array(one.commands.begin(), one.commands.end());
    object["value"] = one.value ? json::value(*one.value) : json::value(nullptr);
    object["origin"] = to_json(one.origin);
    return object;
}

void print_document(std::vector<weighed_setting> const& settings, std::string const& config,
                    std::ostream& out) {
    auto const path = settings_path(config);
    json::object document{{"schema", "poolwright.config/1"}};
    document["file"] = path ? json::value(*path) : json::value(nullptr);
    json::array listed;
    for (auto const& one : settings) listed.push_back(to_json(one));
    document["settings"] = std::move(listed);
    json::array variables;
    each_azure_variable([&](char const* name, std::string const& value) {
        variables.push_back(json::object{
            {"name", name}, {"value", value.empty() ? json::value(nullptr) : json::value(value)}});
    });
    document["azure"] = std::move(variables);
    print_json(document, out);
}

std::vector<std::vector<std::string>> rows_of(std::vector<weighed_setting> const& settings) {
    std::vector<std::vector<std::string>> rows;
    rows.reserve(settings.size());
    for (auto const& one : settings) {
        rows.push_back({one.name, one.value ? visible(*one.value) : "-", words_for(one.origin),
                        one.for_all ? "" : fmt::format("{}", fmt::join(one.commands, ", "))});
    }
    each_azure_variable([&](char const* name, std::string const& value) {
        rows.push_back({name, value.empty() ? "(set, not shown)" : visible(value), "environment", ""});
    });
    return rows;
}

}  // namespace

void add_config_options(CLI::App& command, config_options& options) {
    command.add_option("ACTION", options.action, "show: list the settings of all commands")
        ->type_name("")
        ->required()
        ->check(one_of_words({"show"}));
    std::vector<std::string_view> names;
    names.reserve(commands().size());
    for (auto const& one : commands()) names.push_back(one.name);
    command.add_option("COMMAND", options.command, "Only those of this command")
        ->type_name("")
        ->check(one_of_words(names));
    command.add_flag("--origin", options.origin, "Say where each value comes from")->configurable(false);
}

void note_config_options(CLI::App const& command, config_options& options) {
    for (auto const* option : command.get_options()) {
        if (option->count() == 0 || option->get_positional()) continue;
        auto const name = settable_name(*option);
        if (name.empty()) continue;
        options.typed[name] = option->get_expected_max() == 0 ? "true" : option->results().front();
    }
}

exit_code run_config(config_options const& options, std::string const& config, common_options const& common,
                     std::ostream& out) {
    auto const settings = weigh_settings(options.typed, read_settings(config), options.command);
    if (common.output == "json") {
        print_document(settings, config, out);
    } else {
        bool const differ =
            std::any_of(settings.begin(), settings.end(), [](auto const& one) { return !one.for_all; });
        // A value or a place that is cut off would be of no use.
        print_table(
            {{"SETTING"}, {"VALUE"}, {"FROM", false, 0, options.origin}, {"ONLY FOR", false, 12, differ}},
            rows_of(settings), {output_width(), common.color}, out);
    }
    return done;
}

}  // namespace poolwright::cli
