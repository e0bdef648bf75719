#pragma once

#include "planner/problem.hpp"

#include <boost/json/object.hpp>
#include <boost/system/result.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

// How many apps a number of mailboxes needs. The published rules disagree, so a rule is data with a name and
// a source, never a constant in code.

namespace poolwright::planner {

enum class rounding : std::uint8_t { up, down };

// base_apps for up to base_mailboxes, one more for every (begun or full) step of further mailboxes, within
// [min, max].
struct sizing_rule {
    std::string name;
    std::string workload;  // exchange, onedrive, sharepoint, teams; "any" fits every workload
    std::int64_t base_apps = 0;
    std::int64_t base_mailboxes = 0;
    std::optional<std::int64_t> step_mailboxes;
    rounding round = rounding::up;
    std::int64_t min = 0;
    std::optional<std::int64_t> max;
    std::string source;
    std::string as_of;  // YYYY-MM-DD

    bool operator==(sizing_rule const&) const = default;
    // True if pools of that workload may be sized by this rule.
    [[nodiscard]] bool fits(std::string_view of_workload) const noexcept;
};

// The largest mailbox count, and the largest --growth, that input may have; with them no sum of this program
// overflows.
inline constexpr std::int64_t most_mailboxes = 1'000'000'000;
inline constexpr int most_growth_percent = 1000;

// The largest number that a rule may contain.
inline constexpr std::int64_t most_in_rule = 1'000'000'000;

// What a rule gives for a number of mailboxes.
struct sizing {
    std::int64_t apps = 0;
    std::string reason;  // in words: "base 5 for ≤ 2,500; +1 for 1 above"
    // The smallest larger mailbox count, before growth, that needs more apps; none if no count up to
    // most_mailboxes does.
    std::optional<std::int64_t> next_app_at;
};

// The apps alone: m = 0 → 0, else clamp(base_apps + round(max(0, m − base_mailboxes) / step), min, max) with
// m = ⌈mailboxes × (100 + growth) / 100⌉. `mailboxes` is within 0 … most_mailboxes, the growth within 0 …
// most_growth_percent, and the rule one that parse_rule could have read.
std::int64_t apps_for(sizing_rule const& rule, std::int64_t mailboxes, int growth_percent);

// The same with its reason and the next threshold.
sizing size(sizing_rule const& rule, std::int64_t mailboxes, int growth_percent);

// The same into a value whose memory is used again: a million rows are sized in a row.
void size(sizing& out, sizing_rule const& rule, std::int64_t mailboxes, int growth_percent);

// The rules built in, the default first.
std::span<sizing_rule const> built_in_rules();

// A built-in rule by its name, or null.
sizing_rule const* find_rule(std::string_view name);

// The names of the built-in rules, the default first.
std::span<std::string_view const> built_in_rule_names();

// Reads a document of schema poolwright.rule/1; `file` names it in problems. Everything but step_mailboxes
// and max is required; a name that is built in is refused unless the whole rule is the built-in one.
boost::system::result<sizing_rule, problem_list> parse_rule(std::string_view json, std::string_view file);

// The document that parse_rule reads, keys in the documented order.
boost::json::object to_json(sizing_rule const& rule);

}  // namespace poolwright::planner
