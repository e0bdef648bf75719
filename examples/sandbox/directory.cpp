#include "examples/sandbox/directory.hpp"

#include <algorithm>

namespace poolwright::sandbox {

std::string const* find_property(property_list const& all, std::string_view name) noexcept {
    auto const found = std::ranges::find_if(all, [&](property const& each) { return *each.name == name; });
    return found == all.end() ? nullptr : found->value;
}

bool is_visible(application const& app, time_point now) noexcept {
    return is_live(app) && app.visible_from <= now;
}

bool is_visible(principal const& one, time_point now) noexcept {
    return one.deleted_at == never && one.visible_from <= now;
}

bool is_listed(credential const& one, time_point now) noexcept {
    return one.listed_from <= now && now < one.gone_at;
}

bool is_seen(grant const& one, time_point now) noexcept {
    return one.seen_from <= now && now < one.gone_at;
}

bool is_past_retention(application const& app, time_point now) noexcept {
    return !is_live(app) && now - app.deleted_at >= std::chrono::days(30);
}

std::vector<std::string_view> tags_of(application const& app) {
    std::vector<std::string_view> tags;
    for (std::string_view rest = app.tags; !rest.empty();) {
        auto const end = rest.find('\n');
        tags.push_back(rest.substr(0, end));
        rest.remove_prefix(end + 1);
    }
    return tags;
}

application* directory::indexed(guid const& tenant, guid const& key) const noexcept {
    auto const found = index_.find(key);
    return found != index_.end() && found->second->tenant == tenant ? found->second : nullptr;
}

application* directory::by_id(guid const& tenant, guid const& id) const noexcept {
    auto* const app = indexed(tenant, id);
    return app != nullptr && app->id == id ? app : nullptr;
}

application* directory::by_app_id(guid const& tenant, guid const& app_id) const noexcept {
    auto* const app = indexed(tenant, app_id);
    return app != nullptr && app->app_id == app_id ? app : nullptr;
}

application* directory::by_principal(guid const& tenant, guid const& principal_id) const noexcept {
    auto* const app = indexed(tenant, principal_id);
    return app != nullptr && app->service_principal && app->service_principal->id == principal_id ? app
                                                                                                  : nullptr;
}

application* directory::by_unique_name(guid const& tenant, std::string_view unique_name) const noexcept {
    auto const all = in_tenant(tenant);
    auto const found =
        std::ranges::find_if(all, [&](auto const& app) { return app->unique_name == unique_name; });
    return unique_name.empty() || found == all.end() ? nullptr : found->get();
}

std::span<std::unique_ptr<application> const> directory::in_tenant(guid const& tenant) const noexcept {
    auto const found = tenants_.find(tenant);
    if (found == tenants_.end()) return {};
    return found->second;
}

std::int64_t directory::objects_in(guid const& tenant) const noexcept {
    std::int64_t count = 0;
    for (auto const& app : in_tenant(tenant)) count += app->service_principal ? 2 : 1;
    return count;
}

application& directory::put(std::unique_ptr<application> app) {
    auto& all = tenants_[app->tenant];
    auto const* const old = by_id(app->tenant, app->id);
    if (old == nullptr) {
        all.emplace_back();
    } else {
        unindex(*old);
    }
    auto& place =
        old == nullptr ? all.back() : *std::ranges::find(all, old, &std::unique_ptr<application>::get);
    place = std::move(app);
    last_sequence_ = std::max(last_sequence_, place->sequence);
    // Apart: a reference into the index does not survive the next insertion.
    index_[place->id] = place.get();
    index_[place->app_id] = place.get();
    if (place->service_principal) index_[place->service_principal->id] = place.get();
    return *place;
}

void directory::set_principal(application& app, std::unique_ptr<principal> one) {
    if (app.service_principal) index_.erase(app.service_principal->id);
    app.service_principal = std::move(one);
    if (app.service_principal) index_[app.service_principal->id] = &app;
}

void directory::unindex(application const& app) {
    index_.erase(app.id);
    index_.erase(app.app_id);
    if (app.service_principal) index_.erase(app.service_principal->id);
}

void directory::erase(application const& app) {
    unindex(app);
    auto& all = tenants_[app.tenant];
    std::erase_if(all, [&](auto const& each) { return each.get() == &app; });
}

void directory::forget_expired(guid const& tenant, time_point now) {
    auto const found = tenants_.find(tenant);
    if (found == tenants_.end()) return;
    std::erase_if(found->second, [&](auto const& app) {
        if (!is_past_retention(*app, now)) return false;
        unindex(*app);
        return true;
    });
}

std::string const* directory::intern(std::string_view text) {
    return &*texts_.emplace(text).first;
}

void directory::set_property(property_list& all, std::string_view name, std::string_view json) {
    auto const found = std::ranges::find_if(all, [&](property const& each) { return *each.name == name; });
    if (found == all.end()) {
        all.push_back({intern(name), intern(json)});
    } else {
        found->value = intern(json);
    }
}

}  // namespace poolwright::sandbox
