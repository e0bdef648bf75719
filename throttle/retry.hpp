#pragma once

#include "throttle/pacer.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

// When to go again after a reply. The provisioner has turned the reply into one of five kinds; throttle knows
// nothing of Graph. Everything here is a pure function: the time and the random bits are arguments.

namespace poolwright::throttle {

enum class reply_kind : std::uint8_t {
    done,         // the call did what it should
    throttled,    // told to wait (429, or 503 with Retry-After): no failed attempt
    replicating,  // refused only because the directory has not caught up yet: no failed attempt
    transient,    // a server error or a broken connection: an attempt that failed
    permanent,    // refused for good
};

// What a reply says about waiting.
struct reply_facts {
    reply_kind kind = reply_kind::done;
    std::optional<std::chrono::nanoseconds> retry_after = {};  // as the service sent it
    throttle_scope scope = throttle_scope::unnamed;
    throttled_calls calls = throttled_calls::all;
    std::optional<double> percentage = {};  // x-ms-throttle-limit-percentage, 0.8 … 1.8
};

// What is remembered between two tries of one step; a fresh one belongs to every step.
struct retry_state {
    std::uint16_t failed_attempts = 0;
    std::chrono::nanoseconds last_delay{0};
};

// How patient to be.
struct patience {
    int attempts = 8;  // failed attempts of one step, all told
    // How long a step may wait for replication.
    std::chrono::nanoseconds step_deadline = std::chrono::minutes(10);
    std::chrono::nanoseconds first_delay = std::chrono::milliseconds(500);
    std::chrono::nanoseconds longest_delay = std::chrono::seconds(60);
};

// The patience with an address at which no server has answered yet, three attempts at most: it is likelier to
// be wrong than the network to be broken, and a person should not wait minutes to be told.
[[nodiscard]] patience for_unknown_address(patience known) noexcept;

enum class retry_action : std::uint8_t {
    proceed,  // the step is done
    again,    // the same step at `at`
    pending,  // replication outlived the step's deadline: leave it to a later run
    failed,   // refused, or too many failed attempts
};

struct retry_decision {
    retry_action action = retry_action::proceed;
    steady_point at;  // for `again`
};

// What to do after a reply. `waited` is how long the step has been waiting for replication (by the wall
// clock; negative counts as 0); `random` are 64 uniformly random bits, used for decorrelated jitter where the
// service named no time. A Retry-After is honoured to the letter, but for less than 100 ms, which would spin,
// and more than a day; for replication the delay grows from a second to ten.
retry_decision decide(reply_facts const& facts, retry_state& state, patience const& patience,
                      std::chrono::nanoseconds waited, steady_point now, std::uint64_t random);

// An HTTP date (RFC 9110, 5.6.7); `now` says which century two digits of a year mean. Nothing if it is none.
std::optional<std::chrono::sys_seconds> parse_http_date(std::string_view value,
                                                        std::chrono::system_clock::time_point now);

// The value of a Retry-After header: seconds, also as a decimal, or an HTTP date (RFC 9110, 5.6.7) which is
// counted from `now`. Nothing if it is neither; 0 if it is past; at most a day.
std::optional<std::chrono::nanoseconds> parse_retry_after(std::string_view value,
                                                          std::chrono::system_clock::time_point now);

}  // namespace poolwright::throttle
