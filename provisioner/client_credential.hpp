#pragma once

#include "provisioner/certificate.hpp"
#include "provisioner/secret.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <variant>

// How an application shows the authority who it is.

namespace poolwright::provisioner {

// An assertion that somebody else signed and that is renewed while the program runs: the token of a
// workload's platform (workload identity federation).
class assertion_source {
public:
    virtual ~assertion_source() = default;
    // The newest; null if there is none at the moment.
    virtual std::shared_ptr<secret const> current(std::chrono::system_clock::time_point now) = 0;
    // Why the last one was none, in a sentence.
    [[nodiscard]] virtual std::string why_none() const = 0;
};

struct certificate_credential {
    std::shared_ptr<certificate const> key;
    bool send_chain = false;  // x5c: for an application that trusts a certificate by its subject and issuer
};

// Nothing at all (std::monostate): a public client, which has only what a person signed in with.
using client_credential = std::variant<std::monostate, std::shared_ptr<secret const>, certificate_credential,
                                       std::shared_ptr<assertion_source>>;

}  // namespace poolwright::provisioner
