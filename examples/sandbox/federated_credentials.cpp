#include "examples/sandbox/consistency.hpp"
#include "examples/sandbox/endpoints.hpp"

#include <boost/json/array.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace poolwright::sandbox {
namespace {

namespace json = boost::json;

constexpr std::size_t most_credentials = 20;
constexpr std::size_t longest_text = 600;  // of issuer and subject
constexpr std::size_t longest_name = 120;

std::string text_at(json::object const& from, std::string_view name) {
    auto const* const value = from.if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

bool is_within(std::string const& text, std::size_t longest) {
    return !text.empty() && text.size() <= longest;
}

// The one audience; empty if there is not exactly one.
std::string audience_in(json::object const& body) {
    auto const* const given = body.if_contains("audiences");
    auto const* const list = given == nullptr ? nullptr : given->if_array();
    if (list == nullptr || list->size() != 1 || !list->front().is_string()) return {};
    return std::string(list->front().get_string());
}

// The property of the body that cannot stand; empty: none.
std::string_view wrong_property(federated_credential const& wanted) {
    if (!is_within(wanted.name, longest_name)) return "name";
    if (!is_within(wanted.issuer, longest_text)) return "issuer";
    if (!is_within(wanted.subject, longest_text)) return "subject";
    if (!is_within(wanted.audience, longest_text)) return "audiences";
    return {};
}

reply taken(call const& about, std::string const& message) {
    return graph_error(about, 409, "Request_MultipleObjectsWithSameKeyValue", message);
}

std::optional<reply> refuse_beside(call const& about, application const& app,
                                   federated_credential const& wanted) {
    for (auto const& each : app.federated) {
        if (each.name == wanted.name) {
            return taken(about,
                         fmt::format("FederatedIdentityCredential with name {} already exists.", each.name));
        }
        if (each.issuer == wanted.issuer && each.subject == wanted.subject) {
            return taken(about,
                         "FederatedIdentityCredential with the same issuer and subject already exists.");
        }
    }
    if (app.federated.size() < most_credentials) return std::nullopt;
    return graph_error(about, 400, "Request_BadRequest",
                       fmt::format("An application cannot have more than {} federated identity credentials.",
                                   most_credentials));
}

json::object render(federated_credential const& one) {
    return {{"id", to_string(one.id)},
            {"name", one.name},
            {"issuer", one.issuer},
            {"subject", one.subject},
            {"audiences", json::array{one.audience}},
            {"description", one.description.empty() ? json::value() : json::value(one.description)}};
}

std::string set_of(application const& app) {
    return fmt::format("applications('{}')/federatedIdentityCredentials", to_string(app.id));
}

json::object entity(application const& app, federated_credential const& one) {
    json::object document{{"@odata.context", metadata_context(set_of(app) + "/$entity")}};
    for (auto& [key, value] : render(one)) document[key] = std::move(value);
    return document;
}

bool is_meant(federated_credential const& one, key const& by) {
    return one.name == by.value || parse_guid(by.value) == one.id;
}

reply none_such(call const& about) {
    return graph_error(
        about, 404, "Request_ResourceNotFound",
        fmt::format("FederatedIdentityCredential with name {} not found.", about.where.keys.back().value));
}

}  // namespace

reply create_federated_credential(service& all, call const& about) {
    auto const body = json_body(about);
    if (!body) return unreadable_body(about);
    federated_credential wanted{all.random.new_guid(),
                                text_at(*body, "name"),
                                text_at(*body, "issuer"),
                                text_at(*body, "subject"),
                                audience_in(*body),
                                text_at(*body, "description"),
                                usable_after_secret_lag(all, about.now)};
    if (auto const wrong = wrong_property(wanted); !wrong.empty()) {
        return invalid_property(about,
                                fmt::format("Invalid value specified for property '{}' of resource "
                                            "'FederatedIdentityCredential'.",
                                            wrong),
                                "InvalidValue", wrong);
    }
    auto const app = writable_application(all, about);
    if (!app) return app.error();
    if (auto refusal = refuse_beside(about, **app, wanted)) return std::move(*refusal);
    (*app)->federated.push_back(std::move(wanted));
    all.record(**app);
    return json_reply(201, entity(**app, (*app)->federated.back()));
}

reply list_federated_credentials(service& all, call const& about) {
    auto const* const app = visible_application(all, about);
    if (app == nullptr) return not_found(about, about.where.keys.front().value);
    json::array list;
    for (auto const& each : app->federated) list.push_back(render(each));
    return json_reply(200, {{"@odata.context", metadata_context(set_of(*app))}, {"value", std::move(list)}});
}

reply get_federated_credential(service& all, call const& about) {
    auto const* const app = visible_application(all, about);
    if (app == nullptr) return not_found(about, about.where.keys.front().value);
    auto const found = std::ranges::find_if(
        app->federated, [&](auto const& each) { return is_meant(each, about.where.keys.back()); });
    return found == app->federated.end() ? none_such(about) : json_reply(200, entity(*app, *found));
}

reply delete_federated_credential(service& all, call const& about) {
    auto const app = writable_application(all, about);
    if (!app) return app.error();
    auto const gone = std::erase_if(
        (*app)->federated, [&](auto const& each) { return is_meant(each, about.where.keys.back()); });
    if (gone == 0) return none_such(about);
    all.record(**app);
    return no_content();
}

}  // namespace poolwright::sandbox
