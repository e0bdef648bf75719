#pragma once

#include "provisioner/http_message.hpp"

#include <string_view>

// A reply as a corpus holds it, so that people can read and write one.

namespace poolwright::fuzz {

// "429\nRetry-After: 7\n\n{…}": the status, from 100 to 999 as the transport lets through, the headers, an
// empty line, and the body.
provisioner::http_reply reply_of(std::string_view text);

}  // namespace poolwright::fuzz
