#include "provisioner/cloud.hpp"

#include <array>

namespace poolwright::provisioner {
namespace {

struct named_cloud {
    std::string_view name;
    std::string_view authority;
    std::string_view graph;
    bool usage_reports;
    std::string_view token_exchange;
};

constexpr std::array<named_cloud, 4> clouds{{
    {"global", "login.microsoftonline.com", "graph.microsoft.com", true, "api://AzureADTokenExchange"},
    {"usgov", "login.microsoftonline.us", "graph.microsoft.us", false, "api://AzureADTokenExchangeUSGov"},
    {"dod", "login.microsoftonline.us", "dod-graph.microsoft.us", false, "api://AzureADTokenExchangeUSGov"},
    {"china", "login.chinacloudapi.cn", "microsoftgraph.chinacloudapi.cn", false,
     "api://AzureADTokenExchangeChina"},
}};

constexpr std::uint16_t https_port = 443;

service service_at(std::string_view host) {
    return {.at = {.host = std::string(host), .port = https_port}, .path = {}};
}

}  // namespace

std::string service::url() const {
    return "https://" + at.authority() + path;
}

std::optional<cloud> find_cloud(std::string_view name) {
    for (auto const& each : clouds) {
        if (each.name == name)
            return cloud{service_at(each.authority), service_at(each.graph), each.usage_reports,
                         each.token_exchange};
    }
    return std::nullopt;
}

}  // namespace poolwright::provisioner
