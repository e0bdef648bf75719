#include "examples/sandbox/application_body.hpp"
#include "examples/sandbox/application_keys.hpp"
#include "examples/sandbox/consistency.hpp"
#include "examples/sandbox/credential_rules.hpp"
#include "examples/sandbox/endpoints.hpp"
#include "examples/sandbox/management_policy.hpp"
#include "examples/sandbox/render.hpp"
#include "examples/sandbox/routes.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace poolwright::sandbox {
namespace {

namespace json = boost::json;

std::string_view text_at(json::object const& body, std::string_view name) {
    auto const* const value = body.if_contains(name);
    return value != nullptr && value->is_string() ? std::string_view(value->get_string())
                                                  : std::string_view();
}

reply name_is_taken(service& all, call const& about) {
    auto const code = all.random.below(8) == 0 ? "ObjectConflict" : "Request_BadRequest";
    return graph_error(about, 400, code,
                       "Another object with the same value for property uniqueName already exists.");
}

reply quota_exceeded(service& all, call const& about) {
    auto const holder = all.fault_of(about.who.tenant).full_for;
    auto const either = all.random.below(2) == 0 ? quota_holder::tenant : quota_holder::principal;
    auto const of_tenant = (holder == quota_holder::either ? either : holder) == quota_holder::tenant;
    return graph_error(
        about, 403, "Directory_QuotaExceeded",
        fmt::format("The directory object quota limit for the {} has been exceeded. Please ask your "
                    "administrator to increase the quota limit or delete objects to reduce the used "
                    "quota.",
                    of_tenant ? "Tenant" : "Principal"));
}

bool is_full(service const& all, guid const& tenant) {
    return all.kind_of(tenant) == tenant_kind::quota ||
           all.objects.objects_in(tenant) >= all.options.directory_quota;
}

std::string joined_tags(json::value const& tags) {
    std::string joined;
    for (auto const& tag : tags.get_array()) joined += std::string(tag.get_string()) + '\n';
    return joined;
}

// Merged into what is kept; null takes the property back to its default.
void keep_property(service& all, application& app, std::string_view name, json::value const& given) {
    auto const* const old = find_property(app.properties, name);
    auto kept = old == nullptr ? json::value() : json::parse(*old);
    merge(kept, given);
    all.objects.set_property(app.properties, name, json::serialize(kept));
}

// What create and update have in common; the body has been checked.
void apply_body(service& all, application& app, json::object const& body) {
    for (auto const& [name, value] : body) {
        if (name == "displayName") app.name = value.get_string();
        if (name == "uniqueName" && value.is_string()) app.unique_name = value.get_string();
        if (name == "tags") app.tags = joined_tags(value);
        if (is_kept_as_given(name)) keep_property(all, app, name, value);
    }
}

std::optional<reply> refuse_body(call const& about, json::object const& body) {
    auto const problem = check_application(body);
    if (!problem) return std::nullopt;
    return invalid_property(about, problem->message, problem->detail_code, problem->property);
}

std::optional<reply> refuse_new(service& all, call const& about, json::object const& body) {
    if (auto refusal = refuse_body(about, body)) return refusal;
    if (!body.contains("displayName")) {
        return invalid_property(about,
                                "A value is required for property 'displayName' of resource 'Application'.",
                                "MissingValue", "displayName");
    }
    all.objects.forget_expired(about.who.tenant, about.now);
    if (all.objects.by_unique_name(about.who.tenant, text_at(body, "uniqueName")) != nullptr) {
        return name_is_taken(all, about);
    }
    if (is_full(all, about.who.tenant)) return quota_exceeded(all, about);
    return std::nullopt;
}

// Every entry of passwordCredentials becomes a secret; the policy may refuse one.
std::optional<reply> add_credentials(service& all, call const& about, application& app,
                                     json::object const& body) {
    auto const* const wanted = body.if_contains("passwordCredentials");
    if (wanted == nullptr) return std::nullopt;
    for (auto const& each : wanted->get_array()) {
        auto made = make_credential(all, about, app.created, each.get_object());
        if (!made) return made.error();
        app.credentials.push_back(*made);
    }
    return std::nullopt;
}

// Those that are there already may stay.
std::optional<reply> refuse_new_certificates(service const& all, call const& about, application const& app,
                                             std::vector<key_credential> const& next) {
    for (auto const& each : next) {
        if (std::ranges::find(app.keys, each.key_id, &key_credential::key_id) != app.keys.end()) continue;
        wanted_credential const wanted{credential_type::certificate, each.starts, each.ends};
        if (auto refusal = refuse_by_policy(all, about, app.created, wanted)) return refusal;
    }
    return std::nullopt;
}

// keyCredentials of the body, if it has them, take the place of those that are there.
std::optional<reply> replace_keys(service& all, call const& about, application& app,
                                  json::object const& body) {
    auto const* const wanted = body.if_contains("keyCredentials");
    if (wanted == nullptr) return std::nullopt;
    auto next = replaced_keys(all, about, app.keys, wanted->get_array());
    if (!next) return next.error();
    if (auto refusal = refuse_new_certificates(all, about, app, *next)) return refusal;
    app.keys = std::move(*next);
    return std::nullopt;
}

// With the texts of its new secrets, which no read shows again.
json::object render_created(application const& app, time_point now) {
    auto full = render(app, now);
    json::array secrets;
    for (auto const& each : app.credentials) secrets.push_back(render_with_secret(each));
    full["passwordCredentials"] = std::move(secrets);
    json::array keys;
    for (auto const& each : app.keys) keys.push_back(render(each));
    full["keyCredentials"] = std::move(keys);
    return full;
}

reply create(service& all, call const& about, json::object const& body) {
    if (auto refusal = refuse_new(all, about, body)) return std::move(*refusal);
    auto made = std::make_unique<application>();
    made->tenant = about.who.tenant;
    made->created_by = about.who.client;
    made->created = about.now;
    if (auto refusal = add_credentials(all, about, *made, body)) return std::move(*refusal);
    if (auto refusal = replace_keys(all, about, *made, body)) return std::move(*refusal);
    made->id = all.random.new_guid();
    made->app_id = all.random.new_guid();
    made->sequence = all.objects.next_sequence();
    made->visible_from = seen_after_replication(all, about.now);
    made->busy_until = about.now + about.duration;
    apply_body(all, *made, body);
    auto const& app = all.objects.put(std::move(made));
    all.record(app);
    auto answer = entity_reply(about, 201, render_created(app, about.now), "applications", "application");
    add_location(all, about, app.id, "Application", answer);
    return answer;
}

bool wants_create(call const& about) {
    return about.where.keys.front().name == "uniqueName" &&
           about.header("Prefer").find("create-if-missing") != std::string_view::npos;
}

// The name in the path is the new application's name.
reply create_missing(service& all, call const& about, json::object body) {
    if (body.contains("passwordCredentials")) {
        return bad_request(about, "New password credentials must be generated with service actions.");
    }
    body["uniqueName"] = about.where.keys.front().value;
    return create(all, about, body);
}

std::optional<reply> refuse_update(service& all, call const& about, application const& app,
                                   json::object const& body) {
    if (body.contains("passwordCredentials")) {
        return bad_request(about, "New password credentials must be generated with service actions.");
    }
    if (auto refusal = refuse_body(about, body)) return refusal;
    auto const name = text_at(body, "uniqueName");
    if (name == app.unique_name || !body.contains("uniqueName")) return std::nullopt;
    if (!app.unique_name.empty()) {
        return invalid_property(about, "Property 'uniqueName' is read-only and cannot be set.",
                                "ReadOnlyProperty", "uniqueName");
    }
    if (all.objects.by_unique_name(app.tenant, name) != nullptr) return name_is_taken(all, about);
    return std::nullopt;
}

// The key of a certificate is returned only for one object whose keyCredentials were selected.
void show_selected_keys(call const& about, application const& app, json::object& full) {
    auto const names = selected(about);
    if (std::ranges::find(names, "keyCredentials") == names.end()) return;
    json::array keys;
    for (auto const& each : app.keys) {
        if (is_listed(each, about.now)) keys.push_back(render_with_key(each));
    }
    full["keyCredentials"] = std::move(keys);
}

}  // namespace

