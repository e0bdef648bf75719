#include "cli/provision_settings.hpp"

#include "cli/credential_options.hpp"
#include "cli/failure.hpp"

#include <chrono>

namespace poolwright::cli {
namespace {

provisioner::display_pattern pattern_of(provision_options const& options) {
    using pattern = provisioner::display_pattern;
    auto parsed = pattern::parse(options.display_name.empty() ? pattern::standard : options.display_name);
    if (!parsed) throw failure(wrong_usage, "--display-name: " + parsed.error());
    return *parsed;
}

}  // namespace

provision_settings read_settings(provision_options const& options, std::string_view authority_host) {
    provision_settings settings;
    settings.access = read_access(options.access, authority_host);
    auto& fleet = settings.fleet;
    fleet.limits = settings.access.limits;
    fleet.concurrency = settings.access.concurrency;
    fleet.per_tenant = count_of("--per-tenant", options.per_tenant);
    if (options.priority != "normal") fleet.throttle_priority = options.priority == "low" ? "Low" : "High";
    fleet.patience.step_deadline = std::chrono::seconds(options.step_deadline);
    fleet.verify = options.verify;
    fleet.policy.display_name = pattern_of(options);
    auto const lifetime = lifetime_of(options.lifetime);
    if (!lifetime && options.skip_checks) {
        throw failure(wrong_usage, "--lifetime max needs the checks, which read each tenant's policy",
                      "leave out --skip-checks, or name a number of days");
    }
    fleet.ask_first = !options.skip_checks;
    fleet.longest_lifetime = !lifetime;
    if (lifetime) fleet.policy.lifetime = *lifetime;
    fleet.policy.credential = credential_of(options.credential);
    fleet.policy.certificate_per_app = options.certificate == "per-app";
    fleet.policy.adopt = options.adopt;
    fleet.policy.restore_deleted = options.restore_deleted;
    fleet.policy.recreate = options.recreate;
    return settings;
}

}  // namespace poolwright::cli
