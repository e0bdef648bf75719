#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// By which means the application that provisions shows who it is, where several are given: what --identity
// says, else what an option gives, else what the environment gives, in the order of the Azure SDKs. Pure: it
// is told what is given, never what that holds.

namespace poolwright::cli {

enum class identity_kind : std::uint8_t {
    secret,
    certificate,
    federated,
    managed,
    refresh_token,
    device_code
};

// As --identity names it.
std::string_view to_string(identity_kind kind) noexcept;
std::optional<identity_kind> find_identity_kind(std::string_view name) noexcept;

// An option or a variable that gives one.
struct identity_means {
    identity_kind kind = identity_kind::secret;
    std::string_view name;  // "--client-certificate", "AZURE_CLIENT_SECRET"
};

struct identity_offer {
    std::optional<identity_kind> asked;       // by --identity
    std::vector<identity_means> options;      // those that are given
    std::vector<identity_means> environment;  // those that are set, in the order of the Azure SDKs
};

struct identity_choice {
    identity_kind kind = identity_kind::secret;
    std::string because;    // "AZURE_CLIENT_SECRET is set"
    std::string passed_by;  // what the environment also gives, as a list of its names; empty: nothing
};

// Nothing if nothing is given.
std::optional<identity_choice> choose_identity(identity_offer const& offer);

// "11111111-… by its client secret, because AZURE_CLIENT_SECRET is set (AZURE_FEDERATED_TOKEN_FILE is not
// used)". Never a secret. An empty client id: whose it is only the platform can tell.
std::string explain(identity_choice const& choice, std::string_view client_id);

}  // namespace poolwright::cli
