#pragma once

#include "provisioner/ledger.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

// A ledger that is held to give it another key. Used by key_rotation.cpp.

namespace poolwright::provisioner {

class ledger_writer;

// Whose secret is sealed: an app's, or a certificate's by its fingerprint.
struct sealed_place {
    pool_id pool = 0;
    std::int32_t ordinal = 0;
    std::string_view certificate;  // empty: the app's
};

// The same secret sealed to another key. What it throws undoes the whole change.
using resealer = std::function<std::string(sealed_place const& whose, std::string const& sealed)>;

class ledger_key {
public:
    // Has no other writer from here on. Null if there is no ledger. Throws ledger_error, as everything here
    // does.
    static std::unique_ptr<ledger_key> hold(ledger_location const& where);
    ~ledger_key();
    ledger_key(ledger_key const&) = delete;
    ledger_key& operator=(ledger_key const&) = delete;

    // Of the key that the secrets are sealed to; empty: none yet.
    [[nodiscard]] std::string fingerprint() const;
    [[nodiscard]] std::vector<pool_row> pools() const;

    // Every sealed secret is sealed anew, the ledger is bound to the key of that fingerprint, and an event
    // says so: all in one transaction. Nothing of what was sealed before stays in the file. Gives how many
    // there were.
    std::int64_t change(std::string_view fingerprint, resealer const& reseal, wall_seconds now);

private:
    explicit ledger_key(std::shared_ptr<ledger_writer> store);
    std::shared_ptr<ledger_writer> store_;
};

}  // namespace poolwright::provisioner
