#pragma once

#include "examples/sandbox/service.hpp"

// What a person's consent leaves with an application: a text that buys tokens for months, in every tenant
// that the person may enter.

namespace poolwright::sandbox {

std::string issue_refresh_token(service& all, guid const& client, time_point now);

enum class refresh_problem : std::uint8_t {
    malformed,  // or another application's
    inactive,   // issued more than ninety days ago
    revoked,
};

// Nothing if that application may use it.
std::optional<refresh_problem> check_refresh_token(service const& all, std::string_view text,
                                                   guid const& client, time_point now);

}  // namespace poolwright::sandbox
