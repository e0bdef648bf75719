#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// What goes into the model and what comes out: plain values, so that neither the HTTPS server nor a
// simulation forces its own types on the other. Built by the two shells, read by every endpoint.

namespace poolwright::sandbox {

// Wall time in nanoseconds: objects have ages and tokens expire.
using time_point = std::chrono::time_point<std::chrono::system_clock, std::chrono::nanoseconds>;

// Later than everything that ever happens.
inline constexpr time_point never = time_point::max();

using header_list = std::vector<std::pair<std::string, std::string>>;

// The value of the first header of that name, without regard to case; empty if there is none.
std::string_view find_header(header_list const& headers, std::string_view name) noexcept;

struct request {
    std::string method;
    std::string target;  // path and query, percent-encoded
    header_list headers;
    std::string body;
};

// What the shell does to the connection instead of simply sending the reply.
enum class effect : std::uint8_t {
    none,
    reset_before,  // nothing was done; drop the connection
    reset_after,   // it was done; drop the connection all the same
    truncate,      // it was done; send half of the body, then drop the connection
};

struct reply {
    int status = 200;
    header_list headers;
    std::string body;
    effect how = effect::none;
    std::chrono::nanoseconds delay{0};  // from the arrival of the request until the reply is sent
};

}  // namespace poolwright::sandbox
