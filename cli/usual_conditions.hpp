#pragma once

#include <chrono>

namespace poolwright::cli {

// What forecasts assume unless they are told otherwise.
inline constexpr std::chrono::milliseconds usual_latency{300};  // of every call
// Until what was made can be referred to.
inline constexpr std::chrono::milliseconds usual_replication_lag{5'000};

}  // namespace poolwright::cli
