#pragma once

#include <boost/json/value.hpp>

#include <ostream>
#include <string_view>

// JSON documents that a person may read too.

namespace poolwright::cli {

// Two spaces for every level, and a line end.
void print_json(boost::json::value const& document, std::ostream& out);

// The text as a JSON string, in quotes; leaves no copy in memory, so it may be a secret. The text is UTF-8.
void write_json_string(std::string_view text, std::ostream& out);

}  // namespace poolwright::cli
