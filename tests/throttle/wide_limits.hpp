#pragma once

#include "throttle/limits.hpp"

#include <chrono>
#include <cstddef>

// Limits of which none is reached; each test narrows some.

namespace poolwright::throttle {

inline constexpr quota plenty{.limit = 1'000'000, .window = std::chrono::seconds(1)};
inline constexpr limits wide{.application_writes = plenty,
                             .application_resource_units = plenty,
                             .tenant_writes = plenty,
                             .application_tenant_writes = plenty,
                             .application_tenant_resource_units = {plenty, plenty, plenty}};

inline limits with(quota limits::* narrowed, quota to) {
    auto what = wide;
    what.*narrowed = to;
    return what;
}

inline limits with_units_of(tenant_size size, quota to) {
    auto what = wide;
    what.application_tenant_resource_units[static_cast<std::size_t>(size)] = to;
    return what;
}

}  // namespace poolwright::throttle
