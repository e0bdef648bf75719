#pragma once

#include "provisioner/alarm.hpp"
#include "provisioner/cloud.hpp"
#include "provisioner/transport.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/system/result.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

// A person signs in for an application on another screen: the terminal shows a code and an address (OAuth 2.0
// device authorisation grant, RFC 8628).

namespace poolwright::provisioner {

// Who asks a person to sign in, and where.
struct sign_in_question {
    service const* authority = nullptr;
    std::string tenant;  // a directory id, or `organizations` for the account's own
    std::string client_id;
    std::string resource_application_id;
};

// What the person is to do, and what the program asks with meanwhile.
struct device_code {
    std::shared_ptr<secret const> code;
    std::string message;  // the service's own words, with the code and the address
    std::chrono::seconds expires_in{0};
    std::chrono::seconds interval{5};
};

http_request device_code_request(sign_in_question const& what);
// An error is a sentence.
boost::system::result<device_code, std::string> read_device_code(http_reply const& reply);

http_request device_token_request(sign_in_question const& what, device_code const& given);

struct sign_in_answer {
    enum class state : std::uint8_t { pending, slower, done, failed };
    state what = state::pending;
    std::shared_ptr<secret const> refresh_token;  // where done
    std::string why;                              // where failed, in a sentence
};
sign_in_answer read_sign_in(http_reply const& reply);

// Where the sign-in talks, and what it tells meanwhile.
struct sign_in_machine {
    transport* network = nullptr;
    alarm* clock = nullptr;
    std::function<void(std::string const& message)> show;
    std::function<bool()> stopped;  // rings the alarm when it becomes true
};

// The refresh token, or why there is none; an empty sentence where it was stopped.
using sign_in_result = boost::system::result<std::shared_ptr<secret const>, std::string>;
boost::asio::awaitable<std::shared_ptr<sign_in_result>> sign_in(sign_in_machine machine,
                                                                sign_in_question what);

}  // namespace poolwright::provisioner
