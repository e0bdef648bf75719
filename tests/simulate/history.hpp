#pragma once

#include "tests/simulate/world.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

// One history of a fleet: what its world is like, what goes wrong, who interferes, when the process dies; all
// of it thrown from one seed. And what must hold in it.

namespace poolwright::simulate {

// What happened in one or more histories, so that nobody believes in a simulation that simulates nothing.
struct happenings {
    std::uint64_t histories = 0;
    std::uint64_t runs = 0;
    std::uint64_t deaths = 0;
    std::uint64_t interrupts = 0;
    std::uint64_t edits = 0;
    std::uint64_t clock_jumps = 0;
    std::uint64_t overlaps = 0;
    std::uint64_t calls = 0;
    std::uint64_t ready = 0;
    std::array<std::uint64_t, fates> trips{};

    happenings& operator+=(happenings const& more);
};

struct history_end {
    std::vector<std::string> broken;  // promises, as sentences; empty: all held
    happenings seen;
};

// Plays the history of that seed. `note`, where it is not empty, is told line by line what happens.
history_end play_history(std::uint64_t seed, std::function<void(std::string_view line)> const& note = {});

}  // namespace poolwright::simulate
