#pragma once

#include <algorithm>
#include <array>
#include <string_view>

// The workloads that a pool can serve, by the names that users write. Read by everything that checks one.

namespace poolwright::planner {

// The default first.
inline constexpr std::array<std::string_view, 4> workloads{"exchange", "onedrive", "sharepoint", "teams"};

// The workload of a sizing rule that fits every other.
inline constexpr std::string_view any_workload = "any";

inline bool is_workload(std::string_view name) noexcept {
    return std::find(workloads.begin(), workloads.end(), name) != workloads.end();
}

}  // namespace poolwright::planner
