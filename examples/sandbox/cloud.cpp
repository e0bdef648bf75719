#include "examples/sandbox/cloud.hpp"

#include <algorithm>
#include <array>

namespace poolwright::sandbox {
namespace {

// In the order of the enumeration.
constexpr auto clouds = std::to_array<cloud_facts>({
    {"global", "microsoftonline.com", "login.microsoftonline.com", "graph.microsoft.com", "EU", true},
    {"usgov", "microsoftonline.us", "login.microsoftonline.us", "graph.microsoft.us", "USGov", false},
    {"dod", "microsoftonline.us", "login.microsoftonline.us", "dod-graph.microsoft.us", "USGov", false},
    {"china", "chinacloudapi.cn", "login.chinacloudapi.cn", "microsoftgraph.chinacloudapi.cn", "CN", false},
});

}  // namespace

cloud_facts const& facts_of(national_cloud which) noexcept {
    return clouds[static_cast<std::size_t>(which)];
}

std::optional<national_cloud> find_cloud(std::string_view name) noexcept {
    auto const found = std::ranges::find(clouds, name, &cloud_facts::name);
    if (found == clouds.end()) return std::nullopt;
    return static_cast<national_cloud>(found - clouds.begin());
}

}  // namespace poolwright::sandbox
