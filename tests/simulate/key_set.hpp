#pragma once

#include "provisioner/certificate.hpp"

#include <cstddef>
#include <vector>

// A few RSA keys that all simulations of a process share, since each takes half a second of a processor.

namespace poolwright::simulate {

inline provisioner::rsa_key const& ready_made_key(std::size_t number) {
    static std::vector<provisioner::rsa_key> const keys{provisioner::rsa_key::make(),
                                                        provisioner::rsa_key::make()};
    return keys[number % keys.size()];
}

}  // namespace poolwright::simulate
