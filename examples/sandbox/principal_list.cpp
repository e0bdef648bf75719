#include "examples/sandbox/collection.hpp"
#include "examples/sandbox/endpoints.hpp"
#include "examples/sandbox/render.hpp"

#include <array>

namespace poolwright::sandbox {
namespace {

constexpr auto ordinary =
    std::to_array<std::string_view>({"appId", "id", "displayName", "tags", "servicePrincipalNames"});

std::vector<std::string> values_of(principal_view const& one, std::string_view property) {
    if (property == "appId" || property == "servicePrincipalNames") return {to_string(one.app_id)};
    if (property == "id") return {to_string(one.id)};
    if (property == "displayName") return {std::string(one.name())};
    if (one.app == nullptr) return {};
    auto const tags = tags_of(*one.app);
    return std::vector<std::string>(tags.begin(), tags.end());
}

// The functions refer to `found`, which outlives the reply's making.
collection as_collection(std::vector<principal_view> const& found) {
    return {"servicePrincipals",
            "servicePrincipals",
            "servicePrincipal",
            {"ServicePrincipal", ordinary, {}},
            found.size(),
            [&found](std::size_t i) { return found[i].position; },
            [&found](std::size_t i, std::string_view property) { return values_of(found[i], property); },
            [&found](std::size_t i) { return render(found[i]); },
            &blank_principal()};
}

}  // namespace

reply list_principals(service& all, call const& about) {
    auto const found = visible_principals(all, about.who.tenant, about.now);
    return list_reply(all, about, as_collection(found));
}

reply count_principals(service& all, call const& about) {
    auto const found = visible_principals(all, about.who.tenant, about.now);
    return count_reply(about, as_collection(found));
}

}  // namespace poolwright::sandbox
