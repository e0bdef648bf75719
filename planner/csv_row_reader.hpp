#pragma once

#include "planner/csv_bytes.hpp"
#include "planner/csv_grammar.hpp"
#include "planner/problem.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

// Bytes to rows of cells: RFC 4180 in UTF-8, with its delimiter found. Fed in pieces of any size; holds no
// more than one piece and one row. Used by the tenant reader.

namespace poolwright::planner {

// One row; valid during the call that hands it over.
struct csv_row {
    std::uint64_t line;  // on which it begins, from 1
    std::span<std::string_view const> cells;
    std::string_view text;  // its bytes in the file
    char delimiter;

    // Where a cell begins; the end of the row if it has fewer. Scans the row again: for those that need it.
    [[nodiscard]] csv_place place_of(std::size_t cell) const noexcept {
        return place_of_cell(text, line, delimiter, cell);
    }
};

class csv_row_reader {
public:
    // The longest row, in bytes. A longer one is most likely the work of a quote that was never closed.
    static constexpr std::size_t longest_row = 65536;

    // Told every row, the header first; returns false to end the reading.
    using row_visitor = std::function<bool(csv_row const&)>;

    // `file` names the text in problems; a row with a problem is not handed over.
    csv_row_reader(std::string file, row_visitor visit, problem_list& problems);
    csv_row_reader(csv_row_reader const&) = delete;
    csv_row_reader& operator=(csv_row_reader const&) = delete;

    // Takes the next bytes. Returns false once nothing more is wanted.
    bool feed(std::string_view bytes);
    // After the last byte.
    void finish();

private:
    bool begin(bool whole);
    bool skip_byte_order_mark();
    void take_rest();
    void take_lines();
    void take_line(std::size_t end);
    csv_grammar::outcome feed_odd(std::string_view line, byte_fault fault);
    void refuse_encoding(byte_fault fault);
    void count_rows_of_other_encoding();
    void deliver(std::size_t end);
    void begin_row(std::size_t at, std::uint64_t line);
    void refuse_malformed();
    void refuse_long_row();
    void refuse_open_quote();
    void drop_consumed();
    void stop(csv_place where, std::string message);
    void add(csv_place where, std::string message);
    [[nodiscard]] std::string_view slice(std::size_t begin, std::size_t end) const noexcept;

    std::string file_;
    row_visitor visit_;
    problem_list& problems_;
    std::optional<csv_grammar> grammar_;  // once the delimiter is known
    char delimiter_ = ',';

    std::string buffer_;
    std::size_t row_begin_ = 0;   // of the row that is being read, in the buffer
    std::size_t line_begin_ = 0;  // of the first line that was not yet fed
    std::size_t searched_ = 0;    // no line ends between line_begin_ and here
    std::uint64_t row_line_ = 1;
    std::uint64_t line_ = 1;
    bool row_is_odd_ = false;  // the row has a problem already
    bool row_is_encoded_otherwise_ = false;
    std::uint64_t rows_encoded_otherwise_ = 0;
    std::uint64_t problems_before_encoding_ = 0;  // that were there when the first of those rows was refused
    bool mark_checked_ = false;
    bool header_seen_ = false;
    bool stopped_ = false;
};

}  // namespace poolwright::planner
