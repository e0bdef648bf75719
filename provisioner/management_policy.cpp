#include "provisioner/management_policy.hpp"

#include "provisioner/json_body.hpp"

#include <boost/json/array.hpp>

#include <algorithm>
#include <charconv>

namespace poolwright::provisioner {
namespace json = boost::json;
namespace {

using std::chrono::days;
using std::chrono::system_clock;

void shorten(std::optional<days>& longest, std::optional<days> by) {
    if (by) longest = longest ? std::min(*longest, *by) : by;
}

// "2026-03-01T18:30:00Z", to the second; nothing if it is none. Graph writes UTC throughout.
std::optional<std::chrono::sys_seconds> read_moment(std::string_view text) {
    constexpr std::string_view shape = "0000-00-00T00:00:00";
    if (text.size() < shape.size()) return std::nullopt;
    for (std::size_t i = 0; i < shape.size(); ++i) {
        bool const digit = text[i] >= '0' && text[i] <= '9';
        if (shape[i] == '0' ? !digit : text[i] != shape[i]) return std::nullopt;
    }
    auto const number = [text](std::size_t from, std::size_t count) {
        int read = 0;
        for (char const digit : text.substr(from, count)) read = read * 10 + (digit - '0');
        return read;
    };
    std::chrono::year_month_day const date{std::chrono::year(number(0, 4)),
                                           std::chrono::month(static_cast<unsigned>(number(5, 2))),
                                           std::chrono::day(static_cast<unsigned>(number(8, 2)))};
    if (!date.ok()) return std::nullopt;
    return std::chrono::sys_days(date) + std::chrono::hours(number(11, 2)) +
           std::chrono::minutes(number(14, 2)) + std::chrono::seconds(number(17, 2));
}

// A restriction that is on, and meant for applications that are made now.
bool applies(json::object const& restriction, system_clock::time_point now) {
    if (text_at(restriction, "state") != "enabled") return false;
    auto const from = read_moment(text_at(restriction, "restrictForAppsCreatedAfterDateTime"));
    return !from || *from <= now;
}

template <class Take>
void each_restriction(json::object const& all, std::string_view list, system_clock::time_point now,
                      Take take) {
    auto const* const restrictions = array_at(all, list);
    if (restrictions == nullptr) return;
    for (auto const& each : *restrictions) {
        auto const* const one = each.if_object();
        if (one != nullptr && applies(*one, now)) take(text_at(*one, "restrictionType"), *one);
    }
}

credential_rules rules_of(json::object const& restrictions, system_clock::time_point now) {
    credential_rules rules;
    each_restriction(restrictions, "passwordCredentials", now,
                     [&](std::string_view type, json::object const& one) {
                         if (type == "passwordAddition") rules.secrets_forbidden = true;
                         if (type == "passwordLifetime")
                             shorten(rules.longest_secret, read_days(text_at(one, "maxLifetime")));
                     });
    each_restriction(restrictions, "keyCredentials", now,
                     [&](std::string_view type, json::object const& one) {
                         if (type == "asymmetricKeyLifetime")
                             shorten(rules.longest_certificate, read_days(text_at(one, "maxLifetime")));
                     });
    return rules;
}

bool is_enabled(json::object const& policy) {
    auto const* const enabled = policy.if_contains("isEnabled");
    return enabled != nullptr && enabled->is_bool() && enabled->get_bool();
}

}  // namespace

void credential_rules::add(credential_rules const& other) {
    secrets_forbidden |= other.secrets_forbidden;
    shorten(longest_secret, other.longest_secret);
    shorten(longest_certificate, other.longest_certificate);
}

std::optional<credential_rules> read_default_policy(http_reply const& reply, system_clock::time_point now) {
    auto const body = json_body::parse(reply.body.reveal());
    if (!body || body->object() == nullptr) return std::nullopt;
    auto const* const restrictions = object_at(*body->object(), "applicationRestrictions");
    if (restrictions == nullptr || !is_enabled(*body->object())) return credential_rules{};
    return rules_of(*restrictions, now);
}

std::optional<policy_page> read_policy_page(http_reply const& reply, system_clock::time_point now) {
    auto const body = json_body::parse(reply.body.reveal());
    auto const* const policies =
        body && body->object() != nullptr ? array_at(*body->object(), "value") : nullptr;
    if (policies == nullptr) return std::nullopt;
    policy_page page;
    page.next = text_at(*body->object(), "@odata.nextLink");
    for (auto const& each : *policies) {
        auto const* const policy = each.if_object();
        if (policy == nullptr || !is_enabled(*policy)) continue;
        if (auto const* const restrictions = object_at(*policy, "restrictions"))
            page.rules.add(rules_of(*restrictions, now));
    }
    return page;
}

std::optional<days> read_days(std::string_view duration) {
    constexpr int most = 1'000'000;
    if (duration.size() < 3 || duration.front() != 'P') return std::nullopt;
    duration.remove_prefix(1);
    std::int64_t total = 0;
    // Hours and less do not make a day of a credential's life longer.
    for (auto rest = duration.substr(0, duration.find('T')); !rest.empty();) {
        int number = 0;
        auto const [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
        if (error != std::errc() || end == rest.data() + rest.size() || number < 0 || number > most)
            return std::nullopt;
        int const factor = *end == 'Y' ? 365 : *end == 'M' ? 30 : *end == 'W' ? 7 : *end == 'D' ? 1 : 0;
        if (factor == 0) return std::nullopt;
        total += std::int64_t{number} * factor;
        rest.remove_prefix(static_cast<std::size_t>(end - rest.data()) + 1);
    }
    return days(std::min<std::int64_t>(total, most));
}

}  // namespace poolwright::provisioner
