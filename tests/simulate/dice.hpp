#pragma once

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <iterator>

// Where every choice of a simulation comes from: the same seed throws the same dice.

namespace poolwright::simulate {

class dice {
public:
    explicit dice(std::uint64_t seed) noexcept : state_(seed) {}

    // 64 uniform bits (SplitMix64).
    std::uint64_t operator()() noexcept {
        state_ += 0x9E3779B97F4A7C15U;
        auto z = state_;
        z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
        z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
        return z ^ (z >> 31U);
    }

    // 0 … below - 1; the slight unevenness does no harm here.
    std::uint64_t below(std::uint64_t below) noexcept { return (*this)() % below; }
    std::int64_t between(std::int64_t least, std::int64_t most) noexcept {
        return least + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(most - least) + 1));
    }
    std::chrono::nanoseconds between(std::chrono::nanoseconds least, std::chrono::nanoseconds most) noexcept {
        return std::chrono::nanoseconds(between(least.count(), most.count()));
    }
    bool chance(double probability) noexcept {
        return static_cast<double>((*this)() >> 11U) * 0x1p-53 < probability;
    }
    template <class List>
    auto const& one_of(List const& list) noexcept {
        return *std::next(std::begin(list), static_cast<std::ptrdiff_t>(below(std::size(list))));
    }
    template <class T>
    T one_of(std::initializer_list<T> list) noexcept {
        return *(list.begin() + below(list.size()));
    }

    // Dice of their own, so that what one part throws does not move the others.
    dice split() noexcept { return dice((*this)()); }

private:
    std::uint64_t state_;
};

}  // namespace poolwright::simulate
