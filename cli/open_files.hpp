#pragma once

// How many files a process may have open bounds how many calls may be in flight.

namespace poolwright::cli {

// Allows this process as many open files as `connections` need, or as many as it may; gives how many of them
// there is room for: 0 to `connections`.
int room_for_connections(int connections) noexcept;

// How many files may be open at once, at most 2^31 - 1.
int most_open_files() noexcept;

// Enough for a run with one call in flight.
inline constexpr int fewest_open_files = 32;

}  // namespace poolwright::cli
