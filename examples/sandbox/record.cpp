#include "examples/sandbox/record.hpp"

#include "examples/sandbox/encoding.hpp"
#include "examples/sandbox/jwt.hpp"
#include "examples/sandbox/well_known.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>

namespace poolwright::sandbox {
namespace {

namespace json = boost::json;

std::int64_t count_of(time_point at) {
    return at.time_since_epoch().count();
}
time_point moment(json::value const& count) {
    return time_point(std::chrono::nanoseconds(count.as_int64()));
}

// Ids and texts that fail to parse throw, and the line is damaged.
guid id_of(json::value const& text) {
    return parse_guid(std::string_view(text.as_string())).value();
}

json::object encode_properties(property_list const& all) {
    json::object encoded;
    for (auto const& each : all) encoded[*each.name] = *each.value;
    return encoded;
}

property_list decode_properties(json::object const& all, directory& objects) {
    property_list decoded;
    for (auto const& [name, text] : all)
        objects.set_property(decoded, name, std::string_view(text.as_string()));
    return decoded;
}

json::object encode(credential const& one) {
    json::object encoded{{"key", to_string(one.key_id)},
                         {"secret", std::string_view(one.secret.data(), one.secret.size())},
                         {"starts", count_of(one.starts)},
                         {"ends", count_of(one.ends)},
                         {"usable", count_of(one.usable_from)},
                         {"listed", count_of(one.listed_from)},
                         {"gone", count_of(one.gone_at)}};
    if (one.name != nullptr) encoded["name"] = *one.name;
    return encoded;
}

credential decode_credential(json::object const& from, directory& objects) {
    credential one;
    one.key_id = id_of(from.at("key"));
    auto const& secret = from.at("secret").as_string();
    std::copy_n(secret.begin(), std::min(secret.size(), one.secret.size()), one.secret.begin());
    one.starts = moment(from.at("starts"));
    one.ends = moment(from.at("ends"));
    one.usable_from = moment(from.at("usable"));
    one.listed_from = moment(from.at("listed"));
    one.gone_at = moment(from.at("gone"));
    if (auto const* const name = from.if_contains("name"))
        one.name = objects.intern(std::string_view(name->as_string()));
    return one;
}

json::object encode(grant const& one) {
    auto const& resource = well_known_resources()[one.resource];
    return {{"entry", to_string(one.entry)},
            {"resource", to_string(resource.app_id)},
            {"role", to_string(resource.roles[one.role].id)},
            {"created", count_of(one.created)},
            {"seen", count_of(one.seen_from)},
            {"gone", count_of(one.gone_at)}};
}

std::string bytes_of(json::value const& text) {
    return base64_decode(std::string_view(text.as_string())).value();
}

json::object encode(key_credential const& one) {
    return {{"key", to_string(one.key_id)},        {"name", one.name},
            {"identifier", one.identifier},        {"certificate", base64url_encode(one.certificate)},
            {"starts", count_of(one.starts)},      {"ends", count_of(one.ends)},
            {"usable", count_of(one.usable_from)}, {"listed", count_of(one.listed_from)},
            {"gone", count_of(one.gone_at)}};
}

key_credential decode_key(json::object const& from) {
    key_credential one;
    one.key_id = id_of(from.at("key"));
    one.name = from.at("name").as_string();
    one.identifier = from.at("identifier").as_string();
    one.certificate = bytes_of(from.at("certificate"));
    one.starts = moment(from.at("starts"));
    one.ends = moment(from.at("ends"));
    one.usable_from = moment(from.at("usable"));
    one.listed_from = moment(from.at("listed"));
    one.gone_at = moment(from.at("gone"));
    // It is shown by its thumbprint: what is no certificate must not come in.
    read_certificate(one.certificate).value();
    return one;
}

json::object encode(federated_credential const& one) {
    return {{"id", to_string(one.id)},
            {"name", one.name},
            {"issuer", one.issuer},
            {"subject", one.subject},
            {"audience", one.audience},
            {"description", one.description},
            {"usable", count_of(one.usable_from)}};
}

federated_credential decode_federated(json::object const& from) {
    federated_credential one;
    one.id = id_of(from.at("id"));
    one.name = from.at("name").as_string();
    one.issuer = from.at("issuer").as_string();
    one.subject = from.at("subject").as_string();
    one.audience = from.at("audience").as_string();
    one.description = from.at("description").as_string();
    one.usable_from = moment(from.at("usable"));
    return one;
}

template <class Item>
json::array encode_all(std::vector<Item> const& all) {
    json::array encoded;
    for (auto const& each : all) encoded.push_back(encode(each));
    return encoded;
}

// Of a key that older journals do not have: none.
json::array list_at(json::object const& from, std::string_view name) {
    auto const* const list = from.if_contains(name);
    return list == nullptr ? json::array() : list->as_array();
}

grant decode_grant(json::object const& from) {
    grant one;
    one.entry = id_of(from.at("entry"));
    one.resource = find_resource(id_of(from.at("resource"))).value();
    one.role = find_role(well_known_resources()[one.resource], id_of(from.at("role"))).value();
    one.created = moment(from.at("created"));
    one.seen_from = moment(from.at("seen"));
    one.gone_at = moment(from.at("gone"));
    return one;
}

json::object encode(principal const& one) {
    json::array grants;
    for (auto const& each : one.grants) grants.push_back(encode(each));
    return {{"id", to_string(one.id)},
            {"created", count_of(one.created)},
            {"visible", count_of(one.visible_from)},
            {"deleted", count_of(one.deleted_at)},
            {"enabled", one.enabled},
            {"properties", encode_properties(one.properties)},
            {"grants", std::move(grants)}};
}

std::unique_ptr<principal> decode_principal(json::object const& from, directory& objects) {
    auto one = std::make_unique<principal>();
    one->id = id_of(from.at("id"));
    one->created = moment(from.at("created"));
    one->visible_from = moment(from.at("visible"));
    one->deleted_at = moment(from.at("deleted"));
    one->enabled = from.at("enabled").as_bool();
    one->properties = decode_properties(from.at("properties").as_object(), objects);
    for (auto const& each : from.at("grants").as_array())
        one->grants.push_back(decode_grant(each.as_object()));
    return one;
}

std::unique_ptr<application> decode_application(json::object const& from, directory& objects) {
    auto app = std::make_unique<application>();
    app->id = id_of(from.at("application"));
    app->tenant = id_of(from.at("tenant"));
    app->app_id = id_of(from.at("appId"));
    app->created_by = id_of(from.at("by"));
    app->sequence = from.at("sequence").to_number<std::uint64_t>();
    app->name = from.at("name").as_string();
    app->unique_name = from.at("unique").as_string();
    app->tags = from.at("tags").as_string();
    app->created = moment(from.at("created"));
    app->visible_from = moment(from.at("visible"));
    app->deleted_at = moment(from.at("deleted"));
    app->properties = decode_properties(from.at("properties").as_object(), objects);
    for (auto const& each : from.at("credentials").as_array()) {
        app->credentials.push_back(decode_credential(each.as_object(), objects));
    }
    for (auto const& each : list_at(from, "keys")) app->keys.push_back(decode_key(each.as_object()));
    for (auto const& each : list_at(from, "federated"))
        app->federated.push_back(decode_federated(each.as_object()));
    if (auto const* const one = from.if_contains("principal")) {
        app->service_principal = decode_principal(one->as_object(), objects);
    }
    return app;
}

void erase(json::object const& from, directory& objects) {
    auto const* const app = objects.by_id(id_of(from.at("tenant")), id_of(from.at("erased")));
    if (app != nullptr) objects.erase(*app);
}

record_kind apply(json::object const& line, directory& objects, std::uint64_t& session) {
    if (line.contains("application")) {
        objects.put(decode_application(line, objects));
        return record_kind::application;
    }
    if (line.contains("erased")) {
        erase(line, objects);
        return record_kind::erased;
    }
    session = line.at("session").to_number<std::uint64_t>();
    return record_kind::session;
}

}  // namespace

std::string encode(application const& app) {
    json::object encoded{{"application", to_string(app.id)},
                         {"tenant", to_string(app.tenant)},
                         {"appId", to_string(app.app_id)},
                         {"by", to_string(app.created_by)},
                         {"sequence", app.sequence},
                         {"name", app.name},
                         {"unique", app.unique_name},
                         {"tags", app.tags},
                         {"created", count_of(app.created)},
                         {"visible", count_of(app.visible_from)},
                         {"deleted", count_of(app.deleted_at)},
                         {"properties", encode_properties(app.properties)}};
    encoded["credentials"] = encode_all(app.credentials);
    if (!app.keys.empty()) encoded["keys"] = encode_all(app.keys);
    if (!app.federated.empty()) encoded["federated"] = encode_all(app.federated);
    if (app.service_principal) encoded["principal"] = encode(*app.service_principal);
    return json::serialize(encoded);
}

std::string encode_erased(application const& app) {
    return json::serialize(json::object{{"erased", to_string(app.id)}, {"tenant", to_string(app.tenant)}});
}

std::string encode_session(std::uint64_t number) {
    return json::serialize(json::object{{"session", number}});
}

record_kind replay(std::string_view line, directory& objects, std::uint64_t& session) {
    boost::system::error_code error;
    auto const parsed = json::parse(line, error);
    if (error || !parsed.is_object()) return record_kind::damaged;
    try {
        return apply(parsed.get_object(), objects, session);
    } catch (std::exception const&) {  // a missing key or a wrong type: Boost.JSON and std::optional throw
        return record_kind::damaged;
    }
}

}  // namespace poolwright::sandbox
