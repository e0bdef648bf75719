#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

// What a CSV grammar does not know of: the encoding of the bytes, and where the cells of a row stand in them.
// Used by the row reader.

namespace poolwright::planner {

struct byte_fault {
    std::size_t offset;
    std::string_view message;
    bool is_encoding = false;  // not UTF-8, which one line has in common with the others of its file
};

// The first byte of a line (without its line end) that is not text in UTF-8: an invalid sequence, NUL,
// another control character but a tab, or a carriage return.
std::optional<byte_fault> find_byte_fault(std::string_view line) noexcept;

// Lines and columns count from 1, columns in bytes.
struct csv_place {
    std::uint64_t line;
    std::uint64_t column;
};

// Where the cell of that index begins in the text of a row that begins on `line`; the end of the row if it
// has fewer cells.
csv_place place_of_cell(std::string_view row, std::uint64_t line, char delimiter, std::size_t index) noexcept;

// Where the quote stands that is open at the end of the text, if one is.
std::optional<csv_place> place_of_open_quote(std::string_view row, std::uint64_t line) noexcept;

}  // namespace poolwright::planner
