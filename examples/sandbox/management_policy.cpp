#include "examples/sandbox/management_policy.hpp"

#include "examples/sandbox/timestamps.hpp"

#include <fmt/format.h>

namespace poolwright::sandbox {
namespace {

namespace json = boost::json;

// What one tenant restricts.
struct restriction {
    credential_type type = credential_type::password;
    std::optional<std::chrono::days> longest;  // none: not a single one
    time_point created_after;                  // applications made earlier are not restricted
};

std::optional<restriction> restriction_of(tenant_fault const& what) {
    auto const long_ago = parse_timestamp("2020-01-01T00:00:00Z").value();
    switch (what.kind) {
        case tenant_kind::secrets_forbidden:
            return restriction{credential_type::password, std::nullopt, long_ago};
        case tenant_kind::secrets_forbidden_for_new:
            return restriction{credential_type::password, std::nullopt, what.created_after};
        case tenant_kind::lifetime_capped:
            return restriction{credential_type::password, what.longest, long_ago};
        case tenant_kind::certificates_capped:
            return restriction{credential_type::certificate, what.longest, long_ago};
        default:
            return std::nullopt;
    }
}

std::string policy_id(guid const& tenant, int number) {
    return to_string(name_based_guid(fmt::format("{}/policy/{}", to_string(tenant), number)));
}

std::string_view name_of(restriction const& what) {
    if (what.type == credential_type::certificate) return "asymmetricKeyLifetime";
    return what.longest ? "passwordLifetime" : "passwordAddition";
}

json::object render(restriction const& what) {
    auto const longest =
        what.longest ? json::value(json::string(fmt::format("P{}D", what.longest->count()))) : json::value();
    return {{"restrictionType", name_of(what)},
            {"state", "enabled"},
            {"maxLifetime", longest},
            {"restrictForAppsCreatedAfterDateTime", short_timestamp(what.created_after)}};
}

json::object render(std::optional<restriction> const& what) {
    json::array passwords;
    json::array keys;
    if (what) (what->type == credential_type::password ? passwords : keys).push_back(render(*what));
    return {{"passwordCredentials", std::move(passwords)}, {"keyCredentials", std::move(keys)}};
}

// As partners' tools make them, so that their own applications may have secrets.
json::object exemption() {
    json::object const lifted{{"restrictionType", "passwordAddition"},
                              {"state", "disabled"},
                              {"maxLifetime", nullptr},
                              {"restrictForAppsCreatedAfterDateTime", nullptr}};
    return {{"passwordCredentials", json::array{lifted}}, {"keyCredentials", json::array()}};
}

json::object policy(guid const& tenant, int number, std::string_view name, json::object restrictions) {
    return {
        {"id", policy_id(tenant, number)}, {"displayName", name}, {"description", nullptr},
        {"deletedDateTime", nullptr},      {"isEnabled", true},   {"restrictions", std::move(restrictions)}};
}

constexpr int default_policy = 0;
constexpr int assigned_policy = 3;  // the last of the list

}  // namespace

std::optional<reply> refuse_by_policy(service const& all, call const& about, time_point created,
                                      wanted_credential const& wanted) {
    auto const& where = all.fault_of(about.who.tenant);
    auto const what = restriction_of(where);
    if (!what || what->type != wanted.type || created < what->created_after) return std::nullopt;
    auto const id =
        policy_id(about.who.tenant, where.by_application_policy ? assigned_policy : default_policy);
    if (!what->longest) {
        return graph_error(about, 400, "CredentialTypeNotAllowedAsPerAppPolicy",
                           fmt::format("Credential type not allowed as per assigned policy '{}'.", id));
    }
    if (wanted.ends - wanted.starts <= *what->longest) return std::nullopt;
    return graph_error(
        about, 400, "CredentialInvalidLifetimeAsPerAppPolicy",
        fmt::format("Credential lifetime exceeds the max value allowed as per assigned policy '{}'.", id));
}

json::object default_restrictions(service const& all, guid const& tenant) {
    auto const& what = all.fault_of(tenant);
    return render(what.by_application_policy ? std::nullopt : restriction_of(what));
}

std::vector<json::object> application_policies(service const& all, guid const& tenant) {
    auto const& what = all.fault_of(tenant);
    if (!what.by_application_policy) return {};
    return {policy(tenant, 1, "Exemption for a partner's tool", exemption()),
            policy(tenant, 2, "Exemption for an old application", exemption()),
            policy(tenant, assigned_policy, "Every application", render(restriction_of(what)))};
}

}  // namespace poolwright::sandbox
