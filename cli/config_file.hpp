#pragma once

#include "planner/problem.hpp"

#include <boost/system/result.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// The config file: TOML, its keys the long names of options, at the top for all commands or in a table named
// after one. What the keys mean is decided by whoever knows the options.

namespace poolwright::cli {

enum class setting_kind : std::uint8_t { text, whole, boolean, other };

struct setting {
    std::string command;  // the table; empty: of all commands
    std::string key;
    setting_kind kind = setting_kind::text;
    std::string value;       // as it would be typed; empty for other kinds
    planner::problem place;  // file, line and column of the key, without a message
};

// Every key of the text, in its order. The error is a malformed document.
boost::system::result<std::vector<setting>, planner::problem> parse_config(std::string_view text,
                                                                           std::string const& file);

}  // namespace poolwright::cli