reply create_application(service& all, call const& about) {
    auto const body = json_body(about);
    return body ? create(all, about, *body) : unreadable_body(about);
}

reply get_application(service& all, call const& about) {
    auto const* const app = visible_application(all, about);
    if (app == nullptr) return not_found(about, about.where.keys.front().value);
    auto full = render(*app, about.now);
    show_selected_keys(about, *app, full);
    return entity_reply(about, 200, std::move(full), "applications", "application");
}

reply update_application(service& all, call const& about) {
    auto body = json_body(about);
    if (!body) return unreadable_body(about);
    if (wants_create(about) &&
        all.objects.by_unique_name(about.who.tenant, about.where.keys.front().value) == nullptr) {
        return create_missing(all, about, std::move(*body));
    }
    auto const app = writable_application(all, about);
    if (!app) return app.error();
    if (auto refusal = refuse_update(all, about, **app, *body)) return std::move(*refusal);
    if (auto refusal = replace_keys(all, about, **app, *body)) return std::move(*refusal);
    apply_body(all, **app, *body);
    all.record(**app);
    return no_content();
}

reply delete_application(service& all, call const& about) {
    auto const app = writable_application(all, about);
    if (!app) return app.error();
    (*app)->deleted_at = about.now;
    if ((*app)->service_principal && (*app)->service_principal->deleted_at == never) {
        (*app)->service_principal->deleted_at = about.now;
    }
    all.record(**app);
    return no_content();
}

}  // namespace poolwright::sandbox
