#pragma once

#include <boost/json/value.hpp>

#include <ostream>
#include <string>
#include <string_view>

// Other people's text in a page: it is only ever text. Used by everything that writes HTML.

namespace poolwright::cli {

// For between two tags and for the value of an attribute in quotes.
std::string html_text(std::string_view text);

// The same for a sentence, in which what stands in backticks becomes <code>.
std::string html_sentence(std::string_view text);

// JSON for a script element, which no text in it can end: each `<` is \u003c.
void write_script_json(boost::json::value const& value, std::ostream& out);

}  // namespace poolwright::cli
