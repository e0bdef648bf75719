#include "cli/config_file.hpp"
#include "planner/permission_profile.hpp"
#include "planner/plan.hpp"
#include "planner/sizing_rule.hpp"
#include "planner/wording.hpp"
#include "tests/fuzz/identity_documents.hpp"
#include "tests/fuzz/independent_readers.hpp"
#include "tests/fuzz/input.hpp"
#include "throttle/limits.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <sstream>

// The documents that people write or keep: a letter for the kind (Rule, Profile, pLan, limiTs, Identities,
// Config) and the text.

namespace poolwright::fuzz {

namespace {

namespace json = boost::json;
using namespace planner;

void check_problems(problem_list const& problems, std::string_view text) {
    require(!problems.empty(), "a document that is refused is so for a reason");
    if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
    for (auto const& one : problems.first()) require_sound(one, text);
}

// A rule sizes as its numbers say, at and around its next threshold.
void check_sizes(sizing_rule const& rule) {
    for (std::int64_t const mailboxes :
         {std::int64_t{0}, std::int64_t{1}, rule.base_mailboxes, rule.base_mailboxes + 1, most_mailboxes}) {
        if (mailboxes > most_mailboxes) continue;
        for (int const growth : {0, 33, most_growth_percent}) {
            auto const sized = size(rule, mailboxes, growth);
            require(sized.apps >= 0 && !sized.reason.empty(), "a size is a number with a reason");
            if (mailboxes > 0 && rule.max)
                require(sized.apps <= *rule.max, "a size is at most the rule's max");
            if (mailboxes > 0) require(sized.apps >= rule.min, "a size is at least the rule's min");
            if (!sized.next_app_at) continue;
            require(*sized.next_app_at > mailboxes, "the next threshold is above");
            require(apps_for(rule, *sized.next_app_at, growth) > sized.apps, "the threshold needs more apps");
            require(apps_for(rule, *sized.next_app_at - 1, growth) == sized.apps,
                    "and no smaller number does");
        }
    }
}

void fuzz_rule(std::string_view text) {
    auto const rule = parse_rule(text, "rule.json");
    if (!rule) return check_problems(rule.error(), text);
    auto const again = parse_rule(json::serialize(to_json(*rule)), "rule.json");
    require(again.has_value() && *again == *rule, "a rule is the same when it is written and read again");
    check_sizes(*rule);
}

void fuzz_profile(std::string_view text) {
    auto const profile = parse_profile(text, "profile.json");
    if (!profile) return check_problems(profile.error(), text);
    auto const again = parse_profile(json::serialize(to_json(*profile)), "profile.json");
    require(again.has_value() && *again == *profile,
            "a profile is the same when it is written and read again");
    auto const count = profile->permission_count();
    require(count >= 1 && count <= most_permissions, "a profile asks for 1 to 64 permissions");
}

std::string written(plan const& what) {
    std::ostringstream out;
    plan_writer writer(out);
    writer.begin(what.header, what.plan_id);
    for (auto const& pool : what.pools) writer.add(pool);
    writer.end(what.totals);
    return out.str();
}

void fuzz_plan(std::string_view text) {
    auto const read = parse_plan(text, "plan.json", 200);
    if (!read) return check_problems(read.error(), text);
    auto const out = written(*read);
    require(read_json(out).is_object(), "a plan is written as JSON");
    auto const again = parse_plan(out, "plan.json", 200);
    require(again.has_value() && again->plan_id == read->plan_id && again->header == read->header &&
                again->pools == read->pools && again->totals == read->totals,
            "a plan is the same when it is written and read again");
    for (auto const& pool : read->pools) require(pool.apps <= 200, "no row has more apps than --max-apps");
}

json::object quota_json(throttle::quota const& what) {
    static constexpr std::string_view shapes[] = {"bucket", "sliding", "fixed"};
    auto const count = what.window.count();
    return {{"limit", what.limit},
            {"window", fmt::format("{}.{:09}s", count / 1'000'000'000, count % 1'000'000'000)},
            {"shape", shapes[static_cast<std::size_t>(what.shape)]}};
}

json::object limits_json(throttle::limits const& what) {
    auto const& [small, medium, large] = what.application_tenant_resource_units;
    return {{"schema", "poolwright.limits/1"},
            {"application",
             {{"writes", quota_json(what.application_writes)},
              {"resource_units", quota_json(what.application_resource_units)}}},
            {"tenant", {{"writes", quota_json(what.tenant_writes)}}},
            {"application_tenant",
             {{"writes", quota_json(what.application_tenant_writes)},
              {"resource_units",
               {{"S", quota_json(small)}, {"M", quota_json(medium)}, {"L", quota_json(large)}}}}}};
}

void fuzz_limits(std::string_view text) {
    auto const read = throttle::parse_limits(text);
    if (!read) {
        require(!read.error().empty(), "limits that are refused are so for a reason");
        for (auto const& problem : read.error()) require_one_line(problem);
        return;
    }
    for (auto const& each : {read->application_writes, read->application_resource_units, read->tenant_writes,
                             read->application_tenant_writes}) {
        require(each.limit >= 1 && each.window >= std::chrono::milliseconds(1), "a quota is positive");
    }
    auto const again = throttle::parse_limits(json::serialize(limits_json(*read)));
    require(again.has_value() && *again == *read, "limits are the same when they are written and read again");
}

void fuzz_config(std::string_view text) {
    auto const read = cli::parse_config(text, "config.toml");
    if (!read) {
        require_place_in(text, read.error().line, 0);
        return require(!read.error().message.empty(), "a malformed file is refused for a reason");
    }
    for (auto const& setting : *read) {
        require_place_in(text, setting.place.line, 0);
        require(setting.place.line > 0, "a setting has a line");
        if (setting.kind == cli::setting_kind::whole)
            require(setting.value.find_first_not_of("-0123456789") == std::string::npos, "a number is one");
    }
}

}  // namespace

void fuzz(std::string_view bytes) {
    if (bytes.empty()) return;
    auto const text = bytes.substr(1);
    switch (bytes.front()) {
        case 'R':
            return fuzz_rule(text);
        case 'P':
            return fuzz_profile(text);
        case 'L':
            return fuzz_plan(text);
        case 'T':
            return fuzz_limits(text);
        case 'I':
            return fuzz_identities(text);
        case 'C':
            return fuzz_config(text);
        default:
            return;
    }
}

}  // namespace poolwright::fuzz
