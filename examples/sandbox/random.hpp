#pragma once

#include "examples/sandbox/guid.hpp"

#include <array>
#include <chrono>
#include <cstdint>

// All randomness of the model: seeded, so that the same requests at the same times give the same replies on
// every machine.

namespace poolwright::sandbox {

// The text of a client secret; begins with "sbx8Q~" so that a search for leaked secrets finds it.
using secret_text = std::array<char, 40>;

class generator {
public:
    explicit generator(std::uint64_t seed) noexcept : state_(seed) {}

    // 64 uniformly random bits (SplitMix64).
    std::uint64_t next() noexcept;

    // 0 … bound − 1; the bound is positive.
    std::uint64_t below(std::uint64_t bound) noexcept { return next() % bound; }

    // 0 ≤ x < 1.
    double fraction() noexcept;

    guid new_guid() noexcept;
    secret_text new_secret() noexcept;

    // Between one half and three halves of `typical`; 0 for 0.
    std::chrono::nanoseconds around(std::chrono::nanoseconds typical) noexcept;

private:
    std::uint64_t state_;
};

}  // namespace poolwright::sandbox
