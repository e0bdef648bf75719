#include "cli/sizing_input.hpp"

#include "cli/failure.hpp"
#include "cli/whole_file.hpp"
#include "planner/wording.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <string_view>
#include <vector>

namespace poolwright::cli {

namespace {

// One of the two things that an option names either by a built-in name or by a file.
template <class Thing>
struct named_kind {
    std::string_view word;  // "rule"
    std::span<Thing const> built_in;
    boost::system::result<Thing, planner::problem_list> (*parse)(std::string_view, std::string_view);
};

named_kind<planner::sizing_rule> rules() {
    return {"rule", planner::built_in_rules(), planner::parse_rule};
}

named_kind<planner::permission_profile> profiles() {
    return {"profile", planner::built_in_profiles(), planner::parse_profile};
}

template <class Thing>
[[noreturn]] void refuse_name(std::string const& name, named_kind<Thing> const& kind) {
    std::vector<std::string_view> names;
    for (auto const& one : kind.built_in) names.emplace_back(one.name);
    auto const near = planner::nearest(name, names);
    throw failure(bad_input,
                  fmt::format("{} is neither a built-in {} nor a file", planner::shown(name), kind.word),
                  near.empty() ? fmt::format("`poolwright {}s` lists those that are built in", kind.word)
                               : fmt::format("did you mean `{}`?", near));
}

// A built-in name wins over a file of that name, which can be named as ./NAME.
template <class Thing>
Thing find_or_read(std::string const& name, named_kind<Thing> const& kind) {
    if (name.empty()) return kind.built_in.front();
    for (auto const& one : kind.built_in) {
        if (one.name == name) return one;
    }
    std::error_code ignored;
    if (planner::is_plain_name(name) && !std::filesystem::exists(name, ignored)) refuse_name(name, kind);
    auto const document = read_document(name);
    auto parsed = kind.parse(document.text, document.name);
    if (!parsed) throw failure(parsed.error());
    return *std::move(parsed);
}

}  // namespace

sizing_input read_sizing(sizing_options const& options) {
    sizing_input input;
    input.options.rule = find_or_read(options.rule, rules());
    input.options.growth_percent = options.growth_percent;
    input.options.pool = options.pool;
    input.options.max_apps = options.max_apps;
    input.profile = find_or_read(options.profile, profiles());
    return input;
}

}  // namespace poolwright::cli
