#pragma once

#include "provisioner/key_pair.hpp"

#include <map>
#include <optional>
#include <string>

// What ledgers keep sealed, opened once each: the promises are checked after every run, and what was sealed
// to a key never opens to anything else.

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

private:
    [[nodiscard]] std::optional<provisioner::secret> opened(std::string const& sealed) const {
        auto result = key_.open(sealed);
        if (!result) return std::nullopt;
        return std::move(*result);
    }

    provisioner::private_key const& key_;
    std::map<std::string, std::optional<provisioner::secret>> known_;
};

}  // namespace poolwright::simulate
