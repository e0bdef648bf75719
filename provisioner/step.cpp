#include "provisioner/step.hpp"

namespace poolwright::provisioner {

std::string_view to_string(step what) noexcept {
    switch (what) {
        case step::resolve_directory:
            return "look up the directory id";
        case step::obtain_token:
            return "obtain a token";
        case step::resolve_roles:
            return "look up the permissions";
        case step::create_application:
            return "create the application";
        case step::create_principal:
            return "create the service principal";
        case step::grant:
            return "grant a permission";
        case step::prove:
            return "prove the credential";
        case step::finished:
            return "finish";
        case step::look_up_application:
            return "look up the application";
        case step::search_deleted:
            return "search the deleted applications";
        case step::restore_application:
            return "restore the deleted application";
        case step::look_up_principal:
            return "look up the service principal";
        case step::add_credential:
            return "add a credential";
        case step::list_credentials:
            return "list the credentials";
        case step::remove_credential:
            return "remove a credential";
        case step::inspect_application:
            return "inspect the application";
        case step::inspect_grants:
            return "inspect the permissions";
        case step::read_policies:
            return "read the app management policies";
        case step::measure_directory:
            return "read how full the directory is";
        case step::list_applications:
            return "list the applications";
        case step::find_mailbox_report:
            return "ask for the mailbox report";
        case step::download_mailbox_report:
            return "download the mailbox report";
        case step::count_licensed_users:
            return "count the users with an Exchange licence";
    }
    return "go on";
}

throttle::cost cost_of(step what) noexcept {
    switch (what) {
        case step::resolve_directory:
        case step::obtain_token:
        case step::prove:
        case step::finished:
        case step::find_mailbox_report:
        case step::download_mailbox_report:
            return {};
        case step::create_application:
        case step::create_principal:
        case step::grant:
        case step::restore_application:
        case step::add_credential:
        case step::remove_credential:
            return {.writes = 1, .resource_units = 1};
        case step::inspect_grants:
        case step::count_licensed_users:
            return {.writes = 0, .resource_units = 2};
        case step::resolve_roles:
        case step::look_up_application:
        case step::search_deleted:
        case step::look_up_principal:
        case step::list_credentials:
        case step::inspect_application:
        case step::read_policies:
        case step::measure_directory:
        case step::list_applications:
            return {.writes = 0, .resource_units = 1};
    }
    return {};
}

throttle::lag_number lag_between(step done, step next) noexcept {
    if (done == step::create_application && next == step::create_principal) return 1;
    if (done == step::create_principal && next == step::grant) return 2;
    if ((done == step::grant || done == step::prove) && next == step::prove) return 3;
    return 0;
}

std::int32_t writes_per_app(planner::permission_profile const& profile) noexcept {
    return 2 + static_cast<std::int32_t>(profile.permission_count());
}

std::int32_t proofs_per_app(planner::permission_profile const& profile) noexcept {
    return static_cast<std::int32_t>(profile.resources.size());
}

bool needs_intent(step what) noexcept {
    return what == step::create_application || what == step::add_credential ||
           what == step::remove_credential;
}

throttle::fleet_load load_of(planner::permission_profile const& profile) {
    constexpr std::int32_t checks = 2;
    return {.tenants = {},
            .writes_per_app = writes_per_app(profile),
            .proofs_per_app = proofs_per_app(profile),
            .reads_per_tenant = static_cast<std::int32_t>(profile.resources.size()) + checks};
}

bool is_of_checks(step what) noexcept {
    return what == step::read_policies || what == step::measure_directory;
}

}  // namespace poolwright::provisioner
