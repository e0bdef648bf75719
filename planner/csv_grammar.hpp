#pragma once

#include <csv.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// libcsv with a C++ face, fed line by line: so whoever feeds it knows where a row begins and ends, which its
// callbacks do not tell. Used by the row reader.

namespace poolwright::planner {

class csv_grammar {
public:
    // `longest_row`: no row that is fed has more bytes.
    csv_grammar(char delimiter, std::size_t longest_row);
    ~csv_grammar();
    csv_grammar(csv_grammar const&) = delete;
    csv_grammar& operator=(csv_grammar const&) = delete;

    // What a line did: the row goes on in the next line, is complete, or was an empty line; or a quote stands
    // where none may.
    enum class outcome : std::uint8_t { inside, row, blank, malformed };

    // Takes one line with its line end, or the last one without.
    outcome feed(std::string_view line);

    // Ends the text: a row, nothing (blank), or malformed if a quote is still open.
    outcome finish();

    // The cells of the row that is complete; until the next call of feed.
    [[nodiscard]] std::span<std::string_view const> cells();

    // After malformed: the byte of the line at fault, and whether it stands in a cell that began with a
    // quote.
    [[nodiscard]] std::size_t fault_offset() const noexcept { return fault_offset_; }
    [[nodiscard]] bool fault_in_quotes() const noexcept { return parser_.quoted != 0; }

    // Forgets the row that was begun.
    void restart();

private:
    static void on_cell(void* text, std::size_t size, void* self) noexcept;
    static void on_row(int newline, void* self) noexcept;
    outcome ended() const noexcept;

    char delimiter_;
    csv_parser parser_{};
    std::string text_;               // of all cells of the row
    std::vector<std::size_t> ends_;  // of each cell in it
    std::vector<std::string_view> cells_;
    bool row_ended_ = false;
    bool fresh_ = true;  // the next line begins a row
    std::size_t fault_offset_ = 0;
};

}  // namespace poolwright::planner
