#pragma once

#include "examples/sandbox/signer.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// Texts that only this sandbox can have written: links that need no token, and refresh tokens. Nothing is
// kept for them, so they outlive a restart with the same seed.

namespace poolwright::sandbox {

class text_sealer {
public:
    // Another `purpose`, another key.
    text_sealer(std::uint64_t seed, std::string_view purpose);

    // Letters, digits, '-', '_' and a dot. Signed, not hidden.
    [[nodiscard]] std::string seal(std::string_view text) const;

    // Nothing for a text that seal() did not make.
    [[nodiscard]] std::optional<std::string> open(std::string_view sealed) const;

private:
    signer signer_;
};

}  // namespace poolwright::sandbox
