#pragma once

#include "cli/config_file.hpp"

#include <optional>
#include <string>
#include <vector>

// Which config file there is, and what it holds. Read when options are weighed, and by `config show`.

namespace poolwright::cli {

// The file that --config names, or the default one if it is there; nothing: there is none.
std::optional<std::string> settings_path(std::string const& named);

// Every key of that file; none without a file. Throws failure(bad_input) naming the place.
std::vector<setting> read_settings(std::string const& named);

}  // namespace poolwright::cli
