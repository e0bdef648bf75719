#pragma once

#include <string>
#include <string_view>

// Commands and options in a page: a line may end between their words, not within one. Used by what writes the
// report's page.

namespace poolwright::cli {

// Finished HTML in which every word of a <code>, and every other option with its value, that a line might end
// within is in an element that style.css keeps on one line. Its text stays the same, so that a copy of it
// does.
std::string with_whole_words(std::string_view html);

}  // namespace poolwright::cli
