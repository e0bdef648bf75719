#pragma once

#include "provisioner/http_message.hpp"
#include "provisioner/judge.hpp"
#include "provisioner/step.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>

namespace poolwright::provisioner {

// For the making of a request.
struct asking_time {
    std::chrono::system_clock::time_point now;
    std::function<std::uint64_t()> const* random = nullptr;  // 64 unpredictable bits a call
};

// What is to be found out in one tenant by reading alone. Each question follows from the answers to those
// before; everything is decided from what it is told.
class inquiry {
public:
    virtual ~inquiry() = default;

    // What is asked next: names it, prices it, and judges its reply. Nothing: all is known that can be.
    [[nodiscard]] virtual std::optional<step> next() const = 0;

    // The request for it; made anew for every try, since assertions and request ids go out of date.
    [[nodiscard]] virtual http_request request(asking_time const& when) const = 0;

    // The answer. Of what was throttled, or failed and was tried again, it hears only the last: `judged` then
    // says `wait`, `transient` or `untrusted`, and why in words.
    virtual void absorb(round_trip_result const& result, judgement const& judged,
                        std::chrono::system_clock::time_point now) = 0;
};

}  // namespace poolwright::provisioner
