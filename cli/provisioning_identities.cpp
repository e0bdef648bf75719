#include "cli/provisioning_identities.hpp"

#include "cli/diagnostics.hpp"
#include "cli/identities_file.hpp"
#include "planner/wording.hpp"

#include <fmt/format.h>

#include <utility>

namespace poolwright::cli {

std::vector<identity_found> find_identities(access_options const& options) {
    if (!options.identities.empty()) {
        static_cast<void>(take_identity_environment());
        return read_identities(options.identities);
    }
    auto one = find_identity({.kind = options.identity,
                              .client_id = options.client_id,
                              .secret_file = options.client_secret_file,
                              .certificate = options.client_certificate,
                              .certificate_password_file = options.client_certificate_password_file,
                              .federated_token = options.federated_token_file,
                              .managed_id = options.managed_identity_id,
                              .refresh_token_file = options.refresh_token_file});
    return one ? std::vector{std::move(*one)} : std::vector<identity_found>();
}

std::string explain_identities(std::vector<identity_found> const& found, access_options const& options) {
    if (found.size() == 1 && !found.front().explanation.empty()) return found.front().explanation;
    return fmt::format("{} {} of {}", planner::grouped(static_cast<std::int64_t>(found.size())),
                       found.size() == 1 ? "identity" : "identities", options.identities);
}

void tell_of_identities(std::vector<identity_found> const& found, common_options const& common) {
    for (auto const& each : found) {
        for (auto const& warning : each.warnings) say_warning(warning, common);
        if (common.verbose && !each.explanation.empty())
            say_note("provisioning as " + each.explanation, common);
    }
}

std::vector<provisioner::provisioning_identity> identities_for(
    std::vector<identity_found> const& found, std::vector<provisioner::resolved_pool> const& pools) {
    std::vector<provisioner::provisioning_identity> all;
    for (auto const& each : found) {
        provisioner::provisioning_identity one{.who = each.identity, .tenants = {}};
        // The ledger remembers who it was by this text, however it was typed.
        one.who.client_id = planner::in_lower_case(one.who.client_id);
        if (each.tenants) one.tenants.emplace();
        for (auto const& name : each.tenants.value_or(std::vector<std::string>())) {
            if (auto const id = provisioner::parse_guid(name)) one.tenants->push_back(*id);
            for (auto const& pool : pools) {
                if (pool.planned->tenant_id == name) one.tenants->push_back(pool.directory_id);
            }
        }
        all.push_back(std::move(one));
    }
    return all;
}

}  // namespace poolwright::cli
