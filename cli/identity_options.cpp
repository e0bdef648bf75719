#include "cli/identity_options.hpp"

#include "cli/failure.hpp"
#include "cli/secret_file.hpp"
#include "planner/wording.hpp"

#include <fmt/format.h>
#include <sodium.h>

#include <cstdlib>
#include <cstring>
#include <memory>
#include <string_view>

namespace poolwright::cli {
namespace {

using provisioner::secret;

constexpr char const* id_variable = "AZURE_CLIENT_ID";
constexpr char const* secret_variable = "AZURE_CLIENT_SECRET";

secret read_named_file(std::string const& path, std::string& warning) {
    try {
        return read_secret_file(path, warning);
    } catch (bad_secret_file const& error) {
        throw failure(bad_input,
                      fmt::format("--client-secret-file {}: {}", planner::shown(path), error.what()));
    }
}

// The variable's value, which is nowhere in this process's environment from then on.
secret take_secret_variable() {
    char* const value = std::getenv(secret_variable);
    if (value == nullptr) return {};
    secret taken(value);
    sodium_memzero(value, std::strlen(value));
    ::unsetenv(secret_variable);
    return taken;
}

[[noreturn]] void refuse_half(std::string_view missing, std::string_view option, std::string_view variable) {
    throw failure(wrong_usage, fmt::format("no {} of the provisioning application is given", missing),
                  fmt::format("set {}, or use {}", variable, option));
}

}  // namespace

std::string environment(char const* name) {
    char const* const value = std::getenv(name);
    return value == nullptr ? std::string() : std::string(value);
}

void forget_secret_variable() {
    take_secret_variable();
}

std::optional<identity_found> find_identity(identity_sources const& sources) {
    auto from_environment = take_secret_variable();
    bool const option = !sources.client_id.empty();
    auto id = option ? sources.client_id : environment(id_variable);
    bool const has_secret = !sources.secret_file.empty() || !from_environment.empty();
    if (id.empty() && !has_secret) return std::nullopt;
    if (id.empty()) refuse_half("client id", "--client-id", id_variable);
    if (!has_secret) refuse_half("client secret", "--client-secret-file", secret_variable);
    if (!planner::is_guid(id)) {
        throw failure(wrong_usage, fmt::format("{}: {} is not an application (client) id",
                                               option ? "--client-id" : id_variable, planner::shown(id)));
    }
    identity_found found;
    auto value = sources.secret_file.empty() ? std::move(from_environment)
                                             : read_named_file(sources.secret_file, found.warning);
    found.identity = {.client_id = std::move(id),
                      .credential = std::make_shared<secret const>(std::move(value))};
    return found;
}

void refuse_no_identity() {
    throw failure(
        wrong_usage, "no identity to provision with is given",
        "set AZURE_CLIENT_ID and AZURE_CLIENT_SECRET, or use --client-id and --client-secret-file, or "
        "--identities");
}

}  // namespace poolwright::cli
