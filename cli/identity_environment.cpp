#include "cli/identity_environment.hpp"

#include "planner/wording.hpp"

#include <sodium.h>

#include <cstdlib>
#include <cstring>

namespace poolwright::cli {
namespace {

// The variable's value, which is nowhere in this process's environment from then on.
provisioner::secret take(char const* name) {
    char* const value = std::getenv(name);
    if (value == nullptr) return {};
    provisioner::secret taken(value);
    sodium_memzero(value, std::strlen(value));
    ::unsetenv(name);
    return taken;
}

std::shared_ptr<provisioner::secret const> take_shared(char const* name) {
    auto taken = take(name);
    if (taken.empty()) return nullptr;
    return std::make_shared<provisioner::secret const>(std::move(taken));
}

bool is_true(std::string_view value) {
    return planner::in_lower_case(value) == "true" || value == "1";
}

}  // namespace

std::string environment(char const* name) {
    char const* const value = std::getenv(name);
    return value == nullptr ? std::string() : std::string(value);
}

identity_environment take_identity_environment() {
    return {.client_id = environment("AZURE_CLIENT_ID"),
            .client_secret = take("AZURE_CLIENT_SECRET"),
            .certificate = environment("AZURE_CLIENT_CERTIFICATE_PATH"),
            .certificate_password = take("AZURE_CLIENT_CERTIFICATE_PASSWORD"),
            .send_chain = is_true(environment("AZURE_CLIENT_SEND_CERTIFICATE_CHAIN")),
            .federated_token = environment("AZURE_FEDERATED_TOKEN_FILE"),
            .platform = {.identity_endpoint = environment("IDENTITY_ENDPOINT"),
                         .identity_header = take_shared("IDENTITY_HEADER"),
                         .msi_endpoint = environment("MSI_ENDPOINT"),
                         .msi_secret = take_shared("MSI_SECRET"),
                         .imds_host = environment("AZURE_POD_IDENTITY_AUTHORITY_HOST")}};
}

}  // namespace poolwright::cli
