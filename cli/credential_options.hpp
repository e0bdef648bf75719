#pragma once

#include "provisioner/slot.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

// What the credentials of the apps are to be: what `provision` makes, and `doctor` holds against the policies
// of the tenants.

namespace CLI {
class App;
}

namespace poolwright::cli {

// --credential in that group of --help: `secret`, `certificate` or `auto`.
void add_credential_option(CLI::App& command, std::string& credential, std::string const& group);

// The kind that the word names, one of those three.
provisioner::credential_kind credential_of(std::string_view word) noexcept;

// --lifetime in that group of --help: days, or `max`.
void add_lifetime_option(CLI::App& command, std::string& lifetime, std::string const& group);

// Nothing for `max`. Throws failure(wrong_usage) for what is neither.
std::optional<std::chrono::days> lifetime_of(std::string_view text);

}  // namespace poolwright::cli
