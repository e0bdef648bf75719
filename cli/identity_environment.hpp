#pragma once

#include "provisioner/managed_identity.hpp"
#include "provisioner/secret.hpp"

#include <string>

// What the environment says of the application that provisions, by the conventions of the Azure SDKs.

namespace poolwright::cli {

struct identity_environment {
    std::string client_id;                          // AZURE_CLIENT_ID
    provisioner::secret client_secret;              // AZURE_CLIENT_SECRET
    std::string certificate;                        // AZURE_CLIENT_CERTIFICATE_PATH
    provisioner::secret certificate_password;       // AZURE_CLIENT_CERTIFICATE_PASSWORD
    bool send_chain = false;                        // AZURE_CLIENT_SEND_CERTIFICATE_CHAIN: true or 1
    std::string federated_token;                    // AZURE_FEDERATED_TOKEN_FILE
    provisioner::platform_variables platform = {};  // of managed identities
};

// Takes the secrets out of this process's environment, overwriting them there, whether or not they are used.
identity_environment take_identity_environment();

// The variable's value, empty if it is not set.
std::string environment(char const* name);

}  // namespace poolwright::cli
