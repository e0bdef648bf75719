#pragma once

#include "cli/common_options.hpp"
#include "cli/exit_code.hpp"

#include <ostream>
#include <string_view>

// `poolwright version`: what a report of a fault must say.

namespace poolwright::cli {

// "0.1.0".
std::string_view own_version() noexcept;

exit_code run_version(common_options const& common, std::ostream& out);

}  // namespace poolwright::cli
