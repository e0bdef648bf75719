#pragma once

#include "cli/common_options.hpp"

#include <string_view>

// What is said to the person on standard error, where it does not mix with data. Each call writes once.
// Control and bidirectional characters are escaped, except line ends.

namespace poolwright::cli {

class failure;

// `poolwright: <what>`, or the problems each on its line, and `hint: …` below.
void say(failure const& what, common_options const& options);

// `warning: …`; nothing with --quiet.
void say_warning(std::string_view text, common_options const& options);

// The text as it is, for what is neither wrong nor data ("saved plan.json"); nothing with --quiet.
void say_note(std::string_view text, common_options const& options);

}  // namespace poolwright::cli
