#include "cli/config_file.hpp"
#include "cli/failure.hpp"
#include "cli/identities_file.hpp"
#include "planner/permission_profile.hpp"
#include "planner/plan.hpp"
#include "planner/sizing_rule.hpp"
#include "planner/wording.hpp"
#include "tests/fuzz/independent_readers.hpp"
#include "tests/fuzz/input.hpp"
#include "throttle/limits.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <unistd.h>

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

// A folder for the file of identities and for the secret `s` beside it.
class scratch {
public:
    scratch() {
        auto pattern = (std::filesystem::temp_directory_path() / "poolwright-fuzz-XXXXXX").string();
        require(::mkdtemp(pattern.data()) != nullptr, "a folder for scratch files can be made");
        folder_ = pattern;
        write("s", "a-client-secret");
        std::filesystem::permissions(folder_ / "s", std::filesystem::perms::owner_read);
    }
    scratch(scratch const&) = delete;
    scratch& operator=(scratch const&) = delete;
    ~scratch() { std::filesystem::remove_all(folder_); }

    std::string write(std::string_view name, std::string_view text) {
        auto const file = folder_ / name;
        std::ofstream out(file, std::ios::binary | std::ios::trunc);
        out.write(text.data(), static_cast<std::streamsize>(text.size()));
        require(out.good(), "a scratch file can be written");
        return file;
    }

private:
    std::filesystem::path folder_;
};

// The strings that stand under these keys, anywhere in a document.
void collect(json::value const& value, std::set<std::string_view> const& keys,
             std::vector<std::string>& found) {
    if (auto const* array = value.if_array()) {
        for (auto const& each : *array) collect(each, keys, found);
    } else if (auto const* object = value.if_object()) {
        for (auto const& [key, each] : *object) {
            if (each.is_string() && keys.count(key) > 0)
                found.emplace_back(std::string_view(each.get_string()));
            collect(each, keys, found);
        }
    }
}

std::vector<std::string> strings_at(std::string_view text, std::set<std::string_view> const& keys) {
    std::vector<std::string> found;
    boost::system::error_code failed;
    auto const value = json::parse(text, failed);
    if (!failed) collect(value, keys, found);
    return found;
}

void check_identities(std::vector<cli::identity_found> const& all) {
    std::set<std::string> seen;
    require(!all.empty(), "there is an identity in a file that is accepted");
    for (auto const& each : all) {
        require(is_guid(each.identity.client_id), "a client id is a GUID");
        require(seen.insert(each.identity.client_id).second, "no client id stands in the file twice");
        auto const* text = std::get_if<std::shared_ptr<provisioner::secret const>>(&each.identity.credential);
        require(text != nullptr && (*text)->reveal() == "a-client-secret",
                "an identity has the secret of the file that it names");
    }
}

// What is said of a file of identities; nothing if it is accepted.
std::string said_of_identities(std::string_view text) {
    static scratch folder;
    try {
        check_identities(cli::read_identities(folder.write("identities.json", text)));
    } catch (cli::failure const& refused) {
        require(refused.code() == cli::bad_input && refused.has_places(), "a bad file is bad input");
        return refused.what();
    }
    return {};
}

void fuzz_identities(std::string_view text) {
    // A secret is looked for in the scratch folder only: elsewhere lies what is none of an input's business.
    for (auto const& file : strings_at(text, {"client_secret_file"}))
        if (file.find('/') != std::string::npos) return;
    // Put in the place of each secret, another that no message has by chance.
    constexpr std::string_view other = "a-secret-in-the-wrong-place";
    if (said_of_identities(text).find(other) != std::string::npos) return;
    std::set<std::string_view> const private_keys{"client_secret", "client_id"};
    for (auto const& secret : strings_at(text, private_keys)) {
        auto const at = text.find(secret);
        if (at == std::string_view::npos) continue;
        auto const changed = std::string(text).replace(at, secret.size(), other);
        auto const now = strings_at(changed, private_keys);
        if (std::find(now.begin(), now.end(), other) == now.end()) continue;
        require(said_of_identities(changed).find(other) == std::string::npos,
                "what may be a secret in the wrong place is never repeated");
    }
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
