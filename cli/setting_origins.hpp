#pragma once

#include "cli/config_file.hpp"
#include "planner/problem.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// Which value every setting has, and why: what `config show` prints.

namespace poolwright::cli {

enum class origin_kind : std::uint8_t { option, environment, file, fallback };

struct setting_origin {
    origin_kind kind = origin_kind::fallback;
    std::string variable;    // of the environment
    planner::problem place;  // in the file, without a message

    bool operator==(setting_origin const& other) const noexcept;
};

struct weighed_setting {
    std::string name;                   // "growth"
    std::vector<std::string> commands;  // for which this value holds
    bool for_all = false;               // these are all the commands that have such an option
    std::optional<std::string> value;   // "true" or "false" for a flag; nothing: it has no default in words
    setting_origin origin;
};

// Of all commands, or of one if it is named: the settings that may stand in a file. `typed` is what was
// typed, by its name. A setting that commands weigh differently is there once for each value. Passwords in
// URLs are left out. Throws failure, as the command itself would.
std::vector<weighed_setting> weigh_settings(std::map<std::string, std::string> const& typed,
                                            std::span<setting const> file, std::string_view command);

// A URL or a libpq connection string whose password is replaced by an ellipsis.
std::string without_password(std::string_view url);

}  // namespace poolwright::cli
