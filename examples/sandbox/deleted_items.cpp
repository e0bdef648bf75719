#include "examples/sandbox/consistency.hpp"
#include "examples/sandbox/endpoints.hpp"
#include "examples/sandbox/render.hpp"
#include "examples/sandbox/routes.hpp"

namespace poolwright::sandbox {
namespace {

// What can be restored under one id: an application, or the principal of one.
struct deleted_item {
    application* app = nullptr;
    bool is_principal = false;
};

deleted_item find_deleted(service& all, call const& about) {
    auto const& tenant = about.who.tenant;
    all.objects.forget_expired(tenant, about.now);
    auto const id = parse_guid(about.where.keys.front().value);
    if (!id) return {};
    auto* const app = all.objects.by_id(tenant, *id);
    if (app != nullptr) return is_live(*app) ? deleted_item{} : deleted_item{app, false};
    auto* const owner = all.objects.by_principal(tenant, *id);
    if (owner == nullptr || owner->service_principal->deleted_at == never) return {};
    return {owner, true};
}

reply describe(call const& about, deleted_item const& item) {
    auto full = item.is_principal
                    ? render(principal_view{item.app->service_principal->id, item.app->app_id, item.app})
                    : render(*item.app, about.now);
    full["@odata.type"] =
        item.is_principal ? "#microsoft.graph.servicePrincipal" : "#microsoft.graph.application";
    return entity_reply(about, 200, std::move(full), "directoryObjects", "directoryObject");
}

boost::system::result<deleted_item, reply> changeable(service& all, call const& about) {
    auto const item = find_deleted(all, about);
    if (item.app == nullptr) return not_found(about, about.where.keys.front().value);
    if (!may_change(about.who, *item.app)) return request_denied(about);
    if (auto refusal = begin_write(all, about, *item.app)) return std::move(*refusal);
    return item;
}

}  // namespace

reply get_deleted_item(service& all, call const& about) {
    auto const item = find_deleted(all, about);
    return item.app == nullptr ? not_found(about, about.where.keys.front().value) : describe(about, item);
}

// Restoring an application leaves its service principal deleted: that is restored by its own id, and only
// after the application.
reply restore_deleted_item(service& all, call const& about) {
    auto const item = changeable(all, about);
    if (!item) return item.error();
    auto& app = *item->app;
    if (item->is_principal && !is_live(app)) {
        return bad_request(about,
                           "The application that backs this service principal is deleted. Restore it first.");
    }
    auto const visible_from = seen_after_replication(all, about.now);
    if (item->is_principal) {
        app.service_principal->deleted_at = never;
        app.service_principal->visible_from = visible_from;
    } else {
        app.deleted_at = never;
        app.visible_from = visible_from;
    }
    all.record(app);
    return describe(about, *item);
}

reply purge_deleted_item(service& all, call const& about) {
    auto const item = changeable(all, about);
    if (!item) return item.error();
    if (item->is_principal) {
        all.objects.set_principal(*item->app, nullptr);
        all.record(*item->app);
        return no_content();
    }
    all.record_erased(*item->app);
    all.objects.erase(*item->app);
    return no_content();
}

}  // namespace poolwright::sandbox
