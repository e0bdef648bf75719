#pragma once

#include "provisioner/endpoint.hpp"

#include <boost/system/result.hpp>

#include <string>
#include <string_view>

// The token service of the platform that a program runs on is spoken to in clear: it is on this computer or
// on its own link. A type of its own, so that nothing can go to any other address so.

namespace poolwright::provisioner {

class managed_platform;

class clear_endpoint {
public:
    // A loopback or link-local address.
    [[nodiscard]] endpoint const& at() const noexcept { return at_; }

private:
    // Only the code of managed identities speaks in clear.
    friend class managed_platform;

    struct place;
    // Takes http://ADDRESS[:port][/path] of such an address, and `localhost` for 127.0.0.1; otherwise a
    // sentence that says what is wrong.
    static boost::system::result<place, std::string> parse(std::string_view url);

    explicit clear_endpoint(endpoint at) : at_(std::move(at)) {}
    endpoint at_;
};

struct clear_endpoint::place {
    clear_endpoint to;
    std::string path;  // as it stands in the URL
};

}  // namespace poolwright::provisioner
