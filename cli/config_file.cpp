#include "cli/config_file.hpp"

#include <toml++/toml.h>

#include <algorithm>
#include <tuple>
#include <utility>

namespace poolwright::cli {

namespace {

planner::problem place_of(toml::source_region const& region, std::string const& file) {
    return {file, region.begin.line, region.begin.column, {}};
}

setting read_value(std::string command, toml::key const& key, toml::node const& node,
                   std::string const& file) {
    setting one{
        std::move(command), std::string(key.str()), setting_kind::other, {}, place_of(key.source(), file)};
    if (auto const* text = node.as_string()) {
        one.kind = setting_kind::text;
        one.value = text->get();
    } else if (auto const* whole = node.as_integer()) {
        one.kind = setting_kind::whole;
        one.value = std::to_string(whole->get());
    } else if (auto const* boolean = node.as_boolean()) {
        one.kind = setting_kind::boolean;
        one.value = boolean->get() ? "true" : "false";
    }
    return one;
}

std::vector<setting> read_table(toml::table const& document, std::string const& file) {
    std::vector<setting> settings;
    for (auto const& [key, node] : document) {
        auto const* table = node.as_table();
        if (!table) {
            settings.push_back(read_value({}, key, node, file));
            continue;
        }
        // The table itself is a setting without a key, so that an unknown one is found even when it is empty.
        settings.push_back(
            {std::string(key.str()), {}, setting_kind::other, {}, place_of(key.source(), file)});
        for (auto const& [inner, value] : *table)
            settings.push_back(read_value(std::string(key.str()), inner, value, file));
    }
    auto const by_place = [](setting const& a, setting const& b) {
        return std::tie(a.place.line, a.place.column) < std::tie(b.place.line, b.place.column);
    };
    std::sort(settings.begin(), settings.end(), by_place);
    return settings;
}

}  // namespace

boost::system::result<std::vector<setting>, planner::problem> parse_config(std::string_view text,
                                                                           std::string const& file) {
    try {
        return read_table(toml::parse(text), file);
    } catch (toml::parse_error const& error) {
        auto what = place_of(error.source(), file);
        what.message = error.description();
        return what;
    }
}

}  // namespace poolwright::cli
