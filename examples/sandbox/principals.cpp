#include "examples/sandbox/application_body.hpp"
#include "examples/sandbox/consistency.hpp"
#include "examples/sandbox/endpoints.hpp"
#include "examples/sandbox/render.hpp"
#include "examples/sandbox/routes.hpp"

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

namespace poolwright::sandbox {
namespace {

namespace json = boost::json;

reply no_backing_application(call const& about, std::string_view app_id) {
    auto const text = fmt::format(
        "The appId '{}' of the service principal does not reference a valid application object.", app_id);
    return invalid_property(about, text, "NoBackingApplicationObject", "appId");
}

// An application that was made a moment ago: the four answers that were seen in the field (azure-cli,
// terraform-provider-azuread, vault-plugin-secrets-azure).
reply not_replicated_yet(service& all, call const& about, std::string_view app_id) {
    switch (all.random.below(4)) {
        case 0:
            return graph_error(
                about, 403, "Authorization_RequestDenied",
                "When using this permission, the backing application of the service principal being "
                "created must in the local tenant");
        case 1:
            return not_found(about, app_id);
        case 2:
            return graph_error(about, 404, "Directory_ObjectNotFound",
                               "Unable to read the company information from the directory.");
        default:
            return no_backing_application(about, app_id);
    }
}

reply already_exists(call const& about, std::string_view app_id) {
    auto const text = fmt::format(
        "The service principal cannot be created, updated, or restored because the service principal name {} "
        "is "
        "already in use.",
        app_id);
    json::array details{json::object{{"code", "ObjectConflict"},
                                     {"message", text},
                                     {"target", "servicePrincipalNames"},
                                     {"blockedWord", ""},
                                     {"prefix", ""},
                                     {"suffix", ""}}};
    return graph_error(about, 409, "Request_MultipleObjectsWithSameKeyValue", text, std::move(details));
}

bool is_given(service const& all, guid const& app_id) {
    return find_resource(app_id).has_value() || all.identity_of(app_id) != nullptr;
}

void apply_body(service& all, principal& one, json::object const& body) {
    for (auto const& [name, value] : body) {
        if (name == "accountEnabled") one.enabled = value.get_bool();
        if (name == "tags" || is_kept_as_given(name))
            all.objects.set_property(one.properties, name, json::serialize(value));
    }
}

reply add_principal(service& all, call const& about, application& app, json::object const& body) {
    auto made = std::make_unique<principal>();
    made->id = all.random.new_guid();
    made->created = about.now;
    made->visible_from = seen_after_replication(all, about.now);
    apply_body(all, *made, body);
    all.objects.set_principal(app, std::move(made));
    all.record(app);
    principal_view const view{app.service_principal->id, app.app_id, &app};
    auto answer = entity_reply(about, 201, render(view), "servicePrincipals", "servicePrincipal");
    add_location(all, about, view.id, "ServicePrincipal", answer);
    return answer;
}

reply create(service& all, call const& about, std::string_view app_id_text, json::object const& body) {
    if (auto const problem = check_principal(body)) {
        return invalid_property(about, problem->message, problem->detail_code, problem->property);
    }
    auto const app_id = parse_guid(app_id_text);
    if (!app_id) return no_backing_application(about, app_id_text);
    if (is_given(all, *app_id)) return already_exists(about, app_id_text);
    auto* const app = all.objects.by_app_id(about.who.tenant, *app_id);
    if (app == nullptr || !is_live(*app)) return no_backing_application(about, app_id_text);
    if (!is_visible(*app, about.now)) return not_replicated_yet(all, about, app_id_text);
    if (!may_change(about.who, *app)) return request_denied(about);
    if (auto refusal = begin_write(all, about, *app)) return std::move(*refusal);
    auto const& one = app->service_principal;
    if (one && one->deleted_at == never) return already_exists(about, app_id_text);
    return add_principal(all, about, *app, body);
}

bool wants_create(call const& about) {
    return about.where.keys.front().name == "appId" &&
           about.header("Prefer").find("create-if-missing") != std::string_view::npos;
}

// True if the principal exists, even if it is not seen yet.
bool exists(service& all, call const& about) {
    auto const id = parse_guid(about.where.keys.front().value);
    auto const* const app = id ? all.objects.by_app_id(about.who.tenant, *id) : nullptr;
    return (app != nullptr && app->service_principal && app->service_principal->deleted_at == never) ||
           (id && is_given(all, *id));
}

boost::system::result<application*, reply> writable(service& all, call const& about) {
    auto const& asked = about.where.keys.front();
    auto const found = find_principal(all, about.who.tenant, asked, about.now);
    if (!found) return not_found(about, asked.value);
    if (found->app == nullptr || !may_change(about.who, *found->app)) return request_denied(about);
    if (auto refusal = begin_write(all, about, *found->app)) return std::move(*refusal);
    return found->app;
}

}  // namespace

reply create_principal(service& all, call const& about) {
    auto const body = json_body(about);
    if (!body) return unreadable_body(about);
    auto const* const app_id = body->if_contains("appId");
    if (app_id == nullptr || !app_id->is_string()) {
        return invalid_property(about,
                                "A value is required for property 'appId' of resource 'ServicePrincipal'.",
                                "MissingValue", "appId");
    }
    return create(all, about, app_id->get_string(), *body);
}

reply get_principal(service& all, call const& about) {
    auto const& asked = about.where.keys.front();
    auto const found = find_principal(all, about.who.tenant, asked, about.now);
    if (!found) return not_found(about, asked.value);
    return entity_reply(about, 200, render(*found), "servicePrincipals", "servicePrincipal");
}

reply update_principal(service& all, call const& about) {
    auto const body = json_body(about);
    if (!body) return unreadable_body(about);
    if (wants_create(about) && !exists(all, about))
        return create(all, about, about.where.keys.front().value, *body);
    if (auto const problem = check_principal(*body)) {
        return invalid_property(about, problem->message, problem->detail_code, problem->property);
    }
    auto const app = writable(all, about);
    if (!app) return app.error();
    apply_body(all, *(*app)->service_principal, *body);
    all.record(**app);
    return no_content();
}

reply delete_principal(service& all, call const& about) {
    auto const app = writable(all, about);
    if (!app) return app.error();
    (*app)->service_principal->deleted_at = about.now;
    all.record(**app);
    return no_content();
}

}  // namespace poolwright::sandbox
