#pragma once

#include "examples/sandbox/cloud.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <variant>

// The command line of graph-sandbox. Used by main.

namespace poolwright::sandbox {

struct server_options {
    std::uint16_t port = 0;
    std::filesystem::path folder;
    std::optional<std::filesystem::path> state;
    std::optional<std::filesystem::path> limits;
    std::optional<std::filesystem::path> faults;
    std::chrono::milliseconds latency{0};
    std::chrono::milliseconds replication_lag{0};
    std::chrono::milliseconds secret_lag{0};
    std::chrono::seconds device_interval{5};
    national_cloud cloud = national_cloud::global;
    std::uint64_t seed = 1;
    int identities = 1;  // applications that may provision
};

// What to do instead of serving: print the text (to standard output if the code is 0, else to standard error)
// and exit.
struct early_exit {
    int code = 0;
    std::string text;
};

std::variant<server_options, early_exit> parse_options(int argc, char const* const* argv);

}  // namespace poolwright::sandbox
