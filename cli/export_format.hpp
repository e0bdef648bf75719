#pragma once

#include "cli/export_rows.hpp"
#include "provisioner/secret.hpp"

#include <functional>
#include <ostream>
#include <span>
#include <string_view>

// The recorded values in the forms that backup products and administrators take.

namespace poolwright::cli {

// Opens the secret of an app that has one; empty: key values are left out.
using key_opener = std::function<provisioner::secret(export_pool const&, export_app const&)>;

using export_writer = void (*)(std::span<export_pool const>, key_opener const&, std::ostream&);

// A line of titles and one for each app. The key value is always in quotes and never changed; every other
// cell that a spreadsheet would take for a formula gets a leading `'`.
void write_export_csv(std::span<export_pool const> pools, key_opener const& open, std::ostream& out);

// The same as an array of objects; null for a key value that is left out.
void write_export_json(std::span<export_pool const> pools, key_opener const& open, std::ostream& out);

// An array of what Commvault's REST API takes for the apps of an Exchange Online client, per tenant; the key
// value in base64, no such member where it is left out. Every app must have a secret.
void write_export_commvault(std::span<export_pool const> pools, key_opener const& open, std::ostream& out);

// For each tenant a PowerShell block that adds the apps to those that may use Exchange Web Services. Opens
// nothing.
void write_ews_allow_list(std::span<export_pool const> pools, key_opener const& open, std::ostream& out);

// The pools of the first tenant of a span that is not empty.
std::span<export_pool const> first_tenant(std::span<export_pool const> pools);

}  // namespace poolwright::cli
