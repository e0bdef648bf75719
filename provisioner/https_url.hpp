#pragma once

#include "provisioner/http_message.hpp"

#include <boost/system/result.hpp>

#include <string>
#include <string_view>

// The base URL of an authority or a Graph, as a person gives it (--authority-url, --graph-url).

namespace poolwright::provisioner {

struct parsed_url {
    endpoint to;
    std::string
        path;  // what every target begins with; empty, or "/v1.0": a slash in front and none at the end

    bool operator==(parsed_url const&) const = default;
};

// Takes https://host[:port][/path]. On failure a sentence that says what is wrong; it never repeats a
// password.
boost::system::result<parsed_url, std::string> parse_https_url(std::string_view text);

}  // namespace poolwright::provisioner
