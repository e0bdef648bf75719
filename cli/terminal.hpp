#pragma once

#include <cstddef>
#include <string_view>

// What the program is attached to. Asked when options are weighed, and by whatever draws or asks.

namespace poolwright::cli {

bool is_terminal(int descriptor);

// What the environment says about colours; each is empty where it is not set.
struct color_wishes {
    std::string_view no_color;  // NO_COLOR, https://no-color.org
    std::string_view clicolor;  // CLICOLOR and CLICOLOR_FORCE, https://bixense.com/clicolors
    std::string_view clicolor_force;
    std::string_view term;  // TERM
};

// True if colours are wanted. NO_COLOR beats CLICOLOR_FORCE, and that everything else.
bool wants_color(color_wishes const& wishes, bool on_terminal) noexcept;

// True if colours may be written there, by the environment and by what it is.
bool has_color(int descriptor);

// True if what is written there can be drawn over.
bool can_redraw(int descriptor);

// Gives standard input, output and error that are closed a file that cannot be read or written, so that no
// file of the program takes their place and receives what is meant for them.
void occupy_standard_descriptors();

// How wide lines on standard output may be: as wide as the terminal, or 120 columns where it is none.
std::size_t output_width();

}  // namespace poolwright::cli
