#pragma once

#include <string>
#include <vector>

// Where the tenants are, who enters them and how many calls are in flight: what every command that asks
// tenants takes, as it was typed. read_access() makes of it what a run needs.

namespace CLI {
class App;
}

namespace poolwright::cli {

struct access_options {
    std::string authority_url;  // both URLs or neither
    std::string graph_url;
    std::string cloud;    // empty: the default
    std::string ca_file;  // empty: the system's trusted certificates
    std::string limits_file;
    std::string concurrency = "auto";
    int request_timeout = 30;  // seconds

    std::string identities;  // a file; empty: one identity, by the options below
    std::string identity;    // which of the means below; empty: the one that is given
    std::string client_id;
    std::string client_secret_file;
    std::string client_certificate;
    std::string client_certificate_password_file;
    std::string federated_token_file;
    std::string managed_identity_id;
    std::string refresh_token_file;

    std::vector<std::string> only;  // directory ids, domains or names
};

// Offers those that say whom to ask and as whom, in the groups "Who enters the tenants" and "Where" of
// --help.
void add_who_and_where(CLI::App& command, access_options& options);

// Offers all of them, in the groups "Where", "Who enters the tenants" and "Pace" of --help.
void add_access_options(CLI::App& command, access_options& options);

// In which group --help lists what else is about pace.
inline constexpr char const* group_of_pace = "Pace";

}  // namespace poolwright::cli
