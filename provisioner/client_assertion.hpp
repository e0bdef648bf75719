#pragma once

#include "provisioner/certificate.hpp"
#include "provisioner/guid.hpp"
#include "provisioner/secret.hpp"

#include <chrono>
#include <string_view>

namespace poolwright::provisioner {

// What an application is to be known by.
struct assertion_claims {
    std::string_view audience;  // the address of the token endpoint
    std::string_view client_id;
    guid number;  // one that was never used before
    std::chrono::sys_seconds now;
    bool send_chain = false;
};

// A JWT that the key signed: PS256 with x5t#S256, good for ten minutes and from a minute ago, since clocks
// differ (learn.microsoft.com/entra/identity-platform/certificate-credentials).
secret client_assertion(certificate const& key, assertion_claims const& claims);

}  // namespace poolwright::provisioner
