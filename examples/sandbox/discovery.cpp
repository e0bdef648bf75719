#include "examples/sandbox/authority.hpp"
#include "examples/sandbox/endpoints.hpp"

#include <fmt/format.h>

namespace poolwright::sandbox {

namespace json = boost::json;

namespace {

// Names that stand for whatever tenant somebody belongs to; the issuer is then known only from the token.
bool is_any_tenant(std::string_view name) {
    return name == "common" || name == "organizations" || name == "consumers";
}

// A tenant of another cloud is described here and lives there.
reply openid_configuration(service const& all, national_cloud home, std::string_view tenant,
                           std::string_view issuer) {
    auto const& cloud = facts_of(home);
    auto const base = home == all.options.cloud ? fmt::format("{}/{}", all.options.base_url, tenant)
                                                : fmt::format("https://{}/{}", cloud.login_host, tenant);
    return authority_reply({{"token_endpoint", base + "/oauth2/v2.0/token"},
                            {"token_endpoint_auth_methods_supported",
                             {"client_secret_post", "client_secret_basic", "private_key_jwt"}},
                            {"jwks_uri", base + "/discovery/v2.0/keys"},
                            {"response_modes_supported", {"query", "fragment", "form_post"}},
                            {"subject_types_supported", json::array{"pairwise"}},
                            {"id_token_signing_alg_values_supported", json::array{"RS256"}},
                            {"response_types_supported", {"code", "id_token", "code id_token", "token"}},
                            {"scopes_supported", {"openid", "profile", "email", "offline_access"}},
                            {"issuer", fmt::format("https://{}/{}/v2.0", cloud.login_host, issuer)},
                            {"request_uri_parameter_supported", false},
                            {"userinfo_endpoint", fmt::format("https://{}/oidc/userinfo", cloud.graph_host)},
                            {"authorization_endpoint", base + "/oauth2/v2.0/authorize"},
                            {"device_authorization_endpoint", base + "/oauth2/v2.0/devicecode"},
                            {"http_logout_supported", true},
                            {"frontchannel_logout_supported", true},
                            {"end_session_endpoint", base + "/oauth2/v2.0/logout"},
                            {"claims_supported",
                             {"sub", "iss", "cloud_instance_name", "aud", "exp", "iat", "auth_time", "nonce",
                              "preferred_username", "name", "tid", "ver", "at_hash", "c_hash", "email"}},
                            {"tenant_region_scope", cloud.region},
                            {"cloud_instance_name", cloud.instance},
                            {"cloud_graph_host_name", "graph.windows.net"},
                            {"msgraph_host", cloud.graph_host}});
}

}  // namespace

reply get_openid_configuration(service& all, call const& about) {
    auto const& name = about.where.keys.front().value;
    if (is_any_tenant(name)) return openid_configuration(all, all.options.cloud, name, "{tenantid}");
    auto const tenant = tenant_of_path(all, about);
    if (!tenant) return tenant.error();
    auto const id = to_string(*tenant);
    return openid_configuration(all, home_of(all, *tenant), id, id);
}

// Access tokens are read by the resource alone, which is the sandbox: nobody else needs a key.
reply get_signing_keys(service&, call const&) {
    return authority_reply({{"keys", json::array()}});
}

reply get_instance_discovery(service& all, call const&) {
    auto const host = all.options.base_url.substr(all.options.base_url.find("://") + 3);
    return authority_reply(
        {{"tenant_discovery_endpoint",
          fmt::format("{}/common/v2.0/.well-known/openid-configuration", all.options.base_url)},
         {"api-version", "1.1"},
         {"metadata", json::array{json::object{{"preferred_network", host},
                                               {"preferred_cache", host},
                                               {"aliases", json::array{json::value(host)}}}}}});
}

}  // namespace poolwright::sandbox
