#pragma once

#include "provisioner/certificate.hpp"
#include "provisioner/key_pair.hpp"

#include <map>
#include <optional>
#include <string>

// What ledgers keep sealed, opened once each: the promises are checked after every run, what was sealed to a
// key never opens to anything else, and to read a key takes OpenSSL longer than a history can wait.

namespace poolwright::simulate {

class opened_secrets {
public:
    explicit opened_secrets(provisioner::private_key const& key) : key_(key) {}

    // Null if the key does not open it.
    provisioner::secret const* in(std::string const& sealed) {
        auto found = known_.find(sealed);
        if (found == known_.end()) found = known_.emplace(sealed, opened(sealed)).first;
        return found->second ? &*found->second : nullptr;
    }

    // The DER of the certificate that is sealed together with its key; empty if there is none.
    std::string const& certificate_in(std::string const& sealed) {
        auto const [found, is_new] = certificates_.try_emplace(sealed);
        auto const* const pem = is_new ? in(sealed) : nullptr;
        if (pem == nullptr) return found->second;
        auto const pair = provisioner::certificate::from_pem(*pem, provisioner::secret());
        if (pair) found->second = pair->der();
        return found->second;
    }

private:
    [[nodiscard]] std::optional<provisioner::secret> opened(std::string const& sealed) const {
        auto result = key_.open(sealed);
        if (!result) return std::nullopt;
        return std::move(*result);
    }

    provisioner::private_key const& key_;
    std::map<std::string, std::optional<provisioner::secret>> known_;
    std::map<std::string, std::string> certificates_;
};

}  // namespace poolwright::simulate
