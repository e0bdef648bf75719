#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

// The national clouds: a tenant lives in one of them, and a sandbox answers as one of them. Names and hosts
// from learn.microsoft.com/graph/deployments.

namespace poolwright::sandbox {

enum class national_cloud : std::uint8_t { global, usgov, dod, china };

struct cloud_facts {
    std::string_view name;        // "usgov": in options and in the faults file
    std::string_view instance;    // "microsoftonline.us": how the authority calls it
    std::string_view login_host;  // of the authority
    std::string_view graph_host;
    std::string_view region;  // tenant_region_scope of the authority's documents
    bool has_reports;         // usage reports are offered in the global cloud only
};

cloud_facts const& facts_of(national_cloud which) noexcept;

// Nothing if no cloud is called so.
std::optional<national_cloud> find_cloud(std::string_view name) noexcept;

}  // namespace poolwright::sandbox
