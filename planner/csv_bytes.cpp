#include "planner/csv_bytes.hpp"

#include <algorithm>

namespace poolwright::planner {

namespace {

unsigned char byte_at(std::string_view text, std::size_t i) noexcept {
    return static_cast<unsigned char>(text[i]);
}

bool is_plain(std::string_view text) noexcept {
    unsigned odd = 0;
    for (char const c : text) odd |= static_cast<unsigned>(static_cast<unsigned char>(c) - 0x20u > 0x5eu);
    return odd == 0;
}

bool is_continuation(std::string_view text, std::size_t i) noexcept {
    return i < text.size() && (byte_at(text, i) & 0xc0u) == 0x80u;
}

// The length of the well-formed character (Unicode 15, table 3-7) at `i`, or 0.
std::size_t character_length(std::string_view text, std::size_t i) noexcept {
    auto const lead = byte_at(text, i);
    std::size_t const length = lead < 0x80                   ? 1
                               : lead >= 0xc2 && lead < 0xe0 ? 2
                               : lead >= 0xe0 && lead < 0xf0 ? 3
                               : lead >= 0xf0 && lead < 0xf5 ? 4
                                                             : 0;
    for (std::size_t k = 1; k < length; ++k) {
        if (!is_continuation(text, i + k)) return 0;
    }
    if (length < 3) return length;
    auto const second = byte_at(text, i + 1);
    bool const overlong = (lead == 0xe0 && second < 0xa0) || (lead == 0xf0 && second < 0x90);
    bool const surrogate = lead == 0xed && second > 0x9f;
    bool const beyond = lead == 0xf4 && second > 0x8f;
    return overlong || surrogate || beyond ? 0 : length;
}

bool is_control(std::string_view text, std::size_t i) noexcept {
    auto const c = byte_at(text, i);
    return (c < 0x20 && c != '\t') || c == 0x7f || (c == 0xc2 && byte_at(text, i + 1) < 0xa0);
}

std::string_view control_message(char c) noexcept {
    if (c == '\0') {
        return "a NUL byte: if this is UTF-16, convert it with `iconv -f UTF-16 -t UTF-8 OLD.csv > NEW.csv`";
    }
    if (c == '\r') return "a carriage return without a line feed: end lines with LF or CRLF";
    return "a control character";
}

}  // namespace

std::optional<byte_fault> find_byte_fault(std::string_view line) noexcept {
    if (is_plain(line)) return std::nullopt;
    for (std::size_t i = 0; i < line.size();) {
        auto const length = character_length(line, i);
        if (length == 0) {
            return byte_fault{i,
                              "this file is not UTF-8: save it as \"CSV UTF-8\", or convert it with "
                              "`iconv -f WINDOWS-1252 -t UTF-8 OLD.csv > NEW.csv`",
                              true};
        }
        if (is_control(line, i)) return byte_fault{i, control_message(line[i])};
        i += length;
    }
    return std::nullopt;
}

csv_place place_of_cell(std::string_view row, std::uint64_t line, char delimiter,
                        std::size_t index) noexcept {
    bool quoted = false;
    std::size_t line_begin = 0;
    std::size_t at = 0;
    for (; index > 0 && at < row.size(); ++at) {
        if (row[at] == '"') quoted = !quoted;
        if (!quoted && (row[at] == '\n' || row[at] == '\r')) break;
        if (!quoted && row[at] == delimiter) --index;
        if (row[at] == '\n') {
            ++line;
            line_begin = at + 1;
        }
    }
    while (index == 0 && at < row.size() && (row[at] == ' ' || row[at] == '\t') && row[at] != delimiter) ++at;
    return {line, at - line_begin + 1};
}

std::optional<csv_place> place_of_open_quote(std::string_view row, std::uint64_t line) noexcept {
    bool quoted = false;
    csv_place open{line, 0};
    std::size_t line_begin = 0;
    for (std::size_t at = 0; at < row.size(); ++at) {
        if (row[at] == '"') {
            quoted = !quoted;
            // The two quotes that stand for one close a cell and open it again in the same place.
            bool const doubled = quoted && at > 0 && row[at - 1] == '"';
            if (quoted && !doubled) open = {line, at - line_begin + 1};
        }
        if (row[at] == '\n') {
            ++line;
            line_begin = at + 1;
        }
    }
    return quoted ? std::optional(open) : std::nullopt;
}

}  // namespace poolwright::planner
