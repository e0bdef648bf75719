#include "examples/sandbox/endpoints.hpp"
#include "examples/sandbox/render.hpp"
#include "examples/sandbox/user_filter.hpp"

#include <fmt/format.h>

namespace poolwright::sandbox {
namespace {

namespace json = boost::json;

json::object directory_size(service const& all, guid const& tenant) {
    auto const objects = all.objects.objects_in(tenant) + all.users_of(tenant);
    // A tenant that was given more mailboxes than the usual quota has had it raised.
    auto const raised = all.fault_of(tenant).mailboxes ? 2 * all.users_of(tenant) : 0;
    auto const total = std::max(all.options.directory_quota, raised);
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
    if (about.where.option("search") != nullptr) {
        return graph_error(about, 400, "Request_UnsupportedQuery",
                           "The query parameter $search is not supported for this request.");
    }
    auto const* const filter = about.where.option("filter");
    if (filter == nullptr) return plain_text(std::to_string(all.users_of(about.who.tenant)));
    std::int64_t users = 0;
    for (auto const& each : population_of(all, about.who.tenant)) {
        auto const counts = holds_for(*filter, each);
        if (!counts) return graph_error(about, 400, counts.error().code, counts.error().message);
        if (*counts) users += each.users;
    }
    return plain_text(std::to_string(users));
}

}  // namespace poolwright::sandbox
