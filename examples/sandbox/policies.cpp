#include "examples/sandbox/collection.hpp"
#include "examples/sandbox/endpoints.hpp"
#include "examples/sandbox/management_policy.hpp"
#include "examples/sandbox/render.hpp"

namespace poolwright::sandbox {
namespace {

namespace json = boost::json;

json::object const& blank_policy() {
    static json::object const blank{{"id", ""},           {"displayName", ""},
                                    {"description", ""},  {"deletedDateTime", nullptr},
                                    {"isEnabled", false}, {"restrictions", json::object()}};
    return blank;
}

}  // namespace

reply get_default_management_policy(service& all, call const& about) {
    auto const restrictions = default_restrictions(all, about.who.tenant);
    auto const enabled = !restrictions.at("passwordCredentials").get_array().empty() ||
                         !restrictions.at("keyCredentials").get_array().empty();
    return entity_reply(about, 200,
                        {{"id", "00000000-0000-0000-0000-000000000000"},
                         {"displayName", "Default app management tenant policy"},
                         {"description",
                          "Default tenant policy that enforces app management restrictions on "
                          "applications and service principals."},
                         {"isEnabled", enabled},
                         {"applicationRestrictions", restrictions},
                         {"servicePrincipalRestrictions", restrictions}},
                        "policies/defaultAppManagementPolicy", "tenantAppManagementPolicy");
}

reply list_management_policies(service& all, call const& about) {
    auto const found = application_policies(all, about.who.tenant);
    collection const listed{"policies/appManagementPolicies",
                            "policies/appManagementPolicies",
                            "appManagementPolicy",
                            {"AppManagementPolicy", {}, {}},
                            found.size(),
                            [](std::size_t i) { return i + 1; },
                            [](std::size_t, std::string_view) { return std::vector<std::string>(); },
                            [&found](std::size_t i) { return found[i]; },
                            &blank_policy()};
    return list_reply(all, about, listed);
}

}  // namespace poolwright::sandbox
