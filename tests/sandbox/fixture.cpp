#include "tests/sandbox/fixture.hpp"

#include "examples/sandbox/encoding.hpp"
#include "examples/sandbox/timestamps.hpp"

#include <boost/json/parse.hpp>
#include <doctest/doctest.h>
#include <fmt/format.h>

namespace sandbox_test {

sandbox::time_point start() {
    return sandbox::parse_timestamp("2026-03-01T12:00:00Z").value();
}

sandbox::settings plain_settings() {
    sandbox::settings given;
    given.identities.push_back({sandbox::parse_guid(client_id).value(), std::string(client_secret),
                                "poolwright provisioning", sandbox::provisioning_roles()});
    given.users = 100;
    return given;
}

json::object parse(std::string_view text) {
    boost::system::error_code error;
    auto parsed = json::parse(text, error);
    return !error && parsed.is_object() ? std::move(parsed.get_object()) : json::object();
}

std::string text_at(json::value const& from, std::vector<std::string_view> const& path) {
    auto const* at = &from;
    for (auto const step : path) {
        if (at->is_array() && !at->get_array().empty()) at = &at->get_array().front();
        auto const* const object = at->if_object();
        at = object == nullptr ? nullptr : object->if_contains(step);
        if (at == nullptr) return {};
    }
    return at->is_string() ? std::string(at->get_string()) : std::string();
}

json::object claims_of(std::string_view token) {
    auto const first = token.find('.') + 1;
    return parse(sandbox::base64_decode(token.substr(first, token.rfind('.') - first)).value_or(""));
}

std::string answer::header(std::string_view name) const {
    return std::string(sandbox::find_header(raw.headers, name));
}

fixture::fixture(sandbox::settings given) : model(std::move(given)) {}

answer fixture::raw(std::string_view method, std::string_view target, std::string_view body,
                    sandbox::header_list headers) {
    sandbox::request const message{std::string(method), std::string(target), std::move(headers),
                                   std::string(body)};
    answer got;
    got.raw = model.handle(message, now);
    got.body = parse(got.raw.body);
    return got;
}

answer fixture::call(std::string_view method, std::string_view target, std::string_view body,
                     sandbox::header_list headers) {
    auto& token_text = tokens_[in_tenant];
    if (token_text.empty()) token_text = token_for(client_id, client_secret, graph_scope);
    headers.emplace_back("Authorization", "Bearer " + token_text);
    return raw(method, target, body, std::move(headers));
}

answer fixture::token(std::string_view id, std::string_view secret, std::string_view scope) {
    auto const form = fmt::format("grant_type=client_credentials&client_id={}&client_secret={}&scope={}", id,
                                  sandbox::percent_encode(secret), sandbox::percent_encode(scope));
    return raw("POST", "/" + in_tenant + "/oauth2/v2.0/token", form);
}

std::string fixture::token_for(std::string_view id, std::string_view secret, std::string_view scope) {
    auto const got = token(id, secret, scope);
    REQUIRE_MESSAGE(got.status() == 200, got.raw.body);
    return text_at(got.body, {"access_token"});
}

std::string fixture::application_body(std::string_view unique_name, std::string_view intent) {
    return fmt::format(
        R"({{"displayName":"Backup {0}","uniqueName":"{0}","signInAudience":"AzureADMyOrg",)"
        R"("tags":["poolwright","poolwright:pool=exchange","poolwright:intent={1}"],"notes":"made by a test",)"
        R"("web":{{"redirectUris":["https://console.example/adminconsole"]}},)"
        R"("passwordCredentials":[{{"displayName":"poolwright"}}]}})",
        unique_name, intent);
}

made_application fixture::create_application(std::string_view unique_name) {
    auto const got = call("POST", "/v1.0/applications", application_body(unique_name, unique_name));
    REQUIRE_MESSAGE(got.status() == 201, got.raw.body);
    return {text_at(got.body, {"id"}), text_at(got.body, {"appId"}),
            text_at(got.body, {"passwordCredentials", "secretText"}),
            text_at(got.body, {"passwordCredentials", "keyId"})};
}

std::string fixture::create_principal(made_application const& app) {
    auto const got = call("POST", "/v1.0/servicePrincipals", fmt::format(R"({{"appId":"{}"}})", app.app_id));
    REQUIRE_MESSAGE(got.status() == 201, got.raw.body);
    return text_at(got.body, {"id"});
}

std::string fixture::resource_id(std::string_view app_id) {
    return text_at(get(fmt::format("/v1.0/servicePrincipals(appId='{}')?$select=id", app_id)).body, {"id"});
}

answer fixture::grant(std::string_view principal_id, std::string_view resource_app_id,
                      std::string_view role) {
    auto const body = fmt::format(R"({{"principalId":"{}","resourceId":"{}","appRoleId":"{}"}})",
                                  principal_id, resource_id(resource_app_id), role);
    return call("POST", fmt::format("/v1.0/servicePrincipals/{}/appRoleAssignments", principal_id), body);
}

}  // namespace sandbox_test
