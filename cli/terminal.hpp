#pragma once

#include <cstddef>

// What the program is attached to. Asked when options are weighed, and by whatever draws or asks.

namespace poolwright::cli {

bool is_terminal(int descriptor);

// True if colours may be written there: a terminal that has them, and NO_COLOR (no-color.org) is not set.
bool has_color(int descriptor);

// Gives standard input, output and error that are closed a file that cannot be read or written, so that no
// file of the program takes their place and receives what is meant for them.
void occupy_standard_descriptors();

// How wide lines on standard output may be: as wide as the terminal, or 120 columns where it is none.
std::size_t output_width();

}  // namespace poolwright::cli
