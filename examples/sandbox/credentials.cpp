#include "examples/sandbox/application_body.hpp"
#include "examples/sandbox/consistency.hpp"
#include "examples/sandbox/credential_rules.hpp"
#include "examples/sandbox/endpoints.hpp"
#include "examples/sandbox/management_policy.hpp"
#include "examples/sandbox/render.hpp"
#include "examples/sandbox/timestamps.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace poolwright::sandbox {
namespace {

namespace json = boost::json;

// An application object has room for some six hundred secrets (microsoft-graph-docs issue 21469).
constexpr std::size_t most_credentials = 600;

std::optional<std::string_view> text_at(json::object const& from, std::string_view name) {
    auto const* const value = from.if_contains(name);
    if (value == nullptr || !value->is_string()) return std::nullopt;
    return std::string_view(value->get_string());
}

// The same day two years later.
time_point two_years_after(time_point at) {
    auto const day = std::chrono::floor<std::chrono::days>(at);
    auto later = std::chrono::year_month_day(day) + std::chrono::years(2);
    if (!later.ok()) later = later.year() / later.month() / std::chrono::last;
    return std::chrono::sys_days(later) + (at - day);
}

// The object in the member "passwordCredential", which may be left out.
std::optional<json::object> wanted_password(json::object const& body) {
    auto const* const given = body.if_contains("passwordCredential");
    if (given == nullptr || given->is_null()) return json::object();
    json::object const as_list{{"passwordCredentials", json::array{*given}}};
    if (!given->is_object() || check_application(as_list)) return std::nullopt;
    return given->get_object();
}

reply size_exceeded(call const& about) {
    return graph_error(
        about, 403, "Directory_ResourceSizeExceeded",
        "The size of the object has exceeded its limit. Please reduce the number of values and retry "
        "your request.");
}

}  // namespace

boost::system::result<credential, reply> make_credential(service& all, call const& about, time_point created,
                                                         json::object const& wanted) {
    credential made;
    auto const starts = text_at(wanted, "startDateTime");
    auto const ends = text_at(wanted, "endDateTime");
    made.starts = starts ? parse_timestamp(*starts).value_or(about.now) : about.now;
    made.ends = ends ? parse_timestamp(*ends).value_or(made.starts) : two_years_after(made.starts);
    if (made.ends <= made.starts) {
        return invalid_property(about,
                                "Invalid value specified for property 'endDateTime' of resource "
                                "'PasswordCredential'.",
                                "InvalidValue", "endDateTime");
    }
    wanted_credential const asked{credential_type::password, made.starts, made.ends};
    if (auto refusal = refuse_by_policy(all, about, created, asked)) return std::move(*refusal);
    if (auto const name = text_at(wanted, "displayName")) made.name = all.objects.intern(*name);
    made.key_id = all.random.new_guid();
    made.secret = all.random.new_secret();
    made.usable_from = std::max(made.starts, usable_after_secret_lag(all, about.now));
    made.listed_from = seen_after_replication(all, about.now);
    return made;
}

reply add_password(service& all, call const& about) {
    auto const body = about.message.body.empty() ? json::object() : json_body(about);
    if (!body) return unreadable_body(about);
    auto const wanted = wanted_password(*body);
    if (!wanted) {
        return invalid_property(about,
                                "Invalid value specified for property 'passwordCredential' of resource "
                                "'Application'.",
                                "InvalidValue", "passwordCredential");
    }
    auto const app = writable_application(all, about);
    if (!app) return app.error();
    if ((*app)->credentials.size() >= most_credentials) return size_exceeded(about);
    auto const made = make_credential(all, about, (*app)->created, *wanted);
    if (!made) return made.error();
    (*app)->credentials.push_back(*made);
    all.record(**app);
    json::object document{{"@odata.context", metadata_context("microsoft.graph.passwordCredential")}};
    for (auto& [key, value] : render_with_secret(*made)) document[key] = std::move(value);
    return json_reply(200, document);
}

reply remove_password(service& all, call const& about) {
    auto const body = json_body(about);
    if (!body) return unreadable_body(about);
    auto const text = text_at(*body, "keyId");
    auto const key_id = text ? parse_guid(*text) : std::nullopt;
    if (!key_id) {
        return invalid_property(about,
                                "Invalid value specified for property 'keyId' of resource 'Application'.",
                                "InvalidValue", "keyId");
    }
    auto const app = writable_application(all, about);
    if (!app) return app.error();
    auto& credentials = (*app)->credentials;
    auto const found = std::ranges::find_if(
        credentials, [&](credential const& each) { return each.key_id == *key_id && each.gone_at == never; });
    if (found == credentials.end()) {
        return bad_request(about, fmt::format("No password credential found with keyId '{}'.", *text));
    }
    found->gone_at = seen_after_replication(all, about.now);
    all.record(**app);
    return no_content();
}

}  // namespace poolwright::sandbox
