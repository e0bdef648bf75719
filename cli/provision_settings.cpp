#include "cli/provision_settings.hpp"

#include "cli/failure.hpp"
#include "cli/limits_input.hpp"
#include "planner/wording.hpp"
#include "provisioner/https_url.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

namespace poolwright::cli {
namespace {

constexpr std::string_view default_cloud = "global";

// A text that the options were checked for already; still never taken on trust.
provisioner::service service_at(std::string_view option, std::string_view url) {
    auto const parsed = provisioner::parse_https_url(url);
    if (!parsed) throw failure(wrong_usage, fmt::format("{}: {}", option, parsed.error()));
    return {.at = parsed->to, .path = parsed->path};
}

provisioner::cloud cloud_named(std::string_view name) {
    auto const found = provisioner::find_cloud(name);
    if (!found)
        throw failure(wrong_usage, fmt::format("--cloud: there is no cloud {}", planner::shown(name)));
    return *found;
}

// The cloud whose authority stands in the environment, as the Azure SDKs read it.
provisioner::cloud cloud_of_authority(std::string_view host) {
    auto const authority = service_at("AZURE_AUTHORITY_HOST", host);
    for (auto const name : {"global", "usgov", "china"}) {
        auto found = cloud_named(name);
        if (found.authority == authority) return found;
    }
    throw failure(wrong_usage,
                  fmt::format("AZURE_AUTHORITY_HOST is {}, which belongs to no cloud of Microsoft's",
                              planner::shown(host)),
                  "give --authority-url and --graph-url, or --cloud");
}

void choose_services(provision_options const& options, std::string_view authority_host,
                     provision_settings& settings) {
    bool const authority = !options.authority_url.empty();
    if (authority != !options.graph_url.empty()) {
        throw failure(wrong_usage, "--authority-url and --graph-url are only of use together",
                      fmt::format("also give {}", authority ? "--graph-url" : "--authority-url"));
    }
    if (authority) {
        settings.named_addresses = true;
        settings.services = {.authority = service_at("--authority-url", options.authority_url),
                             .graph = service_at("--graph-url", options.graph_url)};
    } else if (!options.cloud.empty() || authority_host.empty()) {
        settings.services = cloud_named(options.cloud.empty() ? default_cloud : options.cloud);
    } else {
        settings.services = cloud_of_authority(authority_host);
    }
}

// Nothing for `auto`.
std::optional<int> count_of(std::string_view option, std::string_view text) {
    if (text == "auto") return std::nullopt;
    int value = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value < 1)
        throw failure(wrong_usage, fmt::format("{}: {} is not a number", option, planner::shown(text)));
    return value;
}

provisioner::display_pattern pattern_of(provision_options const& options) {
    using pattern = provisioner::display_pattern;
    auto parsed = pattern::parse(options.display_name.empty() ? pattern::standard : options.display_name);
    if (!parsed) throw failure(wrong_usage, "--display-name: " + parsed.error());
    return *parsed;
}

provisioner::credential_kind kind_of(std::string_view word) {
    if (word == "certificate") return provisioner::credential_kind::certificate;
    return word == "auto" ? provisioner::credential_kind::automatic : provisioner::credential_kind::secret;
}

}  // namespace

provision_settings read_settings(provision_options const& options, std::string_view authority_host) {
    provision_settings settings;
    choose_services(options, authority_host, settings);
    settings.request_timeout = std::chrono::seconds(options.request_timeout);
    auto& fleet = settings.fleet;
    fleet.limits = read_limits(options.limits_file);
    fleet.concurrency = count_of("--concurrency", options.concurrency);
    fleet.per_tenant = count_of("--per-tenant", options.per_tenant);
    if (options.priority != "normal") fleet.throttle_priority = options.priority == "low" ? "Low" : "High";
    fleet.patience.step_deadline = std::chrono::seconds(options.step_deadline);
    fleet.verify = options.verify;
    fleet.policy.display_name = pattern_of(options);
    fleet.policy.lifetime = std::chrono::days(options.lifetime);
    fleet.policy.credential = kind_of(options.credential);
    fleet.policy.certificate_per_app = options.certificate == "per-app";
    fleet.policy.adopt = options.adopt;
    fleet.policy.restore_deleted = options.restore_deleted;
    fleet.policy.recreate = options.recreate;
    return settings;
}

}  // namespace poolwright::cli
