#pragma once

#include "provisioner/http_message.hpp"
#include "provisioner/judge.hpp"
#include "provisioner/step.hpp"

#include <chrono>
#include <functional>
#include <optional>

namespace poolwright::provisioner {

// What an inquiry wants to know next.
struct question {
    step what = step::obtain_token;  // names it, prices it, and judges its reply
    http_request request;
};

// For the making of a question.
struct asking_time {
    std::chrono::system_clock::time_point now;
    std::function<std::uint64_t()> const* random = nullptr;  // 64 unpredictable bits a call
};

// What is to be found out in one tenant by reading alone. Each question follows from the answers to those
// before; everything is decided from what it is told.
class inquiry {
public:
    virtual ~inquiry() = default;

    // Nothing: all is known that can be.
    virtual std::optional<question> next(asking_time const& when) = 0;

    // The answer to the last question. Of what was throttled, or failed and was tried again, it hears only
    // the last: `judged` then says `wait`, `transient` or `untrusted`, and why in words.
    virtual void absorb(round_trip_result const& result, judgement const& judged,
                        std::chrono::system_clock::time_point now) = 0;
};

}  // namespace poolwright::provisioner
