#pragma once

#include "provisioner/certificate.hpp"

#include <chrono>

namespace poolwright::provisioner::test {

// 2026-10-01 10:00:00 UTC, and two years later.
inline constexpr std::chrono::sys_seconds valid_from{std::chrono::seconds(1'790'848'800)};
inline constexpr std::chrono::sys_seconds valid_until = valid_from + std::chrono::days(730);

// One for all tests, since an RSA key takes half a second.
inline certificate const& a_certificate() {
    static certificate const made = certificate::make("poolwright test", valid_from, valid_until);
    return made;
}

}  // namespace poolwright::provisioner::test
