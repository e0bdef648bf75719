#pragma once

#include "provisioner/certificate.hpp"

#include <cstddef>
#include <vector>

// A few RSA keys that all simulations of a process share. They are short, since what is simulated does not
// depend on that, and histories would spend a third of their time on signatures.

namespace poolwright::simulate {

inline provisioner::rsa_key const& ready_made_key(std::size_t number) {
    constexpr int bits = 1024;
    static std::vector<provisioner::rsa_key> const keys{provisioner::rsa_key::make(bits),
                                                        provisioner::rsa_key::make(bits)};
    return keys[number % keys.size()];
}

}  // namespace poolwright::simulate
