#pragma once

#include "provisioner/client_credential.hpp"
#include "provisioner/cloud.hpp"
#include "provisioner/guid.hpp"
#include "provisioner/http_message.hpp"

#include <boost/system/result.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// The authority on the wire: which directory a domain belongs to, and tokens by client credentials or by the
// refresh token of a person (OAuth 2.0, v2.0 endpoint). Used for the provisioning identity and to prove a new
// credential. Pure functions.

namespace poolwright::provisioner {

struct managed_identity;
class refresh_tokens;

// The application that provisions, the same in all tenants.
struct client_identity {
    std::string client_id;  // a GUID
    client_credential credential;
    std::shared_ptr<refresh_tokens> person = {};  // for whom it acts; null: for itself
    std::shared_ptr<managed_identity const> itself =
        {};  // it is this managed identity, whose platform gives its tokens; null: it is not
};

// GET …/{tenant}/v2.0/.well-known/openid-configuration: needs no credential.
http_request directory_request(service const& authority, std::string_view tenant);

// The directory id in the issuer of that document; empty if there is none.
guid read_directory_reply(http_reply const& reply);

// Who asks for a token, where and for what.
struct token_question {
    service const* authority = nullptr;
    guid directory;
    std::string_view client_id;
    std::string_view resource_application_id;          // of the API: a valid scope in every cloud
    guid number;                                       // one that was never used before, for an assertion
    std::chrono::sys_seconds now;                      // for an assertion, too
    std::shared_ptr<secret const> refresh_token = {};  // of the person it acts for; null: for itself
};

// POST …/{directory}/oauth2/v2.0/token by client credentials, or with the refresh token.
http_request token_request(token_question const& what, client_credential const& credential);

// What a token says of itself. It came over TLS from the authority, so its signature is not checked.
struct access_token {
    std::shared_ptr<secret const> text;
    std::chrono::seconds expires_in{0};
    std::string audience;
    guid tenant;       // the directory that it is for; empty: it does not say
    guid application;  // whose token it is; empty: it does not say
    // The application's own permissions, or those that it has while a person is signed in.
    std::vector<std::string> roles;
    bool delegated = false;                            // of a person
    std::shared_ptr<secret const> refresh_token = {};  // the newest, where a person is signed in; null: none

    [[nodiscard]] bool has_role(std::string_view name) const noexcept;
};

// A token by itself, whose life is not known; nothing if it cannot be one.
std::optional<access_token> read_access_token(std::string_view text);

// A refusal of the authority: "AADSTS7000215: Invalid client secret provided …".
struct authority_error {
    authority_error() = default;  // only because result::error() asks for it
    explicit authority_error(long code_, std::string error_, std::string text_)
        : code(code_), error(std::move(error_)), text(std::move(text_)) {}

    long code = 0;      // 7000215; 0: the reply had none
    std::string error;  // invalid_client
    std::string text;   // the first line of the description
};

// Reads the reply to a token request; a reply that is neither a token nor an error gives code 0.
boost::system::result<access_token, authority_error> read_token_reply(http_reply const& reply);

// True if the audience of a token stands for the API whose application id is given.
bool is_audience(std::string_view audience, std::string_view resource_application_id) noexcept;

// Where an administrator of the tenant consents to the application.
std::string admin_consent_url(service const& authority, std::string_view tenant, std::string_view client_id);

}  // namespace poolwright::provisioner
