#include "cli/access_settings.hpp"

#include "cli/diagnostics.hpp"
#include "cli/failure.hpp"
#include "cli/limits_input.hpp"
#include "cli/open_files.hpp"
#include "planner/wording.hpp"
#include "provisioner/https_url.hpp"
#include "throttle/in_flight.hpp"

#include <fmt/format.h>

#include <charconv>

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

void choose_services(access_options const& options, std::string_view authority_host,
                     access_settings& settings) {
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

}  // namespace

std::optional<int> count_of(std::string_view option, std::string_view text) {
    if (text == "auto") return std::nullopt;
    int value = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value < 1)
        throw failure(wrong_usage, fmt::format("{}: {} is not a number", option, planner::shown(text)));
    return value;
}

access_settings read_access(access_options const& options, std::string_view authority_host) {
    access_settings settings;
    choose_services(options, authority_host, settings);
    settings.request_timeout = std::chrono::seconds(options.request_timeout);
    settings.limits = read_limits(options.limits_file);
    settings.concurrency = count_of("--concurrency", options.concurrency);
    return settings;
}

std::optional<int> fit_to_open_files(std::optional<int> concurrency, throttle::limits const& limits,
                                     common_options const& common) {
    auto const wanted = concurrency.value_or(throttle::fleet_in_flight(limits, 1, {}));
    auto const room = room_for_connections(wanted);
    auto const open = fmt::format("only {} files may be open at once", most_open_files());
    if (room == 0)
        throw failure(broken, open + ", too few to call anybody; nothing was sent",
                      fmt::format("allow {} or more, as with `ulimit -n {}`", fewest_open_files, 4096));
    if (room == wanted) return concurrency;
    say_warning(
        fmt::format("{}, so the calls in flight are kept to {}: allow more with `ulimit -n`", open, room),
        common);
    return room;
}

}  // namespace poolwright::cli
