#pragma once

#include "provisioner/graph_request.hpp"
#include "provisioner/http_message.hpp"
#include "provisioner/judge.hpp"

#include <string>
#include <string_view>
#include <vector>

// What Graph and the authority answer, in the shape of their documentation, for the tests of what it means.

namespace poolwright::provisioner::test {

// An id that is easy to tell from others in a failed check.
constexpr guid id(std::uint8_t n) {
    guid made;
    made.bytes.fill(n);
    return made;
}

http_reply reply(int status, std::string_view body, header_list headers = {});

// {"error": …} with the fields that Graph always sends; no details where `detail` is empty.
http_reply refusal(int status, std::string_view code, std::string_view message, std::string_view detail = {});

// The authority's refusal with that AADSTS number.
http_reply authority_refusal(int status, long code, std::string_view error = "invalid_client");

http_reply name_taken();  // another application has that uniqueName
http_reply absent();      // what was looked up is not there
http_reply throttled();
round_trip_result lost();       // sent, and no answer
round_trip_result not_sent();   // certainly not acted upon
round_trip_result untrusted();  // the certificate was not accepted

// A credential of an application as a list shows it; `name` null where it has none.
struct listed_credential {
    guid key;
    std::string_view name = "poolwright";
};

// A certificate of an application as a look-up shows it; without `der` its thumbprint or nothing of it.
struct shown_certificate {
    guid key;
    std::string_view name = "poolwright";
    std::string der = {};
    std::string thumbprint = {};
};

// An application as a look-up shows it.
struct shown_application {
    guid object_id = id(0xA1);
    guid application_id = id(0xA2);
    std::string unique_name = "poolwright-exchange-0007";
    std::vector<std::string> tags;
    std::vector<listed_credential> credentials;
    std::vector<shown_certificate> certificates = {};
};
std::string json_of(shown_application const& what);
http_reply application(shown_application const& what);

// A page of a list; no next page where `next` is empty.
http_reply page(std::vector<std::string> const& values, std::string_view next = {});

// The reply to a create, with the one copy of the secret.
http_reply created(guid const& key, std::string_view secret_text);
// The same with a certificate, of which it shows the thumbprint.
http_reply created_with(shown_certificate const& what);
// The reply to addPassword.
http_reply added(guid const& key, std::string_view secret_text);
http_reply principal(guid const& object_id);

std::string grant_json(guid const& principal_id, app_role const& role);

// A token for the audience with these roles.
http_reply token(std::string_view audience, std::vector<std::string> const& roles, int expires_in = 3599);
// A reply with that text as its access token.
http_reply raw_token(std::string_view text);
// A JWT whose middle part is that text.
std::string jwt(std::string_view claims);

}  // namespace poolwright::provisioner::test
