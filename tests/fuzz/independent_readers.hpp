#pragma once

#include <boost/json/value.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Readers of what poolwright reads and writes that share no code with it: what two programs understand alike,
// a third one will too.

namespace poolwright::fuzz {

// One character of UTF-8, taken away from the front of a text that is not empty; a byte that is none stands
// for itself.
struct decoded {
    char32_t value = 0;
    bool is_valid = false;
};
decoded next_character(std::string_view& text);

// Controls (C0, C1, DEL), line and paragraph separators, and characters that change the direction of a text:
// what may never reach a terminal.
bool is_dangerous(char32_t character);

using csv_table = std::vector<std::vector<std::string>>;

// RFC 4180 with any delimiter, LF or CRLF. Blank lines are no rows. Nothing if a quote stands where none may.
// With `trim`, blanks around a cell are left out, as they are around one in quotes.
std::optional<csv_table> read_csv(std::string_view text, char delimiter, bool trim);

// Tab-separated values with \t, \n, \r and \\ for what would break a line.
std::optional<csv_table> read_tsv(std::string_view text);

// The rows of a Markdown table, whose cells have a backslash before what would be markup.
std::optional<csv_table> read_markdown(std::string_view text);

// The text that HTML without tags stands for. Nothing where a tag or the end of an attribute stands, or an
// `&` that begins none of the five entities of XML.
std::optional<std::string> read_html(std::string_view html);

// Fails the target if the text is not JSON.
boost::json::value read_json(std::string_view text);

std::optional<std::string> read_base64(std::string_view text);

// The pairs of an application/x-www-form-urlencoded text.
std::vector<std::pair<std::string, std::string>> read_form(std::string_view text);

// `%41` becomes `A`; nothing where two hex digits are missing.
std::optional<std::string> percent_decoded(std::string_view text);

}  // namespace poolwright::fuzz
