#pragma once

#include "examples/sandbox/message.hpp"

#include <string>
#include <vector>

// Everything that the directory holds about an application, as plain values: for tests that check how a run
// ended. Unlike Graph it shows what has not replicated yet, and the texts of secrets.

namespace poolwright::sandbox {

struct application;

struct credential_view {
    std::string key_id;
    std::string name;
    std::string secret_text;  // never in a reply of the server
    time_point starts;
    time_point ends;

    bool operator==(credential_view const&) const = default;
};

struct certificate_view {
    std::string key_id;
    std::string name;
    std::string certificate;  // DER

    bool operator==(certificate_view const&) const = default;
};

struct grant_view {
    std::string id;
    std::string resource_app_id;
    std::string resource;  // "Microsoft Graph"
    std::string role_id;
    std::string role;  // "Directory.Read.All"

    bool operator==(grant_view const&) const = default;
};

struct application_view {
    std::string tenant_id;
    std::string id;
    std::string app_id;
    std::string created_by;  // the application id of its owner; empty: somebody in the portal
    std::string display_name;
    std::string unique_name;
    std::vector<std::string> tags;
    std::string sign_in_audience;
    std::vector<std::string> redirect_uris;  // of the platform "web"
    bool deleted = false;
    std::vector<credential_view> credentials;    // without removed ones
    std::vector<certificate_view> certificates;  // likewise
    std::string principal_id;                    // empty: none, or deleted
    std::vector<grant_view> grants;              // without revoked ones

    bool operator==(application_view const&) const = default;
};

application_view view_of(application const& app);

}  // namespace poolwright::sandbox
