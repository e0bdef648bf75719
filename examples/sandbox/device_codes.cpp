#include "examples/sandbox/device_codes.hpp"

namespace poolwright::sandbox {

device_sign_in* device_codes::find(std::string const& device_code) {
    auto const found = all_.find(device_code);
    return found == all_.end() ? nullptr : &found->second;
}

bool device_codes::decide(std::string_view user_code, device_state state, time_point now) {
    for (auto& [code, one] : all_) {
        if (one.user_code != user_code || one.state != device_state::pending || one.ends <= now) continue;
        one.state = state;
        return true;
    }
    return false;
}

}  // namespace poolwright::sandbox
