#include "examples/sandbox/tenant_document.hpp"

#include "examples/sandbox/timestamps.hpp"
#include "examples/sandbox/well_known.hpp"

#include <array>

namespace poolwright::sandbox {
namespace {

namespace json = boost::json;

constexpr double most_mailboxes = 1e9;

using kind_name = std::pair<std::string_view, tenant_kind>;

constexpr auto kinds = std::to_array<kind_name>({
    {"unknown", tenant_kind::unknown},
    {"no_consent", tenant_kind::no_consent},
    {"no_exchange", tenant_kind::no_exchange},
    {"quota", tenant_kind::quota},
    {"secrets_forbidden", tenant_kind::secrets_forbidden},
    {"lifetime_capped", tenant_kind::lifetime_capped},
    {"wrong_cloud", tenant_kind::wrong_cloud},
    {"app_disabled", tenant_kind::app_disabled},
    {"not_installed", tenant_kind::not_installed},
    {"conditional_access", tenant_kind::conditional_access},
    {"expired_secret", tenant_kind::expired_secret},
    {"expired_certificate", tenant_kind::expired_certificate},
    {"not_authorized_by_partner", tenant_kind::not_authorized_by_partner},
    {"guest", tenant_kind::guest},
    {"throttled_authority", tenant_kind::throttled_authority},
    {"missing_roles", tenant_kind::missing_roles},
    {"certificates_capped", tenant_kind::certificates_capped},
    {"secrets_forbidden_for_new", tenant_kind::secrets_forbidden_for_new},
    {"skewed_clock", tenant_kind::skewed_clock},
    {"revoked", tenant_kind::revoked},
    {"no_reports", tenant_kind::no_reports},
    {"ok", tenant_kind::ordinary},
});

// What an entry of that kind may say besides what every entry may.
std::vector<std::string_view> keys_of(tenant_kind kind) {
    switch (kind) {
        case tenant_kind::quota:
            return {"whose"};
        case tenant_kind::secrets_forbidden:
            return {"policy"};
        case tenant_kind::lifetime_capped:
        case tenant_kind::certificates_capped:
            return {"days", "policy"};
        case tenant_kind::secrets_forbidden_for_new:
            return {"created_after", "policy"};
        case tenant_kind::wrong_cloud:
            return {"cloud", "code"};
        case tenant_kind::missing_roles:
            return {"roles"};
        case tenant_kind::skewed_clock:
            return {"seconds"};
        case tenant_kind::revoked:
            return {"after_requests"};
        case tenant_kind::throttled_authority:
            return {"requests"};
        default:
            return {};
    }
}

// One entry, its place, and where its problems go.
struct entry {
    document_reader& reading;
    json::object const& from;
    std::string const& place;

