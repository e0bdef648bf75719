#include "tests/provisioner/replies.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>
#include <sodium.h>

namespace poolwright::provisioner::test {
namespace json = boost::json;
namespace {

json::object credential(guid const& key, json::value const& name, json::value const& secret_text) {
    return {{"customKeyIdentifier", nullptr},
            {"displayName", name},
            {"endDateTime", "2028-10-01T00:00:00Z"},
            {"hint", "Xyz"},
            {"keyId", to_string(key)},
            {"secretText", secret_text},
            {"startDateTime", "2026-10-01T00:00:00Z"}};
}

json::object key_credential(shown_certificate const& what) {
    auto const text = [](std::string const& given) {
        return given.empty() ? json::value(nullptr) : json::value(given);
    };
    std::string encoded(sodium_base64_encoded_len(what.der.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
    sodium_bin2base64(encoded.data(), encoded.size(), reinterpret_cast<unsigned char const*>(what.der.data()),
                      what.der.size(), sodium_base64_VARIANT_ORIGINAL);
    encoded.pop_back();
    return {{"customKeyIdentifier", text(what.thumbprint)},
            {"displayName", what.name},
            {"key", text(encoded)},
            {"keyId", to_string(what.key)},
            {"type", "AsymmetricX509Cert"},
            {"usage", "Verify"}};
}

json::array array_of(std::vector<std::string> const& values) {
    json::array all;
    for (auto const& each : values) all.emplace_back(each);
    return all;
}

std::string base64url(std::string_view text) {
    constexpr auto variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
    std::string out(sodium_base64_encoded_len(text.size(), variant), '\0');
    auto const* const bytes = reinterpret_cast<unsigned char const*>(text.data());
    sodium_bin2base64(out.data(), out.size(), bytes, text.size(), variant);
    out.pop_back();  // the NUL that the library ends it with
    return out;
}

http_reply document(int status, json::object const& body) {
    return reply(status, json::serialize(body));
}

http_reply token_of(std::string_view text, int expires_in) {
    return document(200, json::object{{"token_type", "Bearer"},
                                      {"expires_in", expires_in},
                                      {"ext_expires_in", expires_in},
                                      {"access_token", text}});
}

}  // namespace

http_reply reply(int status, std::string_view body, header_list headers) {
    headers.emplace_back("request-id", "b2a1f1c0-0000-4000-8000-00000000beef");
    return {.status = status, .headers = std::move(headers), .body = secret(body)};
}

http_reply refusal(int status, std::string_view code, std::string_view message, std::string_view detail) {
    json::object error{{"code", code}, {"message", message}};
    if (!detail.empty())
        error["details"] = json::array{{{"code", detail}, {"message", message}, {"target", "None"}}};
    error["innerError"] = {
        {"date", "2026-02-20T11:27:12"}, {"request-id", "b2"}, {"client-request-id", "c3"}};
    return document(status, json::object{{"error", std::move(error)}});
}

http_reply authority_refusal(int status, long code, std::string_view error) {
    auto const text =
        fmt::format("AADSTS{}: It is refused.\r\nTrace ID: t\r\nTimestamp: 2026-10-01 10:00:00Z", code);
    return document(status, json::object{{"error", error},
                                         {"error_description", text},
                                         {"error_codes", json::array{code}},
                                         {"timestamp", "2026-10-01 10:00:00Z"},
                                         {"trace_id", "t"},
                                         {"correlation_id", "c"}});
}

http_reply name_taken() {
    return refusal(400, "Request_BadRequest",
                   "Another object with the same value for property uniqueName already exists.");
}

http_reply absent() {
    return refusal(404, "Request_ResourceNotFound", "Resource 'x' does not exist");
}

http_reply throttled() {
    return reply(429, R"({"error":{"code":"TooManyRequests","message":"Please retry again later."}})",
                 {{"Retry-After", "7"}});
}

round_trip_result lost() {
    return transport_failure(transport_failure::phase::receive, true, false, "the connection was reset");
}

round_trip_result not_sent() {
    return transport_failure(transport_failure::phase::connect, false, false, "connection refused");
}

round_trip_result untrusted() {
    return transport_failure(transport_failure::phase::handshake, false, true, "self-signed certificate");
}

std::string json_of(shown_application const& what) {
    json::array credentials;
    for (auto const& each : what.credentials) {
        json::value const name = each.name.empty() ? json::value(nullptr) : json::value(each.name);
        credentials.push_back(credential(each.key, name, nullptr));
    }
    json::array certificates;
    for (auto const& each : what.certificates) certificates.push_back(key_credential(each));
    return json::serialize(json::object{{"id", to_string(what.object_id)},
                                        {"appId", to_string(what.application_id)},
                                        {"uniqueName", what.unique_name},
                                        {"tags", array_of(what.tags)},
                                        {"keyCredentials", std::move(certificates)},
                                        {"passwordCredentials", std::move(credentials)}});
}

http_reply application(shown_application const& what) {
    return reply(200, json_of(what));
}

http_reply page(std::vector<std::string> const& values, std::string_view next) {
    json::object body;
    if (!next.empty()) body["@odata.nextLink"] = next;
    json::array all;
    for (auto const& each : values) all.push_back(json::parse(each));
    body["value"] = std::move(all);
    return document(200, body);
}

http_reply created(guid const& key, std::string_view secret_text) {
    return document(201,
                    json::object{{"@odata.context", "https://graph.microsoft.com/v1.0/$metadata"},
                                 {"id", to_string(id(0xA1))},
                                 {"deletedDateTime", nullptr},
                                 {"appId", to_string(id(0xA2))},
                                 {"identifierUris", json::array()},
                                 {"passwordCredentials",
                                  json::array{credential(key, "poolwright", json::value(secret_text))}}});
}

http_reply created_with(shown_certificate const& what) {
    return document(201, json::object{{"id", to_string(id(0xA1))},
                                      {"appId", to_string(id(0xA2))},
                                      {"keyCredentials", json::array{key_credential(what)}},
                                      {"passwordCredentials", json::array()}});
}

http_reply added(guid const& key, std::string_view secret_text) {
    return document(200, credential(key, "poolwright", json::value(secret_text)));
}

http_reply principal(guid const& object_id) {
    return document(
        201,
        json::object{{"id", to_string(object_id)}, {"accountEnabled", true}, {"appId", to_string(id(0xA2))}});
}

std::string grant_json(guid const& principal_id, app_role const& role) {
    return json::serialize(json::object{{"id", "2jLOj0YSe0OZzXbR1Gd71fDqFUrPM1xIgUfvWBHJ9n0"},
                                        {"appRoleId", to_string(role.role)},
                                        {"principalId", to_string(principal_id)},
                                        {"principalType", "ServicePrincipal"},
                                        {"resourceId", to_string(role.resource_principal)}});
}

std::string jwt(std::string_view claims) {
    return base64url(R"({"typ":"JWT","alg":"RS256"})") + "." + base64url(claims) + ".c2lnbmF0dXJl";
}

http_reply raw_token(std::string_view text) {
    return token_of(text, 3599);
}

http_reply token(std::string_view audience, std::vector<std::string> const& roles, int expires_in) {
    json::object const claims{{"aud", audience}, {"roles", array_of(roles)}};
    return token_of(jwt(json::serialize(claims)), expires_in);
}

}  // namespace poolwright::provisioner::test
