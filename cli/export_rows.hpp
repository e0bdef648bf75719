#pragma once

#include "provisioner/ledger.hpp"

#include <cstdint>
#include <string>
#include <vector>

// Which apps an export holds: the ready ones of the chosen tenants and pools, a tenant's together.

namespace poolwright::cli {

struct export_choice {
    std::vector<std::string> tenants;  // directory ids, domains or names; empty: all
    std::vector<std::string> pools;    // empty: all
};

// A ready app. Its secret, or its certificate with the private key, is still sealed.
struct export_app {
    provisioner::guid application_id;
    provisioner::guid key_id;
    provisioner::wall_seconds expires_at{};
    std::int32_t ordinal = 0;
    std::string display_name;
    std::string sealed;
    std::string certificate = {};       // its fingerprint; empty: the credential is a secret
    std::string thumbprint = {};        // of the certificate, as Windows and the portal show it
    std::string certificate_file = {};  // where its PEM file was written; empty: nowhere
};

struct export_pool {
    provisioner::pool_row pool;
    std::vector<export_app> apps;  // by ordinal; at least one
};

struct export_rows {
    std::vector<export_pool> pools;  // ordered by directory id and pool
    std::int64_t planned = 0;        // apps of the chosen pools
    std::int64_t not_ready = 0;      // of these, so that they are left out
};

// Throws failure(bad_input) for a tenant or pool that the ledger does not know and for a name that several
// tenants have.
export_rows read_export(provisioner::ledger_reader const& ledger, export_choice const& choice);

}  // namespace poolwright::cli
