#include "examples/sandbox/authority.hpp"
#include "examples/sandbox/endpoints.hpp"

#include <fmt/format.h>

namespace poolwright::sandbox {

namespace json = boost::json;

reply get_openid_configuration(service& all, call const& about) {
    auto const tenant = tenant_of_path(all, about);
    if (!tenant) return tenant.error();
    auto const id = to_string(*tenant);
    auto const base = fmt::format("{}/{}", all.options.base_url, id);
    return authority_reply({{"token_endpoint", base + "/oauth2/v2.0/token"},
                            {"token_endpoint_auth_methods_supported",
                             {"client_secret_post", "client_secret_basic", "private_key_jwt"}},
                            {"response_modes_supported", {"query", "fragment", "form_post"}},
                            {"subject_types_supported", json::array{"pairwise"}},
                            {"id_token_signing_alg_values_supported", json::array{"RS256"}},
                            {"response_types_supported", {"code", "id_token", "code id_token", "token"}},
                            {"scopes_supported", {"openid", "profile", "email", "offline_access"}},
                            {"issuer", fmt::format("https://login.microsoftonline.com/{}/v2.0", id)},
                            {"authorization_endpoint", base + "/oauth2/v2.0/authorize"},
                            {"tenant_region_scope", "EU"},
                            {"cloud_instance_name", "microsoftonline.com"},
                            {"cloud_graph_host_name", "graph.windows.net"},
                            {"msgraph_host", "graph.microsoft.com"}});
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
