#pragma once

#include <string>
#include <string_view>

// Text as the macros of man(7) want it. Used by the manual.

namespace poolwright::cli {

// The text as part of a line, printed as it is: a hyphen is one that can be copied into a shell.
std::string roff_escaped(std::string_view text);

// The text on a line of its own, printed as it is; what stands in backticks is bold.
std::string roff_text(std::string_view text);

// The text in bold, as part of a line.
std::string roff_bold(std::string_view text);

// As the argument of a macro.
std::string roff_argument(std::string_view text);

// Lines of the shell.
std::string roff_example(std::string_view lines);

}  // namespace poolwright::cli
