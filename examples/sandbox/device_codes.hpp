#pragma once

#include "examples/sandbox/guid.hpp"
#include "examples/sandbox/message.hpp"

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>

// Sign-ins on another device (RFC 8628): a code for the program, one for the person, and what the person has
// said.

namespace poolwright::sandbox {

inline constexpr std::chrono::minutes device_code_lifetime{15};

enum class device_state : std::uint8_t { pending, approved, declined, redeemed };

struct device_sign_in {
    guid client;
    std::string user_code;
    std::string scope;
    time_point ends;
    time_point may_poll_from{};  // an earlier poll is too fast
    device_state state = device_state::pending;
};

class device_codes {
public:
    void add(std::string const& device_code, device_sign_in one) { all_[device_code] = std::move(one); }

    // Null if there is no such code.
    device_sign_in* find(std::string const& device_code);

    // What the person with that code says; false if nobody waits for it.
    bool decide(std::string_view user_code, device_state state, time_point now);

private:
    std::map<std::string, device_sign_in> all_;
};

}  // namespace poolwright::sandbox
