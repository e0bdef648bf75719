#include "provisioner/endpoint.hpp"

namespace poolwright::provisioner {

std::string endpoint::authority() const {
    std::string text = host.find(':') == std::string::npos ? host : '[' + host + ']';
    if (port != 443) text += ':' + std::to_string(port);
    return text;
}

}  // namespace poolwright::provisioner
