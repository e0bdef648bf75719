#include "examples/sandbox/random.hpp"

#include <algorithm>
#include <string_view>

namespace poolwright::sandbox {

std::uint64_t generator::next() noexcept {
    state_ += 0x9E3779B97F4A7C15ULL;
    auto z = state_;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
}

double generator::fraction() noexcept {
    return static_cast<double>(next() >> 11) * 0x1.0p-53;
}

guid generator::new_guid() noexcept {
    guid id{next(), next()};
    id.high = (id.high & ~0xF000ULL) | 0x4000ULL;
    id.low = (id.low & 0x3FFFFFFFFFFFFFFFULL) | 0x8000000000000000ULL;
    return id;
}

secret_text generator::new_secret() noexcept {
    constexpr std::string_view prefix = "sbx8Q~";
    constexpr std::string_view alphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~";
    secret_text text{};
    auto const rest = std::ranges::copy(prefix, text.begin()).out;
    std::generate(rest, text.end(), [&] { return alphabet[below(alphabet.size())]; });
    return text;
}

std::chrono::nanoseconds generator::around(std::chrono::nanoseconds typical) noexcept {
    if (typical <= std::chrono::nanoseconds(0)) return std::chrono::nanoseconds(0);
    auto const share = 0.5 + fraction();
    return std::chrono::nanoseconds(static_cast<std::int64_t>(static_cast<double>(typical.count()) * share));
}

}  // namespace poolwright::sandbox
