#include "examples/sandbox/endpoints.hpp"
#include "examples/sandbox/render.hpp"

#include <fmt/format.h>

namespace poolwright::sandbox {
namespace {

namespace json = boost::json;

json::object directory_size(service const& all, guid const& tenant) {
    auto const total = all.options.directory_quota;
    auto const objects = all.objects.objects_in(tenant) + all.users_of(tenant);
    return {{"used", all.kind_of(tenant) == tenant_kind::quota ? total : std::min(objects, total)},
            {"total", total}};
}

json::object describe(service const& all, guid const& tenant) {
    auto const domain = to_string(tenant).substr(0, 8) + ".onmicrosoft.com";
    json::object const verified{{"capabilities", "Email, OfficeCommunicationsOnline"},
                                {"isDefault", true},
                                {"isInitial", true},
                                {"name", domain},
                                {"type", "Managed"}};
    return {{"id", to_string(tenant)},
            {"deletedDateTime", nullptr},
            {"businessPhones", json::array()},
            {"city", nullptr},
            {"country", nullptr},
            {"countryLetterCode", "DE"},
            {"createdDateTime", "2019-05-06T07:08:09Z"},
            {"displayName", fmt::format("Sandbox {}", to_string(tenant).substr(0, 8))},
            {"tenantType", "AAD"},
            {"onPremisesSyncEnabled", nullptr},
            {"technicalNotificationMails", json::array()},
            {"assignedPlans", json::array()},
            {"provisionedPlans", json::array()},
            {"verifiedDomains", json::array{verified}},
            {"directorySizeQuota", directory_size(all, tenant)}};
}

}  // namespace

reply get_organization(service& all, call const& about) {
    auto full = describe(all, about.who.tenant);
    auto const names = selected(about);
    if (auto const* const unknown = unknown_selection(names, full)) {
        return unknown_property(about, *unknown, "organization");
    }
    auto shown = pick(full, names);
    // Only returned when it is asked for.
    if (names.empty()) shown.erase("directorySizeQuota");
    return json_reply(200,
                      {{"@odata.context", metadata_context("organization")}, {"value", json::array{shown}}});
}

reply count_users(service& all, call const& about) {
    if (about.header("ConsistencyLevel") != "eventual") {
        return bad_request(about, "$count is not currently supported.");
    }
    if (about.where.option("filter") != nullptr || about.where.option("search") != nullptr) {
        return graph_error(about, 400, "Request_UnsupportedQuery",
                           "Unsupported or invalid query filter clause specified for resource 'User'.");
    }
    return plain_text(std::to_string(all.users_of(about.who.tenant)));
}

}  // namespace poolwright::sandbox
