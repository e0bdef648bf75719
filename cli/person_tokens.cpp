#include "cli/person_tokens.hpp"

#include "cli/paths.hpp"
#include "planner/wording.hpp"
#include "provisioner/kept_token.hpp"
#include "provisioner/refresh_tokens.hpp"

#include <fmt/format.h>

#include <memory>
#include <system_error>

namespace poolwright::cli {
namespace {

namespace fs = std::filesystem;

// Nothing where there is no state folder.
std::optional<fs::path> file_of(std::string const& id) {
    auto const folder = state_folder();
    if (!folder) return std::nullopt;
    return *folder / "tokens" / planner::in_lower_case(id);
}

bool is_newer(fs::path const& file, std::string const& than) {
    std::error_code unknown;
    auto const kept = fs::last_write_time(file, unknown);
    if (unknown || than.empty()) return !unknown;
    auto const given = fs::last_write_time(than, unknown);
    return !unknown && kept >= given;
}

}  // namespace

void take_kept_token(identity_found& identity, key_paths const& keys) {
    auto const file = file_of(identity.identity.client_id);
    if (!file || !is_newer(*file, identity.refresh_token_file)) return;
    auto const opener = provisioner::read_private_key(keys.private_file, keys.passphrase);
    if (!opener) return;
    auto kept = provisioner::read_kept_token(*file, *opener);
    if (!kept) return;
    identity.identity.person = std::make_shared<provisioner::refresh_tokens>(
        std::make_shared<provisioner::secret const>(std::move(*kept)));
}

void keep_person_tokens(std::vector<identity_found> const& identities,
                        std::optional<provisioner::public_key> const& seal_to, provision_session& session) {
    if (!seal_to) return;
    for (auto const& each : identities) {
        auto const& person = each.identity.person;
        auto const file = file_of(each.identity.client_id);
        if (person == nullptr || !person->changed() || !file) continue;
        try {
            provisioner::keep_token(*person->newest(), *seal_to, *file);
        } catch (std::system_error const& error) {
            session.say(fmt::format("warning: the newest refresh token is not kept: {}", error.what()));
        }
    }
}

}  // namespace poolwright::cli
