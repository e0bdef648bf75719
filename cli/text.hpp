#pragma once

#include <cstddef>
#include <string>
#include <string_view>

// Other people's text (names from a CSV or from Graph) as it may be shown to a person: nothing in it moves
// the cursor, changes colours or turns the order of letters round. Used by everything that prints words;
// machine formats carry the text as it is.

namespace poolwright::cli {

// The text with control, invisible and bidirectional characters and bytes that are not UTF-8 escaped: `\n`,
// `\x1b`, `\u202e`.
std::string visible(std::string_view text);

// The same, but line ends stay.
std::string visible_lines(std::string_view text);

// How many columns of a terminal the text takes; East Asian characters take two, combining ones none.
std::size_t display_width(std::string_view text);

// At most `width` columns of it, the last one being `…` if something was cut off; `width` is at least 1.
std::string shortened(std::string_view text, std::size_t width);

// The words on lines of at most `width` columns, as far as no single word is longer; all lines but the first
// begin with `indent` spaces, which the first has before it already. No line end at the end.
std::string wrapped(std::string_view text, std::size_t indent, std::size_t width);

}  // namespace poolwright::cli
