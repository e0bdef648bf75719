#include "examples/sandbox/collection.hpp"
#include "examples/sandbox/endpoints.hpp"
#include "examples/sandbox/render.hpp"
#include "examples/sandbox/timestamps.hpp"

#include <array>

namespace poolwright::sandbox {
namespace {

constexpr auto ordinary = std::to_array<std::string_view>(
    {"appId", "id", "displayName", "uniqueName", "signInAudience", "tags", "createdDateTime"});
constexpr auto advanced = std::to_array<std::string_view>({"notes", "description"});

// The text of a property that is kept as JSON.
std::vector<std::string> kept_text(application const& app, std::string_view property) {
    auto const full = render(app, app.created);
    auto const* const value = full.if_contains(property);
    if (value == nullptr || !value->is_string()) return {};
    return {std::string(value->get_string())};
}

std::vector<std::string> values_of(application const& app, std::string_view property) {
    if (property == "appId") return {to_string(app.app_id)};
    if (property == "id") return {to_string(app.id)};
    if (property == "displayName") return {app.name};
    if (property == "uniqueName") return {app.unique_name};
    if (property == "createdDateTime") return {short_timestamp(app.created)};
    if (property != "tags") return kept_text(app, property);
    auto const tags = tags_of(app);
    return std::vector<std::string>(tags.begin(), tags.end());
}

using application_list = std::vector<application const*>;

template <class Predicate>
application_list chosen(service const& all, guid const& tenant, Predicate wanted) {
    application_list found;
    for (auto const& app : all.objects.in_tenant(tenant)) {
        if (wanted(*app)) found.push_back(app.get());
    }
    return found;
}

// The functions refer to `apps`, which outlives the reply's making.
collection as_collection(application_list const& apps, std::string_view path, std::string_view set,
                         time_point now) {
    return {path,
            set,
            "application",
            {"Application", ordinary, advanced},
            apps.size(),
            [&apps](std::size_t i) { return apps[i]->sequence; },
            [&apps](std::size_t i, std::string_view property) { return values_of(*apps[i], property); },
            [&apps, now](std::size_t i) { return render(*apps[i], now); },
            &blank_application()};
}

application_list visible(service const& all, call const& about) {
    return chosen(all, about.who.tenant, [&](application const& app) { return is_visible(app, about.now); });
}

}  // namespace

reply list_applications(service& all, call const& about) {
    auto const apps = visible(all, about);
    return list_reply(all, about, as_collection(apps, "applications", "applications", about.now));
}

reply count_applications(service& all, call const& about) {
    auto const apps = visible(all, about);
    return count_reply(about, as_collection(apps, "applications", "applications", about.now));
}

reply list_deleted_applications(service& all, call const& about) {
    all.objects.forget_expired(about.who.tenant, about.now);
    auto const apps = chosen(all, about.who.tenant, [](application const& app) { return !is_live(app); });
    return list_reply(all, about,
                      as_collection(apps, "directory/deletedItems/microsoft.graph.application",
                                    "directoryObjects/microsoft.graph.application", about.now));
}

}  // namespace poolwright::sandbox