    [[nodiscard]] bool has(std::string_view key) const { return from.contains(key); }
    [[nodiscard]] std::int64_t whole(std::string_view key, double low, double high) const {
        return static_cast<std::int64_t>(reading.number(from, place, key, low, high));
    }
    template <class Value, std::size_t Count>
    [[nodiscard]] Value one_of(std::string_view key,
                               std::array<std::pair<std::string_view, Value>, Count> const& table) const {
        return has(key) ? reading.choice(from, place, key, table, table.front().second)
                        : table.front().second;
    }
    void need(std::string_view key) const {
        if (!has(key)) reading.problem(document_reader::at(place, key), "this kind needs it");
    }
    void problem(std::string_view key, std::string const& text) const {
        reading.problem(document_reader::at(place, key), text);
    }
};

std::vector<std::string> read_roles(entry const& one) {
    std::vector<std::string> roles;
    auto const* const list = one.from.if_contains("roles");
    if (list == nullptr || !list->is_array() || list->get_array().empty()) {
        one.problem("roles", "a list of application roles of Microsoft Graph is needed");
        return roles;
    }
    auto const& known = well_known_resources()[microsoft_graph].roles;
    for (auto const& each : list->get_array()) {
        auto const name = each.is_string() ? std::string(each.get_string()) : std::string();
        if (std::ranges::find(known, name, &app_role::name) == known.end()) {
            one.problem("roles", fmt::format("'{}' is no application role of Microsoft Graph", name));
        }
        roles.push_back(name);
    }
    return roles;
}

void read_cloud(entry const& one, tenant_fault& into) {
    if (one.has("cloud")) {
        into.cloud = find_cloud(one.reading.text(one.from, one.place, "cloud", true));
        if (!into.cloud) one.problem("cloud", "one of global, usgov, dod, china is needed");
    }
    if (!one.has("code")) return;
    into.code = static_cast<int>(one.whole("code", 90'038, 900'432));
    if (into.code != 90'038 && into.code != 900'382 && into.code != 900'432) {
        one.problem("code", "one of 90038, 900382, 900432 is needed");
    }
}

void read_created_after(entry const& one, tenant_fault& into) {
    one.need("created_after");
    auto const text = one.reading.text(one.from, one.place, "created_after", false);
    auto const read = parse_timestamp(text);
    if (!text.empty() && !read) one.problem("created_after", "a time like 2026-01-01T00:00:00Z is needed");
    into.created_after = read.value_or(time_point{});
}

void read_policy(entry const& one, tenant_fault& into) {
    constexpr std::array<std::pair<std::string_view, bool>, 2> scopes{
        {{"default", false}, {"application", true}}};
    into.by_application_policy = one.one_of("policy", scopes);
    if (one.has("days")) into.longest = std::chrono::days(one.whole("days", 1, 36'500));
    if (into.kind == tenant_kind::secrets_forbidden_for_new) read_created_after(one, into);
}

void read_requests(entry const& one, std::string_view key, tenant_fault& into) {
    one.need(key);
    into.requests = one.whole(key, 0, 1e9);
}

void read_details(entry const& one, tenant_fault& into) {
    constexpr std::array<std::pair<std::string_view, quota_holder>, 3> holders{
        {{"either", quota_holder::either},
         {"tenant", quota_holder::tenant},
         {"principal", quota_holder::principal}}};
    switch (into.kind) {
        case tenant_kind::quota:
            into.full_for = one.one_of("whose", holders);
            return;
        case tenant_kind::secrets_forbidden:
        case tenant_kind::secrets_forbidden_for_new:
        case tenant_kind::lifetime_capped:
        case tenant_kind::certificates_capped:
            return read_policy(one, into);
        case tenant_kind::wrong_cloud:
            return read_cloud(one, into);
        case tenant_kind::missing_roles:
            into.roles = read_roles(one);
            return;
        case tenant_kind::skewed_clock:
            one.need("seconds");
            into.skew = std::chrono::seconds(one.whole("seconds", -86'400, 86'400));
            return;
        case tenant_kind::revoked:
            return read_requests(one, "after_requests", into);
        case tenant_kind::throttled_authority:
            return read_requests(one, "requests", into);
        default:
            return;
    }
}

void read_mailboxes(entry const& one, tenant_fault& into) {
    if (one.has("mailboxes")) into.mailboxes = one.whole("mailboxes", 0, most_mailboxes);
    if (one.has("shared_mailboxes")) into.shared_mailboxes = one.whole("shared_mailboxes", 0, most_mailboxes);
    auto const* const concealed = one.from.if_contains("concealed_names");
    if (concealed == nullptr) return;
    if (!concealed->is_bool()) return one.problem("concealed_names", "true or false is needed");
    into.conceals_names = concealed->get_bool();
}

}  // namespace

tenant_fault read_tenant_fault(document_reader& reading, json::object const& tenant,
                               std::string const& place) {
    entry const one{reading, tenant, place};
    // An entry without a kind is there for its numbers.
    auto const named = one.has("kind") || !one.has("mailboxes");
    tenant_fault made(named ? reading.choice(tenant, place, "kind", kinds, tenant_kind::ordinary)
                            : tenant_kind::ordinary);
    auto known = keys_of(made.kind);
    known.insert(known.end(), {"tenant_id", "kind", "mailboxes", "shared_mailboxes", "concealed_names"});
    reading.check_keys(tenant, place, known);
    read_details(one, made);
    read_mailboxes(one, made);
    return made;
}

}  // namespace poolwright::sandbox
