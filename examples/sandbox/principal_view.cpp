#include "examples/sandbox/principal_view.hpp"

#include "examples/sandbox/tenant_faults.hpp"

#include <algorithm>

namespace poolwright::sandbox {
namespace {

constexpr std::uint64_t first_application_position =
    1000;  // after the resources and the consented applications

principal_view own_principal(application& app) {
    return {app.service_principal->id,
            app.app_id,
            &app,
            nullptr,
            nullptr,
            first_application_position + app.sequence};
}

bool has_visible_principal(application const& app, time_point now) {
    return is_visible(app, now) && app.service_principal && is_visible(*app.service_principal, now);
}

// Those that are not stored.
std::vector<principal_view> given_principals(service& all, guid const& tenant) {
    std::vector<principal_view> found;
    for (std::uint8_t i = 0; i < well_known_resources().size(); ++i) {
        if (has_resource(all, tenant, i)) found.push_back(resource_principal(tenant, i));
    }
    if (is_consented(all, tenant) && all.kind_of(tenant) != tenant_kind::not_installed) {
        for (auto const& who : all.options.identities) found.push_back(consented_principal(all, tenant, who));
    }
    for (std::size_t i = 0; i < found.size(); ++i) found[i].position = i + 1;
    return found;
}

grant consented_grant(principal_view const& one, std::uint8_t role) {
    grant made;
    made.entry = name_based_guid(to_string(one.id) + '/' + std::to_string(role));
    made.resource = microsoft_graph;
    made.role = role;
    return made;
}

}  // namespace

std::string_view principal_view::name() const noexcept {
    if (app != nullptr) return app->name;
    return what != nullptr ? what->name : std::string_view(who->name);
}

bool has_resource(service const& all, guid const& tenant, std::uint8_t index) noexcept {
    return index != exchange_online || all.kind_of(tenant) != tenant_kind::no_exchange;
}

principal_view resource_principal(guid const& tenant, std::uint8_t index) {
    auto const& what = well_known_resources()[index];
    return {principal_id_in(tenant, what.app_id), what.app_id, nullptr, &what, nullptr, 0};
}

principal_view consented_principal(service const& all, guid const& tenant, identity const& who) {
    return {principal_id_in(tenant, who.client_id), who.client_id, nullptr, nullptr, &who, 0,
            consented(all, tenant, who.roles)};
}

std::optional<principal_view> find_principal(service& all, guid const& tenant, key const& by,
                                             time_point now) {
    auto const id = parse_guid(by.value);
    if (!id) return std::nullopt;
    auto const by_app_id = by.name == "appId";
    auto* const app = by_app_id ? all.objects.by_app_id(tenant, *id) : all.objects.by_principal(tenant, *id);
    if (app != nullptr) {
        if (!has_visible_principal(*app, now)) return std::nullopt;
        return own_principal(*app);
    }
    auto const given = given_principals(all, tenant);
    auto const found =
        std::ranges::find(given, *id, by_app_id ? &principal_view::app_id : &principal_view::id);
    if (found == given.end()) return std::nullopt;
    return *found;
}

std::vector<principal_view> visible_principals(service& all, guid const& tenant, time_point now) {
    auto found = given_principals(all, tenant);
    for (auto const& app : all.objects.in_tenant(tenant)) {
        if (has_visible_principal(*app, now)) found.push_back(own_principal(*app));
    }
    return found;
}

std::vector<grant> grants_of(principal_view const& one, time_point now) {
    std::vector<grant> found;
    if (one.app != nullptr) {
        std::ranges::copy_if(one.app->service_principal->grants, std::back_inserter(found),
                             [&](grant const& each) { return is_seen(each, now); });
    }
    auto const& consented = one.consented_roles;
    auto const roles = well_known_resources()[microsoft_graph].roles;
    for (std::size_t i = 0; i < roles.size(); ++i) {
        if (std::ranges::find(consented, roles[i].name) != consented.end()) {
            found.push_back(consented_grant(one, static_cast<std::uint8_t>(i)));
        }
    }
    return found;
}

}  // namespace poolwright::sandbox
