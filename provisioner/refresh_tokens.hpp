#pragma once

#include "provisioner/secret.hpp"

#include <memory>
#include <utility>

// The refresh token of a person who signed in for an application: it is redeemed in every tenant, and every
// reply may bring a newer one (the secure application model of Microsoft's partners, or a device code).

namespace poolwright::provisioner {

class refresh_tokens {
public:
    explicit refresh_tokens(std::shared_ptr<secret const> first) : newest_(std::move(first)) {}

    // Null: nobody is signed in yet.
    [[nodiscard]] std::shared_ptr<secret const> const& newest() const noexcept { return newest_; }
    void renewed(std::shared_ptr<secret const> next) {
        newest_ = std::move(next);
        changed_ = true;
    }
    // Whether it is another than the first.
    [[nodiscard]] bool changed() const noexcept { return changed_; }

private:
    std::shared_ptr<secret const> newest_;
    bool changed_ = false;
};

}  // namespace poolwright::provisioner
