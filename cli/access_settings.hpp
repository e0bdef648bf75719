#pragma once

#include "cli/access_options.hpp"
#include "cli/common_options.hpp"
#include "provisioner/cloud.hpp"
#include "throttle/limits.hpp"

#include <chrono>
#include <optional>
#include <string_view>

// Where and how fast, as a run needs it: addresses and numbers. Everything that can be wrong with the options
// is said before anything is asked, made or sent.

namespace poolwright::cli {

struct access_settings {
    provisioner::cloud services;
    bool named_addresses = false;  // URLs were given: a row must not lead elsewhere by naming a cloud
    std::chrono::seconds request_timeout{30};
    throttle::limits limits = throttle::published_limits();
    std::optional<int> concurrency;  // round trips in flight; none: quota × latency, as it is measured
};

// `authority_host` is AZURE_AUTHORITY_HOST, empty if it is not set. Throws failure(wrong_usage), and
// failure(bad_input) for the limits file.
access_settings read_access(access_options const& options, std::string_view authority_host);

// A number, or nothing for `auto`. Throws failure(wrong_usage) for what is neither.
std::optional<int> count_of(std::string_view option, std::string_view text);

// As many calls in flight as files may be open for them, with a warning where those are fewer than wanted: a
// call that finds no file left to open would fail as if the service were away. Throws failure(broken) where
// there is room for none.
std::optional<int> fit_to_open_files(std::optional<int> concurrency, throttle::limits const& limits,
                                     common_options const& common);

}  // namespace poolwright::cli
