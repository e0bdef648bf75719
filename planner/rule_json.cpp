#include "planner/json_document.hpp"
#include "planner/plan_parts.hpp"
#include "planner/wording.hpp"
#include "planner/workload.hpp"

#include <fmt/format.h>

namespace poolwright::planner {

namespace json = boost::json;

namespace {

constexpr std::size_t longest_source = 1000;

json::value or_null(std::optional<std::int64_t> number) {
    return number ? json::value(*number) : json::value(nullptr);
}

bool is_rule_workload(std::string_view name) {
    return name == any_workload || is_workload(name);
}
bool is_rounding(std::string_view name) {
    return name == "up" || name == "down";
}

}  // namespace

sizing_rule read_rule(json::object const& object, std::string_view where, std::string_view file,
                      problem_list& problems) {
    object_reader in(object, {where, {}}, file, problems);
    in.refuse_others({"schema", "name", "workload", "base_apps", "base_mailboxes", "step_mailboxes",
                      "rounding", "min", "max", "source", "as_of"});
    sizing_rule rule;
    rule.name = in.text("name", is_plain_name, "must be 1 to 64 of a-z, 0-9 and `-`");
    rule.workload = in.text("workload", is_rule_workload,
                            "must be `exchange`, `onedrive`, `sharepoint`, `teams` or `any`");
    rule.base_apps = in.whole("base_apps", 0, most_in_rule);
    rule.base_mailboxes = in.whole("base_mailboxes", 0, most_in_rule);
    rule.step_mailboxes = in.whole_or_null("step_mailboxes", 1, most_in_rule);
    rule.round =
        in.text("rounding", is_rounding, "must be `up` or `down`") == "down" ? rounding::down : rounding::up;
    rule.min = in.whole("min", 0, most_in_rule);
    rule.max = in.whole_or_null("max", 0, most_in_rule);
    rule.source = in.text("source", longest_source);
    rule.as_of = in.text("as_of", is_date, "must be a date as 2026-01-31");
    if (rule.max && rule.min > *rule.max)
        in.refuse("min", fmt::format("{} is above max, which is {}", rule.min, *rule.max));
    return rule;
}

boost::system::result<sizing_rule, problem_list> parse_rule(std::string_view text, std::string_view file) {
    problem_list problems;
    auto const document = parse_document(text, rule_schema, file, problems);
    if (!document) return problems;
    auto rule = read_rule(*document, "", file, problems);
    auto const* built_in = find_rule(rule.name);
    if (problems.empty() && built_in && *built_in != rule) {
        problems.add({std::string(file), 0, 0,
                      fmt::format("name: the built-in rule `{}` is another one, choose a name of your own",
                                  rule.name)});
    }
    if (!problems.empty()) return problems;
    return rule;
}

json::object to_json(sizing_rule const& rule) {
    return {{"schema", rule_schema},
            {"name", rule.name},
            {"workload", rule.workload},
            {"base_apps", rule.base_apps},
            {"base_mailboxes", rule.base_mailboxes},
            {"step_mailboxes", or_null(rule.step_mailboxes)},
            {"rounding", rule.round == rounding::up ? "up" : "down"},
            {"min", rule.min},
            {"max", or_null(rule.max)},
            {"source", rule.source},
            {"as_of", rule.as_of}};
}

}  // namespace poolwright::planner
