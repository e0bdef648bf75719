#pragma once

#include "provisioner/http_message.hpp"

#include <optional>
#include <string>
#include <string_view>

// Where the authority and Microsoft Graph are, by national cloud (learn.microsoft.com/graph/deployments). A
// token of one cloud is worth nothing in another.

namespace poolwright::provisioner {

// A service: where it is, and the path that its own paths follow.
struct service {
    endpoint at;
    std::string path;  // "" or "/prefix", without a slash at the end

    bool operator==(service const&) const = default;
    // "https://host[:port]/prefix"
    [[nodiscard]] std::string url() const;
};

// Whether it has the upsert of an application by uniqueName is not said here, since no step uses it: where
// the application is there already, its reply holds no secret. What is used is uniqueName as a key, when an
// application is created and found again.
struct cloud {
    service authority;
    service graph;
    bool usage_reports = true;  // Graph counts mailboxes there (/reports); only in the global cloud
    // The audience of a token that an application there trusts in place of a secret.
    std::string_view token_exchange = "api://AzureADTokenExchange";
};

// global, usgov (GCC High), dod or china; otherwise nothing.
std::optional<cloud> find_cloud(std::string_view name);

}  // namespace poolwright::provisioner
